using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Bench.Ledger;

/// <summary>New jobs booked into diaries, half an hour each, one after the other: what a call centre writes all day.</summary>
sealed class Bookings(int diaries)
{
    static readonly LocalDate FirstDay = new(2025, 6, 2);
    static readonly WindowCode Window = new("AM");
    static readonly SorCode[] Lines = [new SorCode("PLU015")];

    /// <summary>Half hours of one working day, from 08:00.</summary>
    const int VisitsPerDay = 18;

    int lastJob;
    readonly long[] versions = new long[diaries];

    /// <summary>One caller's diaries are its own, so that no decision is out of date; it goes round them.</summary>
    public (int Operative, long Version) Next(int caller, int callers, Random random)
    {
        var own = (diaries - caller + callers - 1) / callers;
        var diary = caller + (random.Next(own) * callers);
        return (diary, ++versions[diary]);
    }

    public static Visit Visit(JobId job, int operative, long version)
    {
        var day = FirstDay.PlusDays((int)((version - 1) / VisitsPerDay));
        var start = day.At(new LocalTime(8, 0)).InUtc().ToInstant() + Duration.FromMinutes(30 * ((version - 1) % VisitsPerDay));
        var promise = new Promise(Window, day.At(new LocalTime(8, 0)).InUtc().ToInstant(), day.At(new LocalTime(12, 0)).InUtc()
            .ToInstant());
        var place = new Place(51.5 + (operative * 0.0001), -0.1 + (version * 0.0001));
        return new Visit(
            new VisitId(job, 1), new OperativeId(operative), new ContractId(7), day, start, start + Duration.FromMinutes(30), promise,
                place, 0, false,
            VisitState.Booked, null);
    }

    /// <summary>Scattered like random ids, and never the same twice: a multiplication by an odd number is a bijection of 32 bits.</summary>
    public JobId NewJob() => JobId.Create(FirstDay, unchecked((uint)Interlocked.Increment(ref lastJob) * 0x9E3779B1u));

    public static Changeset Changeset(JobId job, int operative, long version, Instant now)
    {
        var visit = Visit(job, operative, version);
        var client = new OrganisationId(1);
        var contractor = new OrganisationId(2);
        var state = new Job(
            job, 1, visit.Contract, client, contractor, new PropertyId((int)(job.Value % 12_000)), Lines, "The kitchen tap drips all night",
                false,
            JobStatus.Booked, now, visit.Promise, null, [], 1);
        var entry = new BookingEvent(
            EventKind.BookingMade, now, client, contractor, visit.Contract, job, 1, "desk-12", visit.Promise, null, null,
            [new DiaryChange(visit.Operative, version, [visit], [])], []);
        return new Changeset(entry, [state], new CommandKey(Guid.NewGuid(), job.Value));
    }
}
