using System.Text;
using System.Text.RegularExpressions;
using OrleansScheduling.Import.Files;

namespace OrleansScheduling.Import.Tests;

/// <summary>docs/import.md says what the parser does: its tables are the parser's own, its examples are imported.</summary>
public sealed partial class DocumentTests
{
    static readonly string Document = File.ReadAllText(Path.Combine(Scene.RepositoryRoot(), "docs", "import.md"));

    [Fact]
    public void Every_file_has_its_table_of_columns()
    {
        foreach (var format in FileFormats.All)
        {
            var table = Table(format);
            Assert.True(Document.Contains(table, StringComparison.Ordinal),
                $"docs/import.md lacks or has another table for {format.Name}:\n{table}");
        }
    }

    [Fact]
    public async Task Examples_import_without_errors()
    {
        var examples = Examples.Matches(Document).Select(match => (match.Groups[1].Value, match.Groups[2].Value)).ToArray();
        Assert.Equal(FileFormats.All.Select(format => format.Name), examples.Select(example => example.Item1));
        var scene = new Scene();
        var report = await scene.RunAsync(examples);
        Assert.True(report.Succeeded, ReportText.Render(report));
        Assert.All(report.Files, file => Assert.True(file.Rows > 0));
        Assert.Contains(scene.Ledger.Visits, visit => visit.Stage == 1);
    }

    [Fact]
    public void Bounds_are_the_real_ones()
    {
        foreach (var bound in (ReadOnlySpan<string>)[
            $"{ImportLimits.MaxFileBytes / 1024 / 1024} MiB", $"{ImportLimits.MaxRows:N0} rows", $"{ImportLimits.MaxFieldBytes:N0} bytes",
            $"{ImportLimits.MaxLineBytes / 1024} KiB", $"{ImportLimits.MaxListedErrors:N0} errors"])
            Assert.Contains(bound, Document, StringComparison.Ordinal);
    }

    static string Table(FileFormat format)
    {
        var text = new StringBuilder();
        text.Append($"## {format.Name}\n\n{format.Holds}.");
        if (format.BuildsOn.Count > 0) text.Append($" Builds on {string.Join(", ", format.BuildsOn)}.");
        text.Append("\n\n| column | required | rule | example |\n| --- | --- | --- | --- |\n");
        foreach (var column in format.Columns)
        {
            var example = column.Example.Length == 0 ? "" : $"`{column.Example}`";
            text.Append($"| `{column.Name}` | {(column.Required ? "yes" : "no")} | {column.Rule} | {example} |\n");
        }

        return text.ToString();
    }

    [GeneratedRegex("```csv ([a-z-]+\\.csv)\n(.*?)```", RegexOptions.Singleline | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Examples { get; }
}
