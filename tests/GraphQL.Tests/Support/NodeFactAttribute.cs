using System.Runtime.CompilerServices;

namespace OrleansScheduling.GraphQL.Tests.Support;

/// <summary>A test that needs Node and the packages of the js folder: skipped with the reason on a laptop, failing where CI=true.</summary>
public sealed class NodeFactAttribute : FactAttribute
{
    public NodeFactAttribute()
    {
        if (NodeTools.Missing is not { } reason) return;
        if (!string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase)) Skip = reason;
    }
}

public static class NodeTools
{
    public static string Folder { get; } = Path.GetFullPath(Path.Combine(SourceFolder(), "..", "js"));

    /// <summary>Why the reference implementations can't be run; null when they can.</summary>
    public static string? Missing { get; } = FindMissing();

    static string? FindMissing()
    {
        var executables = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Where(folder => folder.Length > 0)
                .SelectMany(folder => new[] { Path.Combine(folder, "node"), Path.Combine(folder, "node.exe") });
        if (!executables.Any(File.Exists)) return "node is not on the PATH";
        return Directory.Exists(Path.Combine(Folder, "node_modules", "graphql"))
            ? null
            : $"the packages are not installed: run `npm ci --ignore-scripts` in {Folder}";
    }

    static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
