using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;

namespace OrleansScheduling.Ledger.Tests;

/// <summary>Bookings to write: one job, one visit, one diary, unless the test asks for more.</summary>
static class Sample
{
    public static readonly LocalDate Monday = new(2025, 6, 2);
    public static readonly Instant Now = Instant.FromUtc(2025, 6, 1, 12, 0);
    public static readonly ContractId Contract = new(7);
    public static readonly OrganisationId Client = new(1);
    public static readonly OrganisationId Contractor = new(2);

    static int lastJob;

    public static JobId NewJob() => JobId.Create(Monday, (uint)Interlocked.Increment(ref lastJob));

    public static CommandKey NewKey(long body = 1) => new(Guid.NewGuid(), body);

    public static Promise Promise(int hour) => new(new WindowCode("AM"), At(hour), At(hour + 4));

    /// <summary>A quarter of an hour of the Monday: 32 is 08:00.</summary>
    public static Instant Quarter(int quarter) => Monday.AtMidnight().InUtc().ToInstant() + Duration.FromMinutes(15 * quarter);

    public static Visit Visit(JobId job, int number, int operative, int fromQuarter, int quarters = 2, VisitState state =
        VisitState.Booked) => new(
        new VisitId(job, number), new OperativeId(operative), Contract, Monday, Quarter(fromQuarter), Quarter(fromQuarter + quarters),
            Promise(8),
        new Place(51.5 + (number * 0.001), -0.1), 0, StartFixed: number % 2 == 0, state, state == VisitState.Held ? Now
            + Duration.FromMinutes(5) : null);

    public static Job Job(JobId id, long version, JobStatus status = JobStatus.Booked, Hold? hold = null, int property = 11) => new(
        id, version, Contract, Client, Contractor, new PropertyId(property), [new SorCode("PLU015"), new SorCode("GAS/1.2")],
        "Tap drips; it's \"loud\" — 100% \\ 'x'", Emergency: false, status, Now, status == JobStatus.Booked ? Promise(8) : null, hold, [],
            LastNumber: 3);

    public static BookingEvent Event(
        EventKind kind, JobId? job, long jobVersion, IReadOnlyList<DiaryChange> diaries, IReadOnlyList<QuotaChange>? quotas = null) =>
        new(kind, Now, Client, Contractor, Contract, job, jobVersion, "tester", Promise(8), null, null, diaries, quotas ?? []);

    /// <summary>Books a new job into one diary.</summary>
    public static Changeset Booking(
        int operative, long diaryVersion, int quarter, CommandKey? key = null, JobId? job = null, IReadOnlyList<QuotaChange>? quotas =
            null, int property = 11)
    {
        var id = job ?? NewJob();
        var diary = new DiaryChange(new OperativeId(operative), diaryVersion, [Visit(id, 1, operative, quarter)], []);
        return new Changeset(Event(EventKind.BookingMade, id, 1, [diary], quotas), [Job(id, 1, property: property)], key);
    }

    /// <summary>Changes a job that is there, and diaries with it.</summary>
    public static Changeset Change(EventKind kind, JobId job, long jobVersion, params DiaryChange[] diaries) =>
        new(Event(kind, job, jobVersion, diaries), [Job(job, jobVersion)], null);

    public static DiaryChange Diary(int operative, long version, IReadOnlyList<Visit>? put = null, IReadOnlyList<VisitId>? removed =
        null) =>
        new(new OperativeId(operative), version, put ?? [], removed ?? []);

    public static QuotaChange Quota(int delta, int limit, string window = "AM") =>
        new(new QuotaKey(Contract, Monday, window, ""), delta, limit);

    static Instant At(int hour) => Quarter(hour * 4);
}
