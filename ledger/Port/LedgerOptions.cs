namespace OrleansScheduling.Ledger;

/// <summary>Settings of the ledger; section <c>Ledger</c>, with the connection string under <c>ConnectionStrings:Ledger</c>.</summary>
public sealed record LedgerOptions
{
    /// <summary>A PostgreSQL connection string (<c>Host=…</c>), or empty for SQLite in <see cref="Directory"/>.</summary>
    public string ConnectionString { get; init; } = "";

    /// <summary>Where SQLite keeps its file, <c>ledger.db</c>; relative to the working directory.</summary>
    public string Directory { get; init; } = "data";

    /// <summary>
    /// Most changesets in one transaction, 1 to 4096: with more, those who wait for a full one wait longer and no more is done.
    /// </summary>
    public int MaxBatch { get; init; } = 64;

    /// <summary>Most changesets that may wait, 1 to 1,000,000; the next one is told that the system is busy.</summary>
    public int MaxWaiting { get; init; } = 20_000;

    /// <summary>Batches on their way to the database at once, 1 to 16 (PostgreSQL; SQLite has one writer).</summary>
    public int MaxBatchesInFlight { get; init; } = 2;

    /// <summary>
    /// Seconds, 1 to 300, after which a commit or a question without an answer is given up (PostgreSQL), and half of them for a new
    /// connection. Callers are told to try again; what became of a commit is not known then.
    /// </summary>
    public int AnswerSeconds { get; init; } = 30;

    /// <exception cref="ArgumentOutOfRangeException">A bound is not positive, or larger than the ledger can carry.</exception>
    public void Validate()
    {
        // A batch numbers its entries with 20 bits; far below that, the arrays of one statement are still small.
        Check(MaxBatch, 1, 4096, nameof(MaxBatch));
        Check(MaxWaiting, 1, 1_000_000, nameof(MaxWaiting));
        Check(MaxBatchesInFlight, 1, 16, nameof(MaxBatchesInFlight));
        Check(AnswerSeconds, 1, 300, nameof(AnswerSeconds));
    }

    static void Check(int value, int least, int most, string name)
    {
        if (value < least || value > most)
            throw new ArgumentOutOfRangeException(name, value, $"Ledger:{name} is between {least} and {most}.");
    }
}
