using System.Data.Common;
using NodaTime;
using NodaTime.Text;

namespace OrleansScheduling.Ledger.Coding;

/// <summary>
/// Instants and days as the databases keep them. Rows hold whole microseconds (a finer instant is cut off towards the past); the feed's
/// entries hold instants exactly.
/// </summary>
static class Moments
{
    const int NanosecondsPerMicrosecond = 1_000;
    const long MicrosecondsPerSecond = 1_000_000;

    public static long ToMicroseconds(Instant instant)
    {
        var sinceEpoch = instant - NodaConstants.UnixEpoch;
        return checked((sinceEpoch.Days * 86_400L * MicrosecondsPerSecond)
            + FloorDivide(sinceEpoch.NanosecondOfDay, NanosecondsPerMicrosecond));
    }

    public static Instant FromMicroseconds(long microseconds)
    {
        var seconds = FloorDivide(microseconds, MicrosecondsPerSecond);
        return Instant.FromUnixTimeSeconds(seconds)
            .PlusNanoseconds((microseconds - (seconds * MicrosecondsPerSecond)) * NanosecondsPerMicrosecond);
    }

    /// <summary>For a <c>timestamptz</c>: cut to microseconds here, since the driver would cut a <see cref="DateTime"/> by its own
    /// rule.</summary>
    public static DateTime ToUtc(Instant instant)
    {
        var ticks = instant.ToUnixTimeTicks();
        return new DateTime(DateTime.UnixEpoch.Ticks + ticks - (((ticks % 10) + 10) % 10), DateTimeKind.Utc);
    }

    public static DateTime? ToUtc(Instant? instant) => instant is { } some ? ToUtc(some) : null;

    public static Instant FromUtc(DateTime utc) => Instant.FromUnixTimeTicks(utc.Ticks - DateTime.UnixEpoch.Ticks);

    public static string ToText(LocalDate day) => LocalDatePattern.Iso.Format(day);

    public static LocalDate DayFromText(string text) => LocalDatePattern.Iso.Parse(text).Value;

    static long FloorDivide(long value, long by) => value >= 0 ? value / by : -((-value + by - 1) / by);
}

/// <summary>How one database hands out the types that differ between them.</summary>
interface IColumnReader
{
    static abstract Instant ReadInstant(DbDataReader row, int column);

    static abstract LocalDate ReadDay(DbDataReader row, int column);
}

/// <summary>PostgreSQL: <c>timestamptz</c> and <c>date</c>.</summary>
sealed class PostgreSqlColumns : IColumnReader
{
    public static Instant ReadInstant(DbDataReader row, int column) => Moments.FromUtc(row.GetDateTime(column));

    public static LocalDate ReadDay(DbDataReader row, int column) => LocalDate.FromDateOnly(row.GetFieldValue<DateOnly>(column));
}

/// <summary>SQLite: microseconds and ISO text.</summary>
sealed class SqliteColumns : IColumnReader
{
    public static Instant ReadInstant(DbDataReader row, int column) => Moments.FromMicroseconds(row.GetInt64(column));

    public static LocalDate ReadDay(DbDataReader row, int column) => Moments.DayFromText(row.GetString(column));
}
