using System.Globalization;
using System.Text.Json.Serialization;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Jobs;

namespace OrleansScheduling.Api.Live;

/// <summary>What a subscription streams. Ids and times only: names and descriptions are fetched by those who may see them.</summary>
/// <param name="Type">
/// <c>at</c>: nothing that matches is missing up to the position; <c>entry</c>; <c>windows</c>; or <c>resync</c>, the last one.
/// </param>
/// <param name="Position">A feed position; outside this process a cursor of <see cref="FeedCursors"/>.</param>
/// <param name="Reason">For <c>resync</c>: see <see cref="ResyncReasons"/>.</param>
/// <param name="Whole">For <c>windows</c>: whether they are all there are; otherwise those that changed.</param>
public sealed record LiveMessage(
    string Type, string Position, LiveEntry? Entry = null, IReadOnlyList<LiveWindow>? Windows = null, string? Reason = null,
    bool? Whole = null)
{
    /// <summary>Of an entry, what the subscriber sees of what happened; it stays inside the process.</summary>
    [JsonIgnore]
    public BookingEvent? Seen { get; init; }

    public static LiveMessage At(long position) => new("at", Text(position));

    public static LiveMessage Of(BookingEvent seen, long position) =>
        new("entry", Text(position), Entry: LiveEntry.Of(seen)) { Seen = seen };

    /// <summary>The subscriber loads what it shows again and then subscribes from the position.</summary>
    public static LiveMessage Resync(string reason, long position) => new("resync", Text(position), Reason: reason);

    public static string Text(long position) => position.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Why a subscriber has to load what it shows again.</summary>
public static class ResyncReasons
{
    /// <summary>It read more slowly than entries came.</summary>
    public const string Slow = "slow";

    /// <summary>Its cursor is further behind than is caught up.</summary>
    public const string TooOld = "tooOld";

    /// <summary>Its cursor is ahead of the feed: it belongs to another ledger.</summary>
    public const string Unknown = "unknown";
}

/// <summary>One entry of the feed.</summary>
/// <param name="Kind">As in the domain's EventKind.</param>
/// <param name="Job">The job's reference.</param>
public sealed record LiveEntry(
    string Kind,
    DateTimeOffset At,
    int Client,
    int Contractor,
    int Contract,
    string? Job,
    long JobVersion,
    LivePromise? Promise,
    DateTimeOffset? HoldExpiresAt,
    IReadOnlyList<LiveDiary> Diaries)
{
    public static LiveEntry Of(BookingEvent happened)
    {
        return new LiveEntry(
            happened.Kind.ToString(),
            happened.At.ToDateTimeOffset(),
            happened.Client.Value,
            happened.Contractor.Value,
            happened.Contract.Value,
            happened.Job?.ToString(),
            happened.JobVersion,
            happened.Promise is { } promise ? LivePromise.Of(promise) : null,
            happened.Hold?.ExpiresAt.ToDateTimeOffset(),
            [.. happened.Diaries.Select(LiveDiary.Of)]);
    }
}

public sealed record LivePromise(string Window, DateTimeOffset Start, DateTimeOffset End)
{
    public static LivePromise Of(Promise promise) =>
        new(promise.Window.Value, promise.Start.ToDateTimeOffset(), promise.End.ToDateTimeOffset());
}

/// <summary>What changed in one operative's diary.</summary>
/// <param name="Version">
/// The diary's version after the change, as text: it passes the largest whole number that JavaScript can hold. 0 for those whose diary it
/// is not to see.
/// </param>
public sealed record LiveDiary(int Operative, string Version, IReadOnlyList<LiveVisit> Put, IReadOnlyList<string> Removed)
{
    public static LiveDiary Of(DiaryChange change) => new(
        change.Operative.Value,
        LiveMessage.Text(change.Version),
        [.. change.Put.Select(LiveVisit.Of)],
        [.. change.Removed.Select(visit => visit.ToString())]);
}

/// <param name="State">As in the domain's VisitState.</param>
public sealed record LiveVisit(
    string Visit, string Job, DateOnly Day, DateTimeOffset Start, DateTimeOffset End, LivePromise Promise, int Stage, string State)
{
    public static LiveVisit Of(Visit visit) => new(
        visit.Id.ToString(),
        visit.Id.Job.ToString(),
        visit.Day.ToDateOnly(),
        visit.Start.ToDateTimeOffset(),
        visit.End.ToDateTimeOffset(),
        LivePromise.Of(visit.Promise),
        visit.Stage,
        visit.State.ToString());
}

/// <summary>One window of an open search that went or came back.</summary>
/// <param name="Reason">Why it cannot be had, as in the domain's RefusalReason; null while it can.</param>
/// <param name="Text">The reason as a sentence.</param>
public sealed record LiveWindow(DateOnly Day, string Window, bool Available, string? Reason, string? Text);
