namespace OrleansScheduling.Ledger;

/// <summary>Settings of the ledger; section <c>Ledger</c>, with the connection string under <c>ConnectionStrings:Ledger</c>.</summary>
public sealed record LedgerOptions
{
    /// <summary>A PostgreSQL connection string (<c>Host=…</c>), or empty for SQLite in <see cref="Directory"/>.</summary>
    public string ConnectionString { get; init; } = "";

    /// <summary>Where SQLite keeps its file, <c>ledger.db</c>.</summary>
    public string Directory { get; init; } = "data";

    /// <summary>Most changesets in one transaction.</summary>
    public int MaxBatch { get; init; } = 256;

    /// <summary>Most changesets that may wait; the next one is answered <see cref="CommitStatus.Busy"/>.</summary>
    public int MaxWaiting { get; init; } = 20_000;

    /// <summary>Batches on their way to the database at once (PostgreSQL; SQLite has one writer).</summary>
    public int MaxBatchesInFlight { get; init; } = 2;
}
