namespace Orleans.Runtime;

/// <summary>
/// Values that travel with calls: what a caller sets, the grains that it calls can read, and those that they call.
/// Nothing travels back: what a grain sets is not seen by its caller.
/// </summary>
public static class RequestContext
{
    // A set copies the dictionary: one that a call has taken along never changes.
    private static readonly AsyncLocal<Dictionary<string, object>?> Current = new();

    /// <summary>The values of the flow that runs now; never changed in place.</summary>
    internal static Dictionary<string, object>? Values
    {
        get => Current.Value;
        set => Current.Value = value;
    }

    public static IEnumerable<string> Keys => Values?.Keys ?? Enumerable.Empty<string>();

    public static IEnumerable<KeyValuePair<string, object>> Entries => Values ?? Enumerable.Empty<KeyValuePair<string, object>>();

    public static object? Get(string key) => Values is { } values && values.TryGetValue(key, out var value) ? value : null;

    public static void Set(string key, object value)
    {
        var copy = Values is { } values ? new Dictionary<string, object>(values) : new Dictionary<string, object>(1);
        copy[key] = value;
        Values = copy;
    }

    public static bool Remove(string key)
    {
        if (Values is not { } values || !values.ContainsKey(key))
            return false;
        var copy = new Dictionary<string, object>(values);
        copy.Remove(key);
        Values = copy.Count == 0 ? null : copy;
        return true;
    }

    public static void Clear()
    {
        if (Values is not null)
            Values = null;
    }
}
