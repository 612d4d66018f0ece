using Npgsql;
using OrleansScheduling.Ledger.Registry;

namespace OrleansScheduling.Ledger.PostgreSql;

/// <summary>Writes changed registry rows: small tables row by row in one round trip, properties as arrays.</summary>
static class PostgreSqlRegistryWriter
{
    /// <summary>Rows of one round trip.</summary>
    const int Chunk = 500;

    const string PutOrganisation = """
        INSERT INTO organisation (organisation_id, reference, name, kind, time_zone) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (reference) DO UPDATE SET name = excluded.name, kind = excluded.kind, time_zone = excluded.time_zone
        """;

    const string PutContract = """
        INSERT INTO contract (contract_id, reference, name, client_id, contractor_id, first_day, last_day, schedule, details)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb)
        ON CONFLICT (reference) DO UPDATE SET
            name = excluded.name, client_id = excluded.client_id, contractor_id = excluded.contractor_id, first_day = excluded.first_day,
            last_day = excluded.last_day, schedule = excluded.schedule, details = excluded.details
        """;

    const string PutOperative = """
        INSERT INTO operative (operative_id, contractor_id, reference, name, home_patch, dedicated_to, pace_percent, details)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8::jsonb)
        ON CONFLICT (contractor_id, reference) DO UPDATE SET
            name = excluded.name, home_patch = excluded.home_patch, dedicated_to = excluded.dedicated_to,
            pace_percent = excluded.pace_percent, details = excluded.details
        """;

    const string PutRate = """
        INSERT INTO schedule_of_rates (schedule, code, trade, plain_name, standard_minutes, emergency, details)
        VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb)
        ON CONFLICT (schedule, code) DO UPDATE SET
            trade = excluded.trade, plain_name = excluded.plain_name, standard_minutes = excluded.standard_minutes,
            emergency = excluded.emergency, details = excluded.details
        """;

    const string PutHoliday = """
        INSERT INTO bank_holiday (organisation_id, day, name) VALUES ($1, $2, $3)
        ON CONFLICT (organisation_id, day) DO UPDATE SET name = excluded.name
        """;

    const string PutProperties = """
        INSERT INTO property (
            property_id, client_id, reference, kind, address_line_1, address_line_2, postcode, latitude, longitude, patch, postcode_key,
                words)
        SELECT n.property_id, n.client_id, n.reference, n.kind, n.line_1, n.line_2, n.postcode, n.latitude, n.longitude, n.patch,
            n.postcode_key,
            string_to_array(n.words, ' ')
        FROM unnest(
            $1::integer[], $2::integer[], $3::text[], $4::smallint[], $5::text[], $6::text[], $7::text[], $8::double precision[],
            $9::double precision[], $10::text[], $11::text[], $12::text[])
            AS n (property_id, client_id, reference, kind, line_1, line_2, postcode, latitude, longitude, patch, postcode_key, words)
        ON CONFLICT (client_id, reference) DO UPDATE SET
            kind = excluded.kind, address_line_1 = excluded.address_line_1, address_line_2 = excluded.address_line_2,
            postcode = excluded.postcode, latitude = excluded.latitude, longitude = excluded.longitude, patch = excluded.patch,
            postcode_key = excluded.postcode_key, words = excluded.words
        """;

    public static async Task WriteAsync(NpgsqlConnection connection, RegistryChanges changes, CancellationToken cancellationToken)
    {
        await WriteAsync(connection, PutOrganisation, changes.Organisations, row =>
            [row.Id, row.Reference, row.Name, row.Kind, row.TimeZone], cancellationToken);
        await WriteAsync(
            connection,
            PutContract,
            changes.Contracts,
            row =>
            [
                row.Id, row.Reference, row.Name, row.Client, row.Contractor, row.FirstDay.ToDateOnly(), row.LastDay?.ToDateOnly(),
                row.Schedule, row.Details,
            ],
            cancellationToken);
        await WriteAsync(
            connection,
            PutOperative,
            changes.Operatives,
            row => [row.Id, row.Contractor, row.Reference, row.Name, row.HomePatch, row.DedicatedTo, row.PacePercent, row.Details],
            cancellationToken);
        await WriteAsync(
            connection,
            PutRate,
            changes.Rates,
            row => [row.Schedule, row.Code, row.Trade, row.PlainName, row.StandardMinutes, row.Emergency, row.Details],
            cancellationToken);
        await WriteAsync(
            connection, PutHoliday, changes.BankHolidays, row =>
                [row.Organisation.Value, row.Day.ToDateOnly(), row.Name], cancellationToken);
        foreach (var chunk in changes.Properties.Chunk(Chunk * 10)) await WritePropertiesAsync(connection, chunk, cancellationToken);
    }

    static async Task WriteAsync<TRow>(
        NpgsqlConnection connection, string sql, List<TRow> rows, Func<TRow, object?[]> values, CancellationToken cancellationToken)
    {
        foreach (var chunk in rows.Chunk(Chunk))
        {
            await using var batch = new NpgsqlBatch(connection);
            foreach (var row in chunk)
            {
                var command = new NpgsqlBatchCommand(sql);
                foreach (var value in values(row)) command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
                batch.BatchCommands.Add(command);
            }

            await batch.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    static async Task WritePropertiesAsync(NpgsqlConnection connection, PropertyRow[] rows, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(PutProperties, connection);
        Add(command, rows, row => row.Id);
        Add(command, rows, row => row.Client);
        Add(command, rows, row => row.Reference);
        Add(command, rows, row => row.Kind);
        Add(command, rows, row => row.Line1);
        Add(command, rows, row => row.Line2);
        Add(command, rows, row => row.Postcode);
        Add(command, rows, row => row.Latitude);
        Add(command, rows, row => row.Longitude);
        Add(command, rows, row => row.Patch);
        Add(command, rows, row => row.PostcodeKey);
        Add(command, rows, row => string.Join(' ', row.Words));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    static void Add<T>(NpgsqlCommand command, PropertyRow[] rows, Func<PropertyRow, T> value) =>
        command.Parameters.Add(new NpgsqlParameter<T[]> { TypedValue = Array.ConvertAll(rows, row => value(row)) });
}
