using System.Text.Json;
using Microsoft.Data.Sqlite;
using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Ledger.Coding;
using OrleansScheduling.Ledger.Feed;
using OrleansScheduling.Ledger.Registry;

namespace OrleansScheduling.Ledger.Sqlite;

/// <summary>What seldom changes, on SQLite.</summary>
sealed class SqliteRegistry(SqliteDatabase database, SqliteWriter writer, FeedSignal signal, TimeProvider time) : IRegistryStore
{
    /// <summary>Most properties of one search.</summary>
    const int MaxFound = 200;

    const string Organisations = "SELECT organisation_id, reference, name, kind, time_zone FROM organisation ORDER BY organisation_id";

    const string Version = "SELECT version FROM registry_version";

    const string Contracts = """
        SELECT contract_id, reference, name, client_id, contractor_id, first_day, last_day, schedule, details FROM contract
        ORDER BY contract_id
        """;

    const string Operatives = """
        SELECT operative_id, contractor_id, reference, name, home_patch, dedicated_to, pace_percent, details FROM operative
        ORDER BY operative_id
        """;

    const string Rates =
        "SELECT schedule, code, trade, plain_name, standard_minutes, emergency, details FROM schedule_of_rates ORDER BY schedule, code";
    const string BankHolidays = "SELECT organisation_id, day, name FROM bank_holiday ORDER BY organisation_id, day";

    const string PropertyColumns = """
        p.property_id, p.client_id, p.reference, p.kind, p.address_line_1, p.address_line_2, p.postcode, p.latitude, p.longitude, p.patch
        """;

    const string PropertyByReference = $"SELECT {PropertyColumns} FROM property p WHERE p.client_id = $client AND p.reference = $reference";

    public async Task<RegistrySnapshot> LoadAsync(CancellationToken cancellationToken)
    {
        await using var connection = database.OpenReader();
        // One snapshot for all reads.
        await using var transaction = connection.BeginTransaction(deferred: true);
        using var version = new SqliteStatement(connection, Version);
        return new RegistrySnapshot(
            (long)version.Scalar()!,
            [.. Read(connection, Organisations, ReadOrganisation).Select(row => row.ToDomain())],
            [.. Read(connection, Contracts, ReadContract).Select(row => row.ToDomain())],
            [.. Read(connection, Operatives, ReadOperative).Select(row => row.ToDomain())],
            [.. Read(connection, Rates, ReadRate).Select(row => row.ToDomain())],
            Read(connection, BankHolidays, ReadHoliday));
    }

    public Task<long> VersionAsync(CancellationToken cancellationToken)
    {
        using var connection = database.OpenReader();
        using var version = new SqliteStatement(connection, Version);
        return Task.FromResult((long)version.Scalar()!);
    }

    static OrganisationRow ReadOrganisation(SqliteDataReader row) =>
        new(row.GetInt32(0), row.GetString(1), row.GetString(2), row.GetInt16(3), row.GetString(4));

    static ContractRow ReadContract(SqliteDataReader row) => new(
        row.GetInt32(0), row.GetString(1), row.GetString(2), row.GetInt32(3), row.GetInt32(4), SqliteColumns.ReadDay(row, 5),
        row.IsDBNull(6) ? null : SqliteColumns.ReadDay(row, 6), row.GetString(7), row.GetString(8));

    static OperativeRow ReadOperative(SqliteDataReader row) => new(
        row.GetInt32(0), row.GetInt32(1), row.GetString(2), row.GetString(3), row.GetString(4), row.IsDBNull(5) ? null : row.GetInt32(5),
        row.GetInt16(6), row.GetString(7));

    static SorRow ReadRate(SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt16(4), row.GetBoolean(5), row.GetString(6));

    static BankHoliday ReadHoliday(SqliteDataReader row) =>
        new(new OrganisationId(row.GetInt32(0)), SqliteColumns.ReadDay(row, 1), row.GetString(2));

    static PropertyRow ReadProperty(SqliteDataReader row) => new(
        row.GetInt32(0), row.GetInt32(1), row.GetString(2), row.GetInt16(3), row.GetString(4), row.GetString(5), row.GetString(6),
        row.GetDouble(7), row.GetDouble(8), row.GetString(9));

