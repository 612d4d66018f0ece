using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Ledger.Coding;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Ledger.Tests;

public sealed class EventCodecTests
{
    [Fact]
    public void Any_entry_comes_back_exactly()
    {
        var seed = TestSeed.Take();
        var random = new Random(seed);
        for (var round = 0; round < 3000; round++)
        {
            var entry = Entry(random);
            var decoded = EventCodec.Decode(EventCodec.Encode(entry));
            try
            {
                Assert.Equivalent(
                    entry with { Diaries = [], Quotas = [], Moves = [] }, decoded with { Diaries = [], Quotas = [], Moves = [] },
                    strict: true);
                Assert.Equal(entry.Moves, decoded.Moves);
                Assert.Equal(entry.At, decoded.At);
                Assert.Equal(entry.Hold, decoded.Hold);
                Assert.Equal(entry.Promise, decoded.Promise);
                Assert.Equal(entry.Quotas, decoded.Quotas);
                Assert.Equal(entry.Diaries.Count, decoded.Diaries.Count);
                for (var i = 0; i < entry.Diaries.Count; i++)
                {
                    Assert.Equal((entry.Diaries[i].Operative, entry.Diaries[i].Version),
                        (decoded.Diaries[i].Operative, decoded.Diaries[i].Version));
                    Assert.Equal(entry.Diaries[i].Put, decoded.Diaries[i].Put);
                    Assert.Equal(entry.Diaries[i].Removed, decoded.Diaries[i].Removed);
                }
            }
            catch (Xunit.Sdk.XunitException exception)
            {
                Assert.Fail($"Seed {seed}, round {round}: {exception.Message}");
            }
        }
    }

    [Fact]
    public void A_cut_or_newer_entry_is_refused_and_a_booking_is_small()
    {
        var bytes = EventCodec.Encode(Sample.Booking(1, 1, 32).Event);
        Assert.True(bytes.Length < 120, $"{bytes.Length} bytes");
        for (var length = 0; length < bytes.Length; length++)
            Assert.Throws<InvalidDataException>(() => EventCodec.Decode(bytes.AsSpan(0, length)));
        foreach (var version in new byte[] { 0, 2, 3, 255 })
        {
            bytes[0] = version;
            Assert.Throws<InvalidDataException>(() => EventCodec.Decode(bytes));
        }
    }

    /// <summary>A booking in the form of version 1, byte by byte.</summary>
    const string BookingOfVersion1 =
        "010C8086C4871A02040E0382808080C08101020C74657374657204414D80CA11808C15020A02022702008C0880CA11A08212"
        + "E3A59BC420C049409A9999999999B9BF020000";

    [Fact]
    public void An_entry_of_version_1_is_read_and_one_without_moves_is_still_written_as_it()
    {
        var booking = Sample.Booking(5, 1, 32).Event;
        var decoded = EventCodec.Decode(Convert.FromHexString(BookingOfVersion1));
        Assert.Equal((booking.Kind, booking.At, booking.JobVersion), (decoded.Kind, decoded.At, decoded.JobVersion));
        Assert.Equal(booking.Promise, decoded.Promise);
        Assert.Empty(decoded.Moves);
        Assert.Equal(BookingOfVersion1, Convert.ToHexString(EventCodec.Encode(decoded)));
    }

    [Fact]
    public void A_reassignment_comes_back_with_where_each_visit_came_from()
    {
        var booking = Sample.Booking(5, 1, 32).Event;
        var (visit, start) = (booking.Diaries[0].Put[0].Id, booking.Diaries[0].Put[0].Start);
        var entry = booking with
        {
            Kind = EventKind.VisitsReassigned,
            Job = null,
            JobVersion = 0,
            Promise = null,
            Client = default,
            Contract = default,
            Moves = [new VisitMove(visit, new OperativeId(9), start - Duration.FromMinutes(30), new OperativeId(5), start)],
        };
        var bytes = EventCodec.Encode(entry);
        Assert.Equal(2, bytes[0]);
        var decoded = EventCodec.Decode(bytes);
        Assert.Equal(entry.Moves, decoded.Moves);
        Assert.Equal(entry.Diaries[0].Put, decoded.Diaries[0].Put);
        for (var length = 0; length < bytes.Length; length++)
            Assert.Throws<InvalidDataException>(() => EventCodec.Decode(bytes.AsSpan(0, length)));
    }

