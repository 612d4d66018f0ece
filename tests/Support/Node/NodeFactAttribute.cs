using System.Runtime.CompilerServices;

namespace OrleansScheduling.Testing;

/// <summary>
/// A test that needs Node and the packages of its project's js folder: skipped with the reason on a laptop, failing where CI=true.
/// </summary>
public sealed class NodeFactAttribute : FactAttribute
{
    public NodeFactAttribute([CallerFilePath] string source = "") => Skip = NodeTools.ReasonToSkip(source);
}

/// <summary>As <see cref="NodeFactAttribute"/>, for a test with cases.</summary>
public sealed class NodeTheoryAttribute : TheoryAttribute
{
    public NodeTheoryAttribute([CallerFilePath] string source = "") => Skip = NodeTools.ReasonToSkip(source);
}

public static class NodeTools
{
    /// <summary>The js folder of the project that a source file belongs to.</summary>
    public static string FolderOf([CallerFilePath] string source = "")
    {
        for (var at = Path.GetDirectoryName(source); at is not null; at = Path.GetDirectoryName(at))
        {
            var folder = Path.Combine(at, "js");
            if (File.Exists(Path.Combine(folder, "package.json"))) return folder;
        }

        throw new InvalidOperationException($"No js folder belongs to {source}.");
    }

    /// <summary>Why a folder's scripts can't be run; null when they can.</summary>
    public static string? MissingIn(string folder)
    {
        var executables = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Where(directory => directory.Length > 0)
            .SelectMany(directory => new[] { Path.Combine(directory, "node"), Path.Combine(directory, "node.exe") });
        if (!executables.Any(File.Exists)) return "node is not on the PATH";
        return Directory.Exists(Path.Combine(folder, "node_modules", "graphql"))
            ? null
            : $"the packages are not installed: run `npm ci --ignore-scripts` in {folder}";
    }

    public static string? ReasonToSkip([CallerFilePath] string source = "") =>
        string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase)
            ? null : MissingIn(FolderOf(source));
}
