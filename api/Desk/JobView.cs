using System.Globalization;
using NodaTime;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.GrainInterfaces;

namespace OrleansScheduling.Api.Desk;

/// <summary>A job as pages show it.</summary>
public sealed record JobView(
    string Reference,
    ContractId Contract,
    PropertyId Property,
    OrganisationId Contractor,
    IReadOnlyList<string> Lines,
    string Description,
    bool Emergency,
    JobStatus Status,
    Instant ReportedAt,
    (DateTimeOffset Start, DateTimeOffset End)? Promise,
    HoldState? Hold,
    IReadOnlyList<VisitPlaceState> Visits)
{
    public bool IsOpen => Status is JobStatus.Logged or JobStatus.Booked or JobStatus.InProgress;

    /// <summary>Whether it can be booked, moved or cancelled from a desk.</summary>
    public bool CanChange => Status is JobStatus.Logged or JobStatus.Booked;

    public HoldState? LiveHold(Instant now) => Hold is { } hold && Instant.FromDateTimeOffset(hold.ExpiresAt) > now ? hold : null;

    public string StatusWords => Status switch
    {
        JobStatus.Logged => "Not booked yet",
        JobStatus.Booked => "Booked",
        JobStatus.InProgress => "Work has started",
        JobStatus.Completed => "Finished",
        JobStatus.Cancelled => "Cancelled",
        _ => "",
    };

    public string StatusColour => Status switch
    {
        JobStatus.Booked => "govuk-tag--green",
        JobStatus.InProgress => "govuk-tag--blue",
        JobStatus.Logged => "govuk-tag--yellow",
        _ => "govuk-tag--grey",
    };

    public static JobView Of(JobState job) => new(
        new JobId(job.Id).ToString(),
        new ContractId(job.Contract),
        new PropertyId(job.Property),
        new OrganisationId(job.Contractor),
        job.Lines,
        job.Description,
        job.Emergency,
        (JobStatus)job.Status,
        Instant.FromDateTimeOffset(job.ReportedAt),
        job.Promise is { } promise ? (promise.Start, promise.End) : null,
        job.Hold,
        job.Visits);

    public static JobView Of(Job job) => new(
        job.Id.ToString(),
        job.Contract,
        job.Property,
        job.Contractor,
        [.. job.Lines.Select(line => line.Value)],
        job.Description,
        job.Emergency,
        job.Status,
        job.ReportedAt,
        job.Promise is { } promise ? (promise.Start.ToDateTimeOffset(), promise.End.ToDateTimeOffset()) : null,
        job.Hold is { } hold
            ? new HoldState(
                hold.Id.Number,
                hold.Holder,
                new PromiseState(hold.Promise.Window.Value, hold.Promise.Start.ToDateTimeOffset(), hold.Promise.End.ToDateTimeOffset()),
                hold.ExpiresAt.ToDateTimeOffset())
            : null,
        [.. job.Visits.Select(visit => new VisitPlaceState(
            visit.Id.Number, visit.Operative.Value, visit.Day.ToDateOnly(), visit.Stage, (int)visit.State))]);

    /// <summary>"12", for an attribute.</summary>
    public static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
