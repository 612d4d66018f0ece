namespace OrleansScheduling.Ledger.Tests;

/// <summary>What only ledgers with tables of their own have: a schema, and a reading side.</summary>
public abstract partial class SqlLedgerSuite : LedgerSuite
{
    /// <summary>Takes back what the later steps of this database alone have made, beyond the reading side.</summary>
    protected virtual string UndoOwnSteps => "";

    /// <summary>Runs SQL past the ledger.</summary>
    protected abstract Task RunSqlAsync(string sql);

    [Fact]
    public async Task A_newer_schema_is_refused_with_a_clear_message()
    {
        await RunSqlAsync("INSERT INTO schema_version (number, name, applied_at) VALUES (99, 'of the future', '2030-01-01')");
        var refused = await Assert.ThrowsAsync<NewerSchemaException>(() => OpenAsync());
        Assert.Equal(99, refused.Found);
        Assert.Contains("newer version", refused.Message, StringComparison.Ordinal);
    }
}