    static BookingEvent Entry(Random random)
    {
        var job = Maybe(random) ? new JobId(random.NextInt64(JobId.MaxValue + 1)) : (JobId?)null;
        var contract = new ContractId(random.Next());
        Promise? promise = Maybe(random) ? Promise(random) : null;
        var hold = Maybe(random)
            ? new Hold(new HoldId(job ?? new JobId(5), random.Next()), Text(random), Maybe(random) && promise is { } same
                ? same : Promise(random), At(random))
            : null;
        var diaries = Enumerable.Range(0, random.Next(4)).Select(_ => Diary(random, job, contract, promise)).ToList();
        var quotas = Enumerable.Range(0, random.Next(3))
            .Select(_ => new QuotaChange(new QuotaKey(contract, Day(random), Text(random), Text(random)), random.Next(-5, 5),
                random.Next())).ToList();
        return new BookingEvent(
            (EventKind)random.Next(1, 20), At(random), new OrganisationId(random.Next()), new OrganisationId(random.Next()), contract, job,
            random.NextInt64(), Text(random), promise, hold, Maybe(random) ? Text(random) : null, diaries, quotas)
        {
            Moves = Maybe(random) ? [] : [.. Enumerable.Range(0, random.Next(4)).Select(_ => new VisitMove(
                new VisitId(new JobId(random.NextInt64(JobId.MaxValue)), random.Next()), new OperativeId(random.Next()), At(random),
                new OperativeId(random.Next()), At(random)))],
        };
    }

    static DiaryChange Diary(Random random, JobId? job, ContractId contract, Promise? promise)
    {
        var operative = new OperativeId(random.Next());
        var put = Enumerable.Range(0, random.Next(3)).Select(_ => new Visit(
            new VisitId(Maybe(random) && job is { } own ? own : new JobId(random.NextInt64(JobId.MaxValue)), random.Next()), operative,
            Maybe(random) ? contract : new ContractId(random.Next()), Day(random), At(random), At(random),
            Maybe(random) && promise is { } same ? same : Promise(random),
                new Place((random.NextDouble() * 180) - 90, (random.NextDouble() * 360) - 180),
            random.Next(3), Maybe(random), (VisitState)random.Next(1, 6), Maybe(random) ? At(random) : null)).ToList();
        var removed = Enumerable.Range(0, random.Next(3))
            .Select(_ => new VisitId(new JobId(random.NextInt64(JobId.MaxValue)), random.Next())).ToList();
        return new DiaryChange(operative, random.NextInt64(), put, removed);
    }

    static bool Maybe(Random random) => random.Next(2) == 0;

    static Promise Promise(Random random) => new(new WindowCode("W" + random.Next(100)), At(random), At(random));

    // From whole hours to single nanoseconds, before and after 1970.
    static Instant At(Random random) => random.Next(3) switch
    {
        0 => Instant.FromUnixTimeSeconds(random.NextInt64(-5_000_000_000, 5_000_000_000)),
        1 => Instant.FromUnixTimeTicks(random.NextInt64(-50_000_000_000_000_000, 50_000_000_000_000_000)),
        _ => Instant.FromUnixTimeSeconds(random.NextInt64(-5_000_000_000, 5_000_000_000)).PlusNanoseconds(random.Next(1_000_000_000)),
    };

    static LocalDate Day(Random random) => new LocalDate(2024, 1, 1).PlusDays(random.Next(-30_000, 30_000));

    static string Text(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => "aZ0 é€😀\0\"'\\"[random.Next(6)].ToString()));
}
