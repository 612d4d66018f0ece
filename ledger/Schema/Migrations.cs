using System.Globalization;
using System.Reflection;

namespace OrleansScheduling.Ledger.Schema;

/// <summary>One step of a database's schema: a numbered SQL file beside its database's code.</summary>
sealed record Migration(int Number, string Name, string Sql)
{
    /// <param name="folder">The database's folder, such as <c>Sqlite</c>.</param>
    /// <returns>All steps, 1 first, without a gap.</returns>
    public static IReadOnlyList<Migration> All(string folder)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var steps = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(folder + "/", StringComparison.Ordinal))
            .Select(name => Read(assembly, name, name[(folder.Length + 1)..]))
            .OrderBy(step => step.Number)
            .ToList();
        for (var i = 0; i < steps.Count; i++)
        {
            if (steps[i].Number != i + 1) throw new InvalidOperationException($"Migration {i + 1} of {folder} is missing.");
        }

        return steps;
    }

    static Migration Read(Assembly assembly, string resource, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return new Migration(int.Parse(name.AsSpan(0, 4), CultureInfo.InvariantCulture), name, reader.ReadToEnd());
    }

    /// <exception cref="OlderSchemaException">Steps are still to be taken.</exception>
    /// <exception cref="NewerSchemaException">The database is ahead of this program.</exception>
    public static void HoldCurrent(IReadOnlyList<Migration> all, int recorded)
    {
        if (After(all, recorded).Any()) throw new OlderSchemaException(recorded, all.Count);
    }

    /// <summary>The steps still to be taken.</summary>
    /// <exception cref="NewerSchemaException">The database is ahead of this program.</exception>
    public static IEnumerable<Migration> After(IReadOnlyList<Migration> all, int recorded) =>
        recorded > all.Count ? throw new NewerSchemaException(recorded, all.Count) : all.Skip(recorded);
}
