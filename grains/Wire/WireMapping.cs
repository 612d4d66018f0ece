using NodaTime;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Ledger;
using VisitState = OrleansScheduling.GrainInterfaces.VisitState;

namespace OrleansScheduling.Grains.Wire;

/// <summary>Between the domain's records and those on the wire.</summary>
public static class WireMapping
{
    public static Viewpoint ToDomain(this Asker asker) => new(
        new OrganisationId(asker.Organisation),
        asker.Contracts is { } named ? ContractScope.Of(named.Select(id => new ContractId(id))) : ContractScope.All,
        asker.OwnOnly,
        asker.Operative == 0 ? null : new OperativeId(asker.Operative),
        asker.Home == 0 ? null : new PropertyId(asker.Home));

    public static Asker ToWire(this Viewpoint viewpoint) => new(
        viewpoint.Organisation.Value,
        viewpoint.Contracts.Named is { } named ? [.. named.Select(id => id.Value)] : null,
        viewpoint.OwnOnly,
        viewpoint.Operative?.Value ?? 0,
        viewpoint.Home?.Value ?? 0);

    public static JobState ToWire(this Job job) => new(
        job.Id.Value,
        job.Version,
        job.Contract.Value,
        job.Client.Value,
        job.Contractor.Value,
        job.Property.Value,
        [.. job.Lines.Select(line => line.Value)],
        job.Description,
        job.Emergency,
        (int)job.Status,
        job.ReportedAt.ToDateTimeOffset(),
        job.Promise?.ToWire(),
        job.Hold?.ToWire(),
        [.. job.Visits.Select(visit => new VisitPlaceState(
            visit.Id.Number, visit.Operative.Value, visit.Day.ToDateOnly(), visit.Stage, (int)visit.State))],
        job.LastNumber);

    public static Job ToDomain(this JobState job)
    {
        var id = new JobId(job.Id);
        return new Job(
            id,
            job.Version,
            new ContractId(job.Contract),
            new OrganisationId(job.Client),
            new OrganisationId(job.Contractor),
            new PropertyId(job.Property),
            [.. job.Lines.Select(line => new SorCode(line))],
            job.Description,
            job.Emergency,
            (JobStatus)job.Status,
            Instant.FromDateTimeOffset(job.ReportedAt),
            job.Promise?.ToDomain(),
            job.Hold is { } hold
                ? new Hold(new HoldId(id, hold.Number), hold.Holder, hold.Promise.ToDomain(), Instant.FromDateTimeOffset(hold.ExpiresAt))
                : null,
            [.. job.Visits.Select(visit => new VisitPlace(
                new VisitId(id, visit.Number),
                new OperativeId(visit.Operative),
                LocalDate.FromDateOnly(visit.Day),
                visit.Stage,
                (Domain.Jobs.VisitState)visit.State))],
            job.LastNumber);
    }

    public static PromiseState ToWire(this Promise promise) =>
        new(promise.Window.Value, promise.Start.ToDateTimeOffset(), promise.End.ToDateTimeOffset());

    public static Promise ToDomain(this PromiseState promise) => new(
        new WindowCode(promise.Window), Instant.FromDateTimeOffset(promise.Start), Instant.FromDateTimeOffset(promise.End));

    public static HoldState ToWire(this Hold hold) =>
        new(hold.Id.Number, hold.Holder, hold.Promise.ToWire(), hold.ExpiresAt.ToDateTimeOffset());

    public static VisitState ToWire(this Visit visit) => new(
        visit.Id.Job.Value,
        visit.Id.Number,
        visit.Operative.Value,
        visit.Contract.Value,
        visit.Day.ToDateOnly(),
        visit.Start.ToDateTimeOffset(),
        visit.End.ToDateTimeOffset(),
        visit.Promise.ToWire(),
        visit.Place.LatitudeDegrees,
        visit.Place.LongitudeDegrees,
        visit.Stage,
        (int)visit.State,
        visit.HoldExpiresAt?.ToDateTimeOffset());

    public static RefusalState ToWire(this Refusal refusal) => new(refusal.Reason.ToString(), refusal.Text);

    /// <summary>The receipt of an entry of the feed: the same whether it was made just now or is looked up under its key.</summary>
    public static Receipt ToReceipt(this FeedEntry entry)
    {
        var happened = entry.Event;
        var moved = happened.Moves.Select(move => move.Visit).ToHashSet();
        return new Receipt(
            entry.Position,
            happened.Kind.ToString(),
            happened.Job?.Value ?? 0,
            happened.JobVersion,
            happened.Promise?.ToWire(),
            happened.Hold?.ToWire(),
            [.. happened.Diaries.SelectMany(diary => diary.Put)
                .Where(visit => visit.Id.Job == happened.Job || moved.Contains(visit.Id)).Select(ToWire)]);
    }
}
