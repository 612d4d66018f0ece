using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using NodaTime;
using OrleansScheduling.Ledger.Coding;

namespace OrleansScheduling.Ledger.Reading;

/// <summary>The reading side on SQLite, where instants are whole numbers: microseconds since 1970.</summary>
public class SqliteReading(DbContextOptions options) : ReadingContext(options)
{
    protected override IQueryable<PropertyRecord> Find(string reference, string postcodeKey, IReadOnlyList<string> words)
    {
        var end = postcodeKey + "\U0010FFFF";
        // A query without words is a word that nothing has.
        var query = words.Count == 0 ? "\"\"" : string.Join(' ', words.Select(word => $"\"{word}\"*"));
        return Properties.FromSqlInterpolated(
            $"""
            SELECT p.* FROM property p WHERE p.property_id IN (
                SELECT property_id FROM property WHERE reference = {reference}
                UNION SELECT property_id FROM property WHERE {postcodeKey} <> '' AND postcode_key >= {postcodeKey} AND postcode_key < {end}
                UNION SELECT rowid FROM property_words WHERE property_words MATCH {query})
            """);
    }

    protected override void BuildFor(ModelBuilder modelBuilder)
    {
        // The base class has said all there is to the model; only the form of instants differs.
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<MicrosecondsConverter>();
}

/// <summary>As <see cref="SqliteReading"/>, for tenants and operatives.</summary>
public sealed class SqliteReadingOfOnePerson(DbContextOptions options) : SqliteReading(options)
{
    protected override bool OfOnePerson => true;
}

sealed class MicrosecondsConverter() : ValueConverter<DateTimeOffset, long>(
    moment => Moments.ToMicroseconds(Instant.FromDateTimeOffset(moment)),
    microseconds => Moments.FromMicroseconds(microseconds).ToDateTimeOffset());
