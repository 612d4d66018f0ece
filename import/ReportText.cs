using System.Globalization;
using System.Text;

namespace OrleansScheduling.Import;

/// <summary>An import's outcome as plain text for a terminal.</summary>
public static class ReportText
{
    const int FileColumn = 24;
    const int CountColumn = 10;

    public static string Render(ImportReport report)
    {
        var text = new StringBuilder();
        if (report.Files.Count > 0) AppendTable(text, report.Files);
        foreach (var error in report.Errors) AppendError(text, error);
        foreach (var file in report.Files)
        {
            foreach (var error in file.Errors) AppendError(text, error);
            if (file.ErrorCount > file.Errors.Count)
                Line(text, $"{file.File}: {file.ErrorCount - file.Errors.Count} more errors are not listed.");
        }

        foreach (var notice in report.Notices) Line(text, $"note: {notice}");
        foreach (var file in report.Files)
        {
            foreach (var notice in file.Notices) Line(text, $"note: {file.File}: {notice}");
        }

        Line(text, Summary(report));
        return text.ToString();
    }

    static string Summary(ImportReport report)
    {
        if (report.Succeeded)
            return report.DryRun ? "Dry run: no errors. Nothing was written." : "Imported, no errors.";
        var imported = report.Files.Count(file => file.Status == FileStatus.Imported);
        return string.Create(CultureInfo.InvariantCulture,
            $"{report.ErrorCount} error{(report.ErrorCount == 1 ? "" : "s")}. {imported} of {report.Files.Count} files "
                + $"{(report.DryRun ? "would be imported; nothing was written." : "imported.")}");
    }

    static void AppendTable(StringBuilder text, IReadOnlyList<FileReport> files)
    {
        text.Append("file".PadRight(FileColumn));
        foreach (var title in (ReadOnlySpan<string>)["rows", "added", "changed", "unchanged", "removed", "errors"])
            text.Append(title.PadLeft(CountColumn));
        Line(text, "");
        foreach (var file in files)
        {
            text.Append(file.File.PadRight(FileColumn));
            foreach (var count in (ReadOnlySpan<int>)[file.Rows, file.Added, file.Changed, file.Unchanged, file.Removed, file.ErrorCount])
                text.Append(count.ToString(CultureInfo.InvariantCulture).PadLeft(CountColumn));
            text.Append(file.Status switch
            {
                FileStatus.Refused => "  refused",
                FileStatus.Skipped => "  skipped: a file that it builds on was refused",
                _ => "",
            });
            Line(text, "");
        }
    }

    static void AppendError(StringBuilder text, ImportError error)
    {
        text.Append(error.File);
        if (error.Line > 0) text.Append(CultureInfo.InvariantCulture, $":{error.Line}");
        text.Append(": ");
        if (error.Column.Length > 0) text.Append(CultureInfo.InvariantCulture, $"{error.Column} '{Printable(error.Value)}': ");
        Line(text, error.Rule);
    }

    /// <summary>A value from a stranger's file may carry terminal commands.</summary>
    static string Printable(string value) => string.Concat(value.Select(character => char.IsControl(character) ? '\uFFFD' : character));

    static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
