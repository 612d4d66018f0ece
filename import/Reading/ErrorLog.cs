using OrleansScheduling.Import.Files;

namespace OrleansScheduling.Import.Reading;

/// <summary>What is wrong with one file: all of it counted, the first <see cref="ImportLimits.MaxListedErrors"/> listed.</summary>
sealed class ErrorLog(string file)
{
    readonly List<ImportError> _errors = [];
    readonly List<string> _notices = [];

    public string File { get; } = file;

    public int Count { get; private set; }

    public IReadOnlyList<ImportError> Errors => _errors;

    public IReadOnlyList<string> Notices => _notices;

    public void Refuse(int line, string column, string value, string rule)
    {
        Count++;
        if (_errors.Count < ImportLimits.MaxListedErrors) _errors.Add(new ImportError(File, line, column, Cut(value), rule));
    }

    public void Refuse(int line, Column column, string value, string rule) => Refuse(line, column.Name, value, rule);

    public void RefuseFile(string rule) => Refuse(0, "", "", rule);

    public void Note(string notice)
    {
        if (_notices.Count < ImportLimits.MaxNotices) _notices.Add(notice);
    }

    static string Cut(string value) =>
        value.Length <= ImportLimits.MaxReportedValue ? value : string.Concat(value.AsSpan(0, ImportLimits.MaxReportedValue - 1), "…");
}
