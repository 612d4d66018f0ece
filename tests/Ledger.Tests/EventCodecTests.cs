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
                Assert.Equivalent(entry with { Diaries = [], Quotas = [] }, decoded with { Diaries = [], Quotas = [] }, strict: true);
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
        bytes[0] = 2;
        Assert.Throws<InvalidDataException>(() => EventCodec.Decode(bytes));
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
            (EventKind)random.Next(1, 11), At(random), new OrganisationId(random.Next()), new OrganisationId(random.Next()), contract, job,
            random.NextInt64(), Text(random), promise, hold, Maybe(random) ? Text(random) : null, diaries, quotas);
    }

    static DiaryChange Diary(Random random, JobId? job, ContractId contract, Promise? promise)
    {
        var operative = new OperativeId(random.Next());
        var put = Enumerable.Range(0, random.Next(3)).Select(_ => new Visit(
            new VisitId(Maybe(random) && job is { } own ? own : new JobId(random.NextInt64(JobId.MaxValue)), random.Next()), operative,
            Maybe(random) ? contract : new ContractId(random.Next()), Day(random), At(random), At(random),
            Maybe(random) && promise is { } same ? same : Promise(random),
                new Place((random.NextDouble() * 180) - 90, (random.NextDouble() * 360) - 180),
            random.Next(3), Maybe(random), (VisitState)random.Next(1, 5), Maybe(random) ? At(random) : null)).ToList();
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
