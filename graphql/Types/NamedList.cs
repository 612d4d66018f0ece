using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace OrleansScheduling.GraphQL.Types;

public interface INamed
{
    string Name { get; }
}

public static class NamedList
{
    public static NamedList<T> Create<T>(ReadOnlySpan<T> items)
        where T : class, INamed => new(items.ToArray());
}

/// <summary>An immutable list in the order of definition that also finds its items by name. Of two with one name the last wins.</summary>
[CollectionBuilder(typeof(NamedList), nameof(NamedList.Create))]
public sealed class NamedList<T> : IReadOnlyList<T>
    where T : class, INamed
{
    readonly T[] items;
    readonly Dictionary<string, T> byName;

    internal NamedList(IEnumerable<T> source)
    {
        byName = new Dictionary<string, T>(StringComparer.Ordinal);
        var order = new List<string>();
        foreach (var item in source)
        {
            if (!byName.ContainsKey(item.Name)) order.Add(item.Name);
            byName[item.Name] = item;
        }

        items = [.. order.Select(name => byName[name])];
    }

    public int Count => items.Length;

    public T this[int index] => items[index];

    public T? Find(string name) => byName.GetValueOrDefault(name);

    public bool TryGet(string name, [MaybeNullWhen(false)] out T item) => byName.TryGetValue(name, out item);

    public bool Contains(string name) => byName.ContainsKey(name);

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => items.GetEnumerator();
}
