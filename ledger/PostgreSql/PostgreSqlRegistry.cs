using NodaTime;
using Npgsql;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Ledger.Coding;
using OrleansScheduling.Ledger.Feed;
using OrleansScheduling.Ledger.Registry;

namespace OrleansScheduling.Ledger.PostgreSql;

/// <summary>What seldom changes, on PostgreSQL.</summary>
/// <param name="quick">For what somebody waits for, as <paramref name="reads"/> and <paramref name="limit"/> allow.</param>
/// <param name="source">For imports, and for all of it at once.</param>
sealed class PostgreSqlRegistry(
    NpgsqlDataSource quick, NpgsqlDataSource source, ReadGate reads, AnswerLimit limit, FeedSignal signal, TimeProvider time)
    : IRegistryStore
{
    /// <summary>Most properties of one search.</summary>
    const int MaxFound = 200;

    const string Version = "SELECT version FROM registry_version";
    const string Organisations = "SELECT organisation_id, reference, name, kind, time_zone FROM organisation ORDER BY organisation_id";

    const string Contracts = """
        SELECT contract_id, reference, name, client_id, contractor_id, first_day, last_day, schedule, details::text FROM contract
        ORDER BY contract_id
        """;

    const string Operatives = """
        SELECT operative_id, contractor_id, reference, name, home_patch, dedicated_to, pace_percent, details::text FROM operative
        ORDER BY operative_id
        """;

    const string Rates = """
        SELECT schedule, code, trade, plain_name, standard_minutes, emergency, details::text FROM schedule_of_rates ORDER BY schedule, code
        """;

    const string BankHolidays = "SELECT organisation_id, day, name FROM bank_holiday ORDER BY organisation_id, day";

    /// <summary>One snapshot for all reads: repeatable read.</summary>
    public async Task<RegistrySnapshot> LoadAsync(CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        var version = (await ReadAsync(connection, Version, row => row.GetInt64(0), cancellationToken))[0];
        var snapshot = new RegistrySnapshot(
            version,
            [.. (await ReadAsync(connection, Organisations, ReadOrganisation, cancellationToken)).Select(row => row.ToDomain())],
            [.. (await ReadAsync(connection, Contracts, ReadContract, cancellationToken)).Select(row => row.ToDomain())],
            [.. (await ReadAsync(connection, Operatives, ReadOperative, cancellationToken)).Select(row => row.ToDomain())],
            [.. (await ReadAsync(connection, Rates, ReadRate, cancellationToken)).Select(row => row.ToDomain())],
            await ReadAsync(connection, BankHolidays, ReadHoliday, cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return snapshot;
    }

    public async Task<long> VersionAsync(CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        return (await ReadAsync(connection, Version, row => row.GetInt64(0), cancellationToken))[0];
    }

    static OrganisationRow ReadOrganisation(NpgsqlDataReader row) =>
        new(row.GetInt32(0), row.GetString(1), row.GetString(2), row.GetInt16(3), row.GetString(4));

    // Details are read into the domain and written again, since jsonb has its own order and spacing.
    static ContractRow ReadContract(NpgsqlDataReader row) => ContractRow.Of(new ContractRow(
        row.GetInt32(0), row.GetString(1), row.GetString(2), row.GetInt32(3), row.GetInt32(4), PostgreSqlColumns.ReadDay(row, 5),
        row.IsDBNull(6) ? null : PostgreSqlColumns.ReadDay(row, 6), row.GetString(7), row.GetString(8)).ToDomain());

    static OperativeRow ReadOperative(NpgsqlDataReader row) => OperativeRow.Of(new OperativeRow(
        row.GetInt32(0), row.GetInt32(1), row.GetString(2), row.GetString(3), row.GetString(4), row.IsDBNull(5) ? null : row.GetInt32(5),
        row.GetInt16(6), row.GetString(7)).ToDomain());

    static SorRow ReadRate(NpgsqlDataReader row) => SorRow.Of(new SorRow(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt16(4), row.GetBoolean(5), row.GetString(6))
            .ToDomain());

    static BankHoliday ReadHoliday(NpgsqlDataReader row) =>
        new(new OrganisationId(row.GetInt32(0)), PostgreSqlColumns.ReadDay(row, 1), row.GetString(2));

    static PropertyRow ReadProperty(NpgsqlDataReader row) => new(
        row.GetInt32(0), row.GetInt32(1), row.GetString(2), row.GetInt16(3), row.GetString(4), row.GetString(5), row.GetString(6),
        row.GetDouble(7), row.GetDouble(8), row.GetString(9));

    /// <summary>
    /// A transaction of several statements, alone: it waits until no batch is under way before it takes its transaction id, so that its
    /// entry stands in the feed after every version that it found. A client that stops in the middle is cut off by the server.
    /// </summary>
    public async Task<RegistryResult> UpsertAsync(RegistryBatch batch, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, "SET LOCAL idle_in_transaction_session_timeout = '30s'", cancellationToken);
        await ExecuteAsync(connection, PostgreSqlMigrations.WaitForBatches, cancellationToken);
        var changes = RegistryChanges.Of(batch, await ReadRecordedAsync(connection, batch, cancellationToken));
        if (changes.IsEmpty)
        {
            await transaction.CommitAsync(cancellationToken);
            return changes.Result;
        }

        await PostgreSqlRegistryWriter.WriteAsync(connection, changes, cancellationToken);
        var diaries = await MoveDiariesAsync(connection, changes, cancellationToken);
        var entry = changes.Entry(Instant.FromDateTimeOffset(time.GetUtcNow()), diaries);
        await using (var append = new NpgsqlCommand(Append, connection))
        {
            append.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = EventCodec.Encode(entry) });
            await append.ExecuteNonQueryAsync(cancellationToken);
        }

        await ExecuteAsync(connection, "UPDATE registry_version SET version = version + 1", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        signal.Wake();
        return changes.Result;
    }

    /// <summary>As <see cref="UpsertAsync"/>, for one operative.</summary>
    public Task<(CommitResult? Result, Refusal? Refusal)> TellAsync(
        OperativeId operative, DayTelling telling, CommandKey key, string actor, CancellationToken cancellationToken) =>
        limit.WaitAsync(stop => RecordAsync(operative, telling, key, actor, stop), cancellationToken: cancellationToken);

    async Task<(CommitResult? Result, Refusal? Refusal)> RecordAsync(
        OperativeId operative, DayTelling telling, CommandKey key, string actor, CancellationToken cancellationToken)
    {
        await using var connection = await quick.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, "SET LOCAL idle_in_transaction_session_timeout = '30s'", cancellationToken);
        await ExecuteAsync(connection, PostgreSqlMigrations.WaitForBatches, cancellationToken);
        await using (var find = new NpgsqlCommand(PostgreSqlLedger.EntryOfKey, connection))
        {
            find.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = key.Key });
            var known = await ReadAsync(
                find,
                row => (Entry: new FeedEntry(row.GetInt64(0), EventCodec.Decode(row.GetFieldValue<byte[]>(1))), Hash: row.GetInt64(2)),
                cancellationToken);
            if (known.Count > 0) return (ToldOperative.Again(known[0].Entry, known[0].Hash, key), null);
        }

        var row = (await ReadAsync(connection, Operatives, ReadOperative, cancellationToken)).Find(one => one.Id == operative.Value);
        var told = ToldOperative.Of(row, telling);
        if (!told.Succeeded) return (null, told.Refusal);
        await PostgreSqlRegistryWriter.WriteAsync(connection, told.Value.Changes, cancellationToken);
        var diaries = await MoveDiariesAsync(connection, told.Value.Changes, cancellationToken);
        var entry = told.Value.Entry(actor, Instant.FromDateTimeOffset(time.GetUtcNow()), diaries);
        await using var append = new NpgsqlCommand(AppendWithKey, connection);
        append.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = EventCodec.Encode(entry) });
        append.Parameters.Add(new NpgsqlParameter<long> { TypedValue = key.BodyHash });
        append.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = key.Key });
        var position = (long)(await append.ExecuteScalarAsync(cancellationToken))!;
        await ExecuteAsync(connection, "UPDATE registry_version SET version = version + 1", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        signal.Wake();
        return (new CommitResult(CommitStatus.Committed, new FeedEntry(position, entry)), null);
    }

    const string AppendWithKey = """
        INSERT INTO event (position, payload, body_hash, command_key)
        SELECT ((pg_current_xact_id()::text::bigint + xid_offset) << 20) + 1, $1, $2, $3 FROM feed_origin RETURNING position
        """;

    const string Append = """
        INSERT INTO event (position, payload)
        SELECT ((pg_current_xact_id()::text::bigint + xid_offset) << 20) + 1, $1 FROM feed_origin
        """;

    const string MoveDiaries = """
        INSERT INTO diary AS d (operative_id, version) SELECT n, 1 FROM unnest($1::integer[]) n ORDER BY n
        ON CONFLICT (operative_id) DO UPDATE SET version = d.version + 1
        RETURNING operative_id, version
        """;

    static async Task<IReadOnlyList<DiaryChange>> MoveDiariesAsync(
        NpgsqlConnection connection, RegistryChanges changes, CancellationToken cancellationToken)
    {
        if (changes.ChangedOperatives.Count == 0) return [];
        await using var command = new NpgsqlCommand(MoveDiaries, connection);
        command.Parameters.Add(new NpgsqlParameter<int[]>
        {
            TypedValue =
            [.. changes.ChangedOperatives.Select(operative => operative.Value).Distinct()]
        });
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var diaries = new List<DiaryChange>();
        while (await row.ReadAsync(cancellationToken)) diaries.Add(new DiaryChange(new OperativeId(row.GetInt32(0)), row.GetInt64(1), [],
            []));
        return diaries;
    }

    const string LastIds = """
        SELECT coalesce((SELECT max(organisation_id) FROM organisation), 0), coalesce((SELECT max(contract_id) FROM contract), 0),
            coalesce((SELECT max(operative_id) FROM operative), 0), coalesce((SELECT max(property_id) FROM property), 0)
        """;

    const string PropertyColumns = """
        p.property_id, p.client_id, p.reference, p.kind, p.address_line_1, p.address_line_2, p.postcode, p.latitude, p.longitude, p.patch
        """;

    const string PropertiesByReference = $"""
        SELECT {PropertyColumns}
        FROM unnest($1::integer[], $2::text[]) AS n (client_id, reference) JOIN property p USING (client_id, reference)
        """;

    static async Task<RecordedRegistry> ReadRecordedAsync(NpgsqlConnection connection, RegistryBatch batch,
        CancellationToken cancellationToken)
    {
        var recorded = new RecordedRegistry();
        foreach (var row in await ReadAsync(connection, Organisations, ReadOrganisation,
            cancellationToken)) recorded.Organisations[row.Reference] = row;
        foreach (var row in await ReadAsync(connection, Contracts, ReadContract, cancellationToken)) recorded.Contracts[row.Reference] =
            row;
        foreach (var row in await ReadAsync(connection, Operatives, ReadOperative, cancellationToken))
            recorded.Operatives[(row.Contractor, row.Reference)] = row;
        foreach (var row in await ReadAsync(connection, Rates, ReadRate, cancellationToken)) recorded.Rates[(row.Schedule, row.Code)] = row;
        foreach (var row in await ReadAsync(connection, BankHolidays, ReadHoliday, cancellationToken))
            recorded.BankHolidays[(row.Organisation.Value, row.Day)] = row;
        if (batch.Properties.Count > 0)
        {
            await using var command = new NpgsqlCommand(PropertiesByReference, connection);
            command.Parameters.Add(new NpgsqlParameter<int[]>
            {
                TypedValue =
                [.. batch.Properties.Select(property => property.Client.Value)]
            });
            command.Parameters.Add(new NpgsqlParameter<string[]>
            {
                TypedValue =
                [.. batch.Properties.Select(property => property.Reference)]
            });
            foreach (var row in await ReadAsync(command, ReadProperty, cancellationToken)) recorded.Properties[(row.Client,
                row.Reference)] = row;
        }

        await using var ids = new NpgsqlCommand(LastIds, connection);
        var last = await ReadAsync(ids, row => (row.GetInt32(0), row.GetInt32(1), row.GetInt32(2), row.GetInt32(3)), cancellationToken);
        (recorded.LastOrganisation, recorded.LastContract, recorded.LastOperative, recorded.LastProperty) = last[0];
        return recorded;
    }

    public Task<Property?> FindPropertyAsync(PropertyId property, CancellationToken cancellationToken) =>
        reads.RunAsync(async token =>
        {
            await using var command = quick.CreateCommand($"SELECT {PropertyColumns} FROM property p WHERE p.property_id = $1");
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = property.Value });
            return (await ReadAsync(command, ReadProperty, token)).FirstOrDefault()?.ToDomain();
        }, cancellationToken);

    public Task<Property?> FindPropertyAsync(OrganisationId client, string reference, CancellationToken cancellationToken) =>
        reads.RunAsync(async token =>
        {
            await using var command = quick.CreateCommand(
                $"SELECT {PropertyColumns} FROM property p WHERE p.client_id = $1 AND p.reference = $2");
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = client.Value });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = reference });
            return (await ReadAsync(command, ReadProperty, token)).FirstOrDefault()?.ToDomain();
        }, cancellationToken);

    // Three ways of finding, each by its own index. The postcode's prefix is a range of keys ($3 to $4), so no pattern characters exist;
    // the
    // words are a query of quoted prefixes built from letters and digits only. An empty key or query finds nothing.
    const string Search = $"""
        SELECT {PropertyColumns} FROM property p
        WHERE (p.client_id::text || '/' = ANY($7) OR p.client_id::text || '/' || p.patch = ANY($7)) AND p.property_id IN (
            SELECT property_id FROM property WHERE reference = $2 AND client_id = ANY($1)
            UNION SELECT property_id FROM property WHERE $3 <> '' AND postcode_key >= $3 COLLATE "C" AND postcode_key < $4 COLLATE "C"
            UNION SELECT property_id FROM property WHERE $5 <> '' AND array_to_tsvector(words) @@ $5::tsquery)
        ORDER BY p.postcode COLLATE "C", p.address_line_1, p.address_line_2, p.property_id LIMIT $6
        """;

    public Task<IReadOnlyList<Property>> SearchPropertiesAsync(
        IReadOnlyList<PropertyArea> areas, string text, int limit, CancellationToken cancellationToken) =>
        reads.RunAsync(token => LookForAsync(areas, text, limit, token), cancellationToken);

    async Task<IReadOnlyList<Property>> LookForAsync(
        IReadOnlyList<PropertyArea> areas, string text, int limit, CancellationToken cancellationToken)
    {
        var looked = text.Trim();
        if (looked.Length is 0 or > SearchText.MaxLength || areas.Count == 0) return [];
        var key = SearchText.Key(looked);
        var words = SearchText.Words(looked).Take(SearchText.MaxWords).Select(word => $"'{word}':*");
        await using var command = quick.CreateCommand(Search);
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. areas.Select(area => area.Client.Value).Distinct()] });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = looked.Replace("\0", "", StringComparison.Ordinal) });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key + "\U0010FFFF" });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = string.Join(" & ", words) });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Math.Clamp(limit, 1, MaxFound) });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. areas.Select(area => area.ToString())] });
        return [.. (await ReadAsync(command, ReadProperty, cancellationToken)).Select(row => row.ToDomain())];
    }

    public Task<int> CountPropertiesAsync(CancellationToken cancellationToken) =>
        reads.RunAsync(async token =>
        {
            await using var command = quick.CreateCommand("SELECT count(*)::integer FROM property");
            return (int)(await command.ExecuteScalarAsync(token))!;
        }, cancellationToken);

    static async Task<List<T>> ReadAsync<T>(
        NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await ReadAsync(command, read, cancellationToken);
    }

    static async Task<List<T>> ReadAsync<T>(NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await row.ReadAsync(cancellationToken)) rows.Add(read(row));
        return rows;
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
