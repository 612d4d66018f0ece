using Microsoft.Data.Sqlite;
using OrleansScheduling.Ledger.Coding;
using OrleansScheduling.Ledger.Registry;

namespace OrleansScheduling.Ledger.Sqlite;

/// <summary>Writes changed registry rows. The ids are those that the comparison found or allocated.</summary>
static class SqliteRegistryWriter
{
    public static void Write(SqliteConnection connection, RegistryChanges changes)
    {
        using (var put = Put(connection, "organisation", "organisation_id", "reference", "name", "kind", "time_zone"))
        {
            foreach (var row in changes.Organisations) put.Execute(row.Id, row.Reference, row.Name, (int)row.Kind, row.TimeZone);
        }

        using (var put = Put(
            connection, "contract", "contract_id", "reference", "name", "client_id", "contractor_id", "first_day", "last_day", "schedule",
                "details"))
        {
            foreach (var row in changes.Contracts)
            {
                put.Execute(
                    row.Id, row.Reference, row.Name, row.Client, row.Contractor, Moments.ToText(row.FirstDay),
                    row.LastDay is { } last ? Moments.ToText(last) : null, row.Schedule, row.Details);
            }
        }

        using (var put = Put(
            connection, "operative", "operative_id", "contractor_id", "reference", "name", "home_patch", "dedicated_to", "pace_percent",
                "details"))
        {
            foreach (var row in changes.Operatives)
            {
                put.Execute(
                    row.Id, row.Contractor, row.Reference, row.Name, row.HomePatch, row.DedicatedTo, (int)row.PacePercent, row.Details);
            }
        }

        using (var put = Put(
            connection, "schedule_of_rates", "schedule", "code", "trade", "plain_name", "standard_minutes", "emergency", "details"))
        {
            foreach (var row in changes.Rates)
                put.Execute(row.Schedule, row.Code, row.Trade, row.PlainName, (int)row.StandardMinutes, row.Emergency, row.Details);
        }

        using (var put = Put(connection, "bank_holiday", "organisation_id", "day", "name"))
        {
            foreach (var row in changes.BankHolidays) put.Execute(row.Organisation.Value, Moments.ToText(row.Day), row.Name);
        }

        WriteProperties(connection, changes.Properties);
    }

    static void WriteProperties(SqliteConnection connection, List<PropertyRow> rows)
    {
        using var put = Put(
            connection, "property", "property_id", "client_id", "reference", "kind", "address_line_1", "address_line_2", "postcode",
                "postcode_key",
            "latitude", "longitude", "patch");
        using var forget = new SqliteStatement(connection, "DELETE FROM property_words WHERE rowid = $id", "$id");
        using var words = new SqliteStatement(connection, "INSERT INTO property_words (rowid, words) VALUES ($id, $words)", "$id",
            "$words");
        foreach (var row in rows)
        {
            put.Execute(
                row.Id, row.Client, row.Reference, (int)row.Kind, row.Line1, row.Line2, row.Postcode, row.PostcodeKey, row.Latitude,
                row.Longitude, row.Patch);
            forget.Execute(row.Id);
            words.Execute(row.Id, string.Join(' ', row.Words));
        }
    }

    /// <summary>A row in place of the one with its primary key: the first column, except where the table has a pair.</summary>
    static SqliteStatement Put(SqliteConnection connection, string table, params string[] columns)
    {
        var names = columns.Select(column => "$" + column).ToArray();
        var key = table is "schedule_of_rates" or "bank_holiday" ? $"{columns[0]}, {columns[1]}" : columns[0];
        var sets = string.Join(", ", columns.Skip(1).Select(column => $"{column} = excluded.{column}"));
        var into = $"INSERT INTO {table} ({string.Join(", ", columns)})";
        return new SqliteStatement(
            connection, $"{into} VALUES ({string.Join(", ", names)}) ON CONFLICT ({key}) DO UPDATE SET {sets}", names);
    }
}
