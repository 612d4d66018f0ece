using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Import.Reading;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Import.Files;

/// <summary>What importing a file did, or in a dry run would do.</summary>
readonly record struct Counts(int Added, int Changed, int Unchanged, int Removed)
{
    public static Counts Of(RegistryResult result) => new(result.Added, result.Changed, result.Unchanged, 0);
}

/// <summary>Reads one kind of file and records what it holds, unless there is an error in it.</summary>
abstract class FileImport
{
    public abstract FileFormat Format { get; }

    /// <summary>Writes only when the table's log is without errors in the end.</summary>
    public abstract Task<Counts> ImportAsync(CsvTable table, ImportRun run, CancellationToken cancellationToken);

    protected IEnumerable<Row> Rows(CsvTable table, ImportRun run)
    {
        run.Report(Format.Name, ImportStep.Reading, 0);
        foreach (var row in table.Rows())
        {
            if (table.RowCount % ImportLimits.ProgressEveryRows == 0) run.Report(Format.Name, ImportStep.Reading, table.RowCount);
            yield return row;
        }
    }

    protected static Organisation? FindOrganisation(Row row, Column column, ImportRun run, OrganisationKind kind)
    {
        var word = kind == OrganisationKind.Client ? "client" : "contractor";
        var organisation = run.Registry.Organisation(row.Cell(column));
        if (organisation is null) row.Refuse(column, $"There is no organisation of this reference; a {word} is needed.");
        else if (organisation.Kind != kind) row.Refuse(column, $"The organisation is not a {word}.");
        else return organisation;
        return null;
    }
}

/// <summary>A file in which each row is one entry of the registry, found again by a key that stands in the row.</summary>
abstract class EntryFile<T> : FileImport
    where T : class
{
    public override async Task<Counts> ImportAsync(CsvTable table, ImportRun run, CancellationToken cancellationToken)
    {
        var entries = new List<T>();
        var lines = new Dictionary<object, int>();
        foreach (var row in Rows(table, run))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Read(row, run) is not { } entry || row.Failed) continue;
            if (!lines.TryAdd(KeyOf(entry), row.Line)) row.Refuse(KeyColumn, $"Stands in the file already, on line {lines[KeyOf(entry)]}.");
            else entries.Add(entry);
        }

        if (table.Log.Count == 0) await CheckAsync(entries, lines, table.Log, run, cancellationToken);
        if (table.Log.Count > 0 || entries.Count == 0) return default;
        run.Report(Format.Name, ImportStep.Writing, table.RowCount);
        return Counts.Of(await run.UpsertAsync(Batch(entries), cancellationToken));
    }

    protected abstract Column KeyColumn { get; }

    protected abstract T? Read(Row row, ImportRun run);

    protected abstract object KeyOf(T entry);

    protected abstract RegistryBatch Batch(IReadOnlyList<T> entries);

    /// <summary>Whatever needs more than a row to be seen.</summary>
    protected virtual Task CheckAsync(
        IReadOnlyList<T> entries, IReadOnlyDictionary<object, int> lines, ErrorLog log, ImportRun run,
            CancellationToken cancellationToken) =>
        Task.CompletedTask;
}
