using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Testing;
using Xunit.Abstractions;
using static OrleansScheduling.Domain.Tests.People;

namespace OrleansScheduling.Domain.Tests;

public sealed class AvailabilityPropertyTests(ITestOutputHelper output)
{
    const int Cases = 1_000;

    sealed record Case(LocalDate Day, WorkingTime Time, LocalDate[] BankHolidays);

    static readonly LocalDate[] Days =
    [
        Monday, new(2026, 3, 28), new(2026, 3, 29), new(2026, 3, 30), new(2026, 10, 24), new(2026, 10, 25), new(2026, 10, 26),
    ];

    static readonly Gen<LocalTime> Quarter = Gen.Choose(0, 95).Select(quarter => LocalTime.Midnight.PlusMinutes(quarter * 15));

    /// <summary>Three to twelve hours, with up to two breaks of half an hour, each within an hour.</summary>
    static readonly Gen<Shift?> Shifts =
        from start in Quarter
        from quarters in Gen.Choose(12, 48)
        from first in Gen.Choose(0, 8)
        from breaks in Gen.Choose(-1, 2)
        select breaks < 0 ? null : new Shift(start, start.PlusMinutes(quarters * 15), [.. Enumerable.Range(0, breaks)
            .Select(number => first + (number * 14))
            .Where(quarter => quarter + 4 <= quarters)
            .Select(quarter => new Break(start.PlusMinutes(quarter * 15), start.PlusMinutes((quarter + 4) * 15), 30))]);

    static Gen<Rota> Rotas(LocalDate day) =>
        from week in Shifts.ArrayOf(7)
        from offset in Gen.Choose(-20, 2)
        from length in Gen.Choose(0, 40)
        select new Rota(day.PlusDays(offset), length > 30 ? null : day.PlusDays(offset + length), [week]);

    static Gen<Absence> Absences(LocalDate day) =>
        from offset in Gen.Choose(-1, 1)
        from start in Quarter
        from quarters in Gen.Choose(1, 60)
        select new Absence(day.PlusDays(offset).At(start), day.PlusDays(offset).At(start)
            .PlusMinutes(quarters > 50 ? quarters * 15 : quarters), "away");

    static Gen<Overtime> Overtimes(LocalDate day) =>
        from offset in Gen.Choose(-1, 1)
        from start in Quarter
        from quarters in Gen.Choose(1, 24)
        select new Overtime(day.PlusDays(offset), start, start.PlusMinutes(quarters * 15));

    static readonly Gen<Case> AnyCase =
        from day in Gen.Elements(Days)
        from rotas in Sized(Rotas(day), 1, 2)
        from absences in Sized(Absences(day), 0, 12)
        from overtime in Sized(Overtimes(day), 0, 5)
        from holiday in Gen.Choose(-4, 1)
        from worksHolidays in Gen.Elements(true, false)
        from maxHours in Gen.Choose(6, 16)
        from restHours in Gen.Choose(0, 12)
        select new Case(
            day,
            new WorkingTime(
                [.. rotas.DistinctBy(rota => rota.EffectiveFrom).OrderBy(rota => rota.EffectiveFrom)], absences, overtime, worksHolidays,
                new WorkingTimeLimits(maxHours * 60, restHours * 60)),
            [day.PlusDays(holiday)]);

    static Gen<T[]> Sized<T>(Gen<T> one, int least, int most) => Gen.Choose(least, most).SelectMany(count => one.ArrayOf(count));

    [Fact]
    public void A_working_day_is_the_one_that_is_found_minute_by_minute()
    {
        var seed = (ulong)TestSeed.Take(output.WriteLine);
        var seen = new Dictionary<string, int>();
        var property = Prop.ForAll(AnyCase.ToArbitrary(), drawn =>
        {
            var expected = new PlainAvailability(drawn.Time, drawn.Day, drawn.BankHolidays.Contains).Text();
            Assert.Equal(expected, Text(DayOf(drawn.Time, drawn.Day, drawn.BankHolidays)));
            var kind = expected == "off" ? "off" : $"{expected.Count(letter => letter == '/')} pauses";
            seen[kind] = seen.GetValueOrDefault(kind) + 1;
        });
        var replay = Microsoft.FSharp.Core.FSharpOption<Replay>.Some(new Replay(new Rnd(seed), null));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Cases).WithReplay(replay), property);
        output.WriteLine(string.Join(", ", seen.OrderBy(kind => kind.Key)));
        Assert.True(seen.Count > WorkingDay.MaxPauses, "The days are too much alike.");
    }
}