    public async Task<RegistryResult> UpsertAsync(RegistryBatch batch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var result = await writer.RunAsync(connection => Upsert(connection, batch));
        signal.Wake();
        return result;
    }

    RegistryResult Upsert(SqliteConnection connection, RegistryBatch batch)
    {
        var changes = RegistryChanges.Of(batch, ReadRecorded(connection, batch));
        if (changes.IsEmpty) return changes.Result;
        SqliteRegistryWriter.Write(connection, changes);
        var entry = changes.Entry(Instant.FromDateTimeOffset(time.GetUtcNow()), MoveDiaries(connection, changes));
        using var append = new SqliteStatement(connection, "INSERT INTO event (payload) VALUES ($payload)", "$payload");
        append.Execute(EventCodec.Encode(entry));
        SqliteWriter.Execute(connection, "UPDATE registry_version SET version = version + 1");
        return changes.Result;
    }

    public async Task<(CommitResult? Result, Refusal? Refusal)> TellAsync(
        OperativeId operative, DayTelling telling, CommandKey key, string actor, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var told = await writer.RunAsync(connection => Tell(connection, operative, telling, key, actor));
        signal.Wake();
        return told;
    }

    (CommitResult? Result, Refusal? Refusal) Tell(
        SqliteConnection connection, OperativeId operative, DayTelling telling, CommandKey key, string actor)
    {
        using (var find = new SqliteStatement(connection, SqliteLedger.EntryOfKey, "$key"))
        {
            using var known = find.Query(key.Key.ToByteArray());
            if (known.Read())
            {
                var first = new FeedEntry(known.GetInt64(0), EventCodec.Decode(known.GetFieldValue<byte[]>(1)));
                return (ToldOperative.Again(first, known.GetInt64(2), key), null);
            }
        }

        var row = Read(connection, Operatives, ReadOperative).Find(one => one.Id == operative.Value);
        var told = ToldOperative.Of(row, telling);
        if (!told.Succeeded) return (null, told.Refusal);
        SqliteRegistryWriter.Write(connection, told.Value.Changes);
        var entry = told.Value.Entry(actor, Instant.FromDateTimeOffset(time.GetUtcNow()), MoveDiaries(connection, told.Value.Changes));
        using var append = new SqliteStatement(
            connection, "INSERT INTO event (body_hash, command_key, payload) VALUES ($hash, $key, $payload) RETURNING position", "$hash",
            "$key", "$payload");
        var position = (long)append.Scalar(key.BodyHash, key.Key.ToByteArray(), EventCodec.Encode(entry))!;
        SqliteWriter.Execute(connection, "UPDATE registry_version SET version = version + 1");
        return (new CommitResult(CommitStatus.Committed, new FeedEntry(position, entry)), null);
    }

    static List<DiaryChange> MoveDiaries(SqliteConnection connection, RegistryChanges changes)
    {
        using var move = new SqliteStatement(
            connection,
            "INSERT INTO diary (operative_id, version) VALUES ($operative, 1) "
            + "ON CONFLICT DO UPDATE SET version = version + 1 RETURNING version",
            "$operative");
        return [.. changes.ChangedOperatives.Distinct()
            .Select(operative => new DiaryChange(operative, (long)move.Scalar(operative.Value)!, [], []))];
    }

    static RecordedRegistry ReadRecorded(SqliteConnection connection, RegistryBatch batch)
    {
        var recorded = new RecordedRegistry();
        foreach (var row in Read(connection, Organisations, ReadOrganisation)) recorded.Organisations[row.Reference] = row;
        foreach (var row in Read(connection, Contracts, ReadContract)) recorded.Contracts[row.Reference] = row;
        foreach (var row in Read(connection, Operatives, ReadOperative)) recorded.Operatives[(row.Contractor, row.Reference)] = row;
        foreach (var row in Read(connection, Rates, ReadRate)) recorded.Rates[(row.Schedule, row.Code)] = row;
        foreach (var row in Read(connection, BankHolidays, ReadHoliday)) recorded.BankHolidays[(row.Organisation.Value, row.Day)] = row;
        using var find = new SqliteStatement(connection, PropertyByReference, "$client", "$reference");
        foreach (var property in batch.Properties)
        {
            using var row = find.Query(property.Client.Value, property.Reference);
            if (row.Read()) recorded.Properties[(property.Client.Value, property.Reference)] = ReadProperty(row);
        }

        recorded.LastOrganisation = Last(connection, "organisation");
        recorded.LastContract = Last(connection, "contract");
        recorded.LastOperative = Last(connection, "operative");
        recorded.LastProperty = Last(connection, "property");
        return recorded;
    }

