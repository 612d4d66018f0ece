using NodaTime;
using NodaTime.Text;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Ledger;
using OrleansScheduling.Testing;
using static OrleansScheduling.Grains.Tests.World;

namespace OrleansScheduling.Grains.Tests;

public abstract partial class GrainSuite
{
    static readonly ContractId Nights = new(9);
    static readonly DateTimeZone London = DateTimeZoneProviders.Tzdb["Europe/London"];

    /// <summary>Windows over midnight, through the odd hour, and on the morning after.</summary>
    static readonly AppointmentWindow[] NightWindows =
    [
        new(new WindowCode("LATE"), "Late", new LocalTime(22, 0), new LocalTime(2, 0), DaysOfWeek.All),
        new(new WindowCode("NIGHT"), "Night", new LocalTime(0, 0), new LocalTime(4, 0), DaysOfWeek.All),
        new(Am, "Morning", new LocalTime(8, 0), new LocalTime(12, 0), DaysOfWeek.All),
    ];

    /// <summary>The Saturday before the clocks change, and what each window is in universal time, by day and code.</summary>
    static readonly (LocalDate Saturday, string[] Expected)[] ClockChanges =
    [
        (new(2026, 3, 28),
        [
            "28/LATE 28T22:00 29T01:00", "28/NIGHT 28T00:00 28T04:00", "28/AM 28T08:00 28T12:00",
            "29/LATE 29T21:00 30T01:00", "29/NIGHT 29T00:00 29T03:00", "29/AM 29T07:00 29T11:00",
        ]),
        (new(2026, 10, 24),
        [
            "24/LATE 24T21:00 25T02:00", "24/NIGHT 23T23:00 24T03:00", "24/AM 24T07:00 24T11:00",
            "25/LATE 25T22:00 26T02:00", "25/NIGHT 24T23:00 25T04:00", "25/AM 25T08:00 25T12:00",
        ]),
    ];

    [StoreFact]
    public async Task Windows_and_diaries_keep_the_clock_on_the_wall_in_the_nights_when_it_changes()
    {
        foreach (var (saturday, expected) in ClockChanges)
        {
            // Noon on the Thursday before.
            var clock = new FakeTimeProvider(saturday.PlusDays(-2).At(new LocalTime(12, 0)).InUtc().ToDateTimeOffset());
            var database = await NewDatabaseAsync();
            try
            {
                List<(JobId Job, SlotState Slot)> booked;
                await using (var node = await GrainHost.StartAsync(database.Options, clock, NightWorld()))
                {
                    booked = await BookAllAsync(new Caller(node, "owl"), saturday, expected);
                    await AssertPlannedAsync(node, booked, saturday);
                }

                // As it was written, so it is read.
                await using var again = await GrainHost.StartAsync(database.Options, clock);
                await AssertPlannedAsync(again, booked, saturday);
                var report = await Check.LedgerCheck.RunAsync(again.Get<LedgerDatabase>(), again.Availability.Travel, default);
                Assert.True(report is { Breaches: 0, Warnings: 0 }, report.ToString());
            }
            finally
            {
                await database.DisposeAsync();
            }
        }
    }

    /// <summary>Searches both days, compares every window, and books one repair in each: held first, then confirmed.</summary>
    static async Task<List<(JobId Job, SlotState Slot)>> BookAllAsync(Caller caller, LocalDate saturday, string[] expected)
    {
        var slots = (await caller.SearchAsync(Nights, 1, Tap, saturday, 2)).Slots;
        Assert.Equal(expected.Order(StringComparer.Ordinal), slots.Select(Text).Order(StringComparer.Ordinal));
        var booked = new List<(JobId, SlotState)>();
        foreach (var slot in slots)
        {
            Assert.True(slot.Offer is not null, $"{Text(slot)}: {slot.Refusal?.Text}");
            var job = Caller.NewJob();
            var hold = Granted(await caller.HoldAsync(job, slot.Offer));
            Granted(await caller.ConfirmAsync(job, hold.Hold!.Number));
            booked.Add((job, slot));
        }

        return booked;
    }

    static string Text(SlotState slot)
    {
        var pattern = InstantPattern.CreateWithInvariantCulture("dd'T'HH:mm");
        var (start, end) = (Instant.FromDateTimeOffset(slot.Start), Instant.FromDateTimeOffset(slot.End));
        return $"{slot.Day:dd}/{slot.Window} {pattern.Format(start)} {pattern.Format(end)}";
    }

    /// <summary>
    /// Each visit stands on its window's day, begins inside the window by the clock on the wall, and takes an hour that passes.
    /// </summary>
    static async Task AssertPlannedAsync(GrainHost node, List<(JobId Job, SlotState Slot)> booked, LocalDate saturday)
    {
        var visits = new List<VisitState>();
        foreach (var operative in Plumbers)
            visits.AddRange((await node.Diary(operative).Read(Caller.Contractor, saturday.PlusDays(-1).ToDateOnly(), 5)).Visits);
        Assert.Equal(booked.Count, visits.Count);
        foreach (var (job, slot) in booked)
        {
            var visit = Assert.Single(visits, visit => visit.Job == job.Value);
            var state = (await node.Job(job).Get(Caller.Landlord))!;
            Assert.Equal((slot.Start, slot.End), (state.Promise!.Start, state.Promise.End));
            Assert.Equal(slot.Day, visit.Day);
            Assert.InRange(visit.Start, slot.Start, slot.End);
            Assert.Equal(TimeSpan.FromHours(1), visit.End - visit.Start);
            var window = NightWindows.Single(window => window.Code.Value == slot.Window);
            var wall = Instant.FromDateTimeOffset(visit.Start).InZone(London).LocalDateTime;
            var first = LocalDate.FromDateOnly(slot.Day).At(window.Start);
            var last = LocalDate.FromDateOnly(slot.Day).PlusDays(window.End <= window.Start ? 1 : 0).At(window.End);
            Assert.True(wall >= first && wall <= last, $"{wall} is not in {slot.Window} of {slot.Day}.");
        }
    }

    /// <summary>The usual landlord with a contract for nights, and plumbers who work round the clock every day.</summary>
    static RegistryBatch NightWorld()
    {
        var rules = new BookingRules(0, 28, null, 5, [], EmergencyReserve.None);
        var night = new Shift(new LocalTime(20, 0), new LocalTime(19, 0), []);
        var day = new Shift(new LocalTime(0, 0), new LocalTime(23, 0), []);
        return Batch with
        {
            Contracts =
            [
                new Contract(
                    Nights, "NIGHTS", "Nights", Landlord, Repairs, new LocalDate(2025, 1, 1), null, [North], [Plumber, Joiner, Gas], "NHF",
                    NightWindows, rules),
            ],
            Operatives = [.. Plumbers.Select(id => Worker(id, id == Plumbers[0] ? night : day))],
        };

        static Operative Worker(OperativeId id, Shift shift)
        {
            var rota = new Rota(new LocalDate(2025, 1, 6), null, [[.. Enumerable.Repeat<Shift?>(shift, 7)]]);
            var limits = new WorkingTimeLimits(MaxDayMinutes: 24 * 60, MinRestMinutes: 0);
            return Person(id, Repairs, Plumber) with
            {
                Clearances = [new Clearance(Nights)],
                WorkingTime = new WorkingTime([rota], [], [], true, limits),
            };
        }
    }
}
