namespace OrleansScheduling.Ledger;

/// <summary>The database cannot be reached, or went away: whether the changeset was committed is not known.</summary>
public sealed class LedgerUnavailableException(Exception inner)
    : Exception("The ledger's database did not answer; whether the change was made is not known. Repeat it with the same key.", inner);

/// <summary>The database has a schema that this program does not know.</summary>
public sealed class NewerSchemaException(int found, int known) : Exception(
    $"The ledger's database has schema {found}, and this program knows schemas up to {known}. "
    + "It was written by a newer version: start that one.")
{
    public int Found => found;

    public int Known => known;
}