    static int Last(SqliteConnection connection, string table)
    {
        using var statement = new SqliteStatement(connection, $"SELECT coalesce(max({table}_id), 0) FROM {table}");
        return (int)(long)statement.Scalar()!;
    }

    public async Task<Property?> FindPropertyAsync(PropertyId property, CancellationToken cancellationToken)
    {
        await using var connection = database.OpenReader();
        using var statement = new SqliteStatement(connection, $"SELECT {PropertyColumns} FROM property p WHERE p.property_id = $id", "$id");
        using var row = statement.Query(property.Value);
        return row.Read() ? ReadProperty(row).ToDomain() : null;
    }

    public async Task<Property?> FindPropertyAsync(OrganisationId client, string reference, CancellationToken cancellationToken)
    {
        await using var connection = database.OpenReader();
        using var statement = new SqliteStatement(connection, PropertyByReference, "$client", "$reference");
        using var row = statement.Query(client.Value, reference);
        return row.Read() ? ReadProperty(row).ToDomain() : null;
    }

    // Three ways of finding, each by its own index. The postcode's prefix is a range of keys; the words are a query of quoted prefixes
    // built from
    // letters and digits only, so that neither has pattern characters or operators. A query without words is a word that nothing has.
    const string Search = $"""
        SELECT {PropertyColumns} FROM property p
        WHERE (p.client_id || '/' IN (SELECT value FROM json_each($areas))
            OR p.client_id || '/' || p.patch IN (SELECT value FROM json_each($areas))) AND p.property_id IN (
            SELECT property_id FROM property WHERE reference = $reference AND client_id IN (SELECT value FROM json_each($clients))
            UNION SELECT property_id FROM property WHERE $key <> '' AND postcode_key >= $key AND postcode_key < $keyEnd
            UNION SELECT rowid FROM property_words WHERE property_words MATCH $words)
        ORDER BY p.postcode, p.address_line_1, p.address_line_2, p.property_id LIMIT $limit
        """;

    public async Task<IReadOnlyList<Property>> SearchPropertiesAsync(
        IReadOnlyList<PropertyArea> areas, string text, int limit, CancellationToken cancellationToken)
    {
        var looked = text.Trim();
        if (looked.Length is 0 or > SearchText.MaxLength || areas.Count == 0) return [];
        var key = SearchText.Key(looked);
        var words = SearchText.Words(looked).Take(SearchText.MaxWords).Select(word => $"\"{word}\"*").ToArray();
        await using var connection = database.OpenReader();
        using var statement = new SqliteStatement(
            connection, Search, "$clients", "$areas", "$reference", "$key", "$keyEnd", "$words", "$limit");
        using var row = statement.Query(
            $"[{string.Join(',', areas.Select(area => area.Client).Distinct())}]",
            JsonSerializer.Serialize(areas.Select(area => area.ToString())), looked, key, key + "\U0010FFFF",
            words.Length == 0 ? "\"\"" : string.Join(' ', words),
            Math.Clamp(limit, 1, MaxFound));
        var found = new List<Property>();
        while (row.Read()) found.Add(ReadProperty(row).ToDomain());
        return found;
    }

    public async Task<int> CountPropertiesAsync(CancellationToken cancellationToken)
    {
        await using var connection = database.OpenReader();
        using var statement = new SqliteStatement(connection, "SELECT count(*) FROM property");
        return (int)(long)statement.Scalar()!;
    }

    static List<T> Read<T>(SqliteConnection connection, string sql, Func<SqliteDataReader, T> read)
    {
        using var statement = new SqliteStatement(connection, sql);
        using var row = statement.Query();
        var rows = new List<T>();
        while (row.Read()) rows.Add(read(row));
        return rows;
    }
}
