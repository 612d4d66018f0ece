namespace OrleansScheduling.Ledger;

/// <summary>The database cannot be reached, or went away: whether the changeset was committed is not known.</summary>
public sealed class LedgerUnavailableException(Exception inner)
    : Exception("The ledger's database did not answer; whether the change was made is not known. Repeat it with the same key.", inner)
{
    /// <summary>Nothing was heard for as long as anybody waits: whoever asks next would hear nothing either.</summary>
    public bool IsSilence { get; init; }
}

/// <summary>As many reports wait as may: nothing was asked of the database.</summary>
public sealed class TooManyReportsException() : Exception("Too many reports are under way. Ask again in a moment.");

/// <summary>There is nothing to read where the settings say.</summary>
public sealed class NoLedgerException(string where) : Exception(
    $"There is no ledger in {where}. Correct Ledger:Directory or ConnectionStrings:Ledger; an import, "
    + "or a start of the service, makes one.");

/// <summary>The database's schema is behind this program, and was to be read as it is.</summary>
public sealed class OlderSchemaException(int found, int known) : Exception(
    $"The ledger's database has schema {found}, and this program reads schema {known}. "
    + "Start the service once: it brings the schema up to date.");

/// <summary>The database has a schema that this program does not know.</summary>
public sealed class NewerSchemaException(int found, int known) : Exception(
    $"The ledger's database has schema {found}, and this program knows schemas up to {known}. "
    + "It was written by a newer version: start that one.")
{
    public int Found => found;

    public int Known => known;
}
