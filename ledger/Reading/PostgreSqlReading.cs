using Microsoft.EntityFrameworkCore;

namespace OrleansScheduling.Ledger.Reading;

/// <summary>The reading side on PostgreSQL.</summary>
public class PostgreSqlReading(DbContextOptions options) : ReadingContext(options)
{
    protected override IQueryable<PropertyRecord> Find(string reference, string postcodeKey, IReadOnlyList<string> words)
    {
        var end = postcodeKey + "\U0010FFFF";
        var query = string.Join(" & ", words.Select(word => $"'{word}':*"));
        return Properties.FromSqlInterpolated(
            $"""
            SELECT p.* FROM property p WHERE p.property_id IN (
                SELECT property_id FROM property WHERE reference = {reference}
                UNION SELECT property_id FROM property WHERE {postcodeKey} <> ''
                    AND postcode_key >= {postcodeKey} COLLATE "C" AND postcode_key < {end} COLLATE "C"
                UNION SELECT property_id FROM property WHERE {query} <> '' AND array_to_tsvector(words) @@ ({query}::text)::tsquery)
            """);
    }

    protected override void BuildFor(ModelBuilder modelBuilder)
    {
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            foreach (var property in entity.GetProperties())
            {
                if (property.ClrType.IsEnum) property.SetColumnType("smallint");
                if (property.Name == "Details") property.SetColumnType("jsonb");
            }
        }
    }
}

/// <summary>As <see cref="PostgreSqlReading"/>, for tenants and operatives.</summary>
public sealed class PostgreSqlReadingOfOnePerson(DbContextOptions options) : PostgreSqlReading(options)
{
    protected override bool OfOnePerson => true;
}
