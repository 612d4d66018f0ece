using Orleans;

namespace OrleansScheduling.GrainInterfaces;

/// <summary>Tells something of a visit on its day, or pins it.</summary>
/// <param name="Kind">As in the domain's VisitReportKind.</param>
/// <param name="Visit">The visit's number within its job.</param>
/// <param name="At">When it was so; null: now. Not after now, and on the visit's day.</param>
/// <param name="MinutesLonger">For a visit that takes longer: 1 to 480; otherwise 0.</param>
/// <param name="Reason">For no access: 1 to 200 characters; otherwise empty.</param>
[GenerateSerializer, Immutable, Alias("scheduling.ReportVisit")]
public sealed record ReportVisit(
    [property: Id(0)] CommandContext Context,
    [property: Id(1)] int Kind,
    [property: Id(2)] int Visit,
    [property: Id(3)] DateTimeOffset? At = null,
    [property: Id(4)] int MinutesLonger = 0,
    [property: Id(5)] string Reason = "");

/// <summary>A visit that is to go to an operative, perhaps the one who has it, under the same promise.</summary>
/// <param name="Start">When it is to start; null: where it costs least.</param>
[GenerateSerializer, Immutable, Alias("scheduling.VisitWish")]
public sealed record VisitWish(
    [property: Id(0)] long Job,
    [property: Id(1)] int Number,
    [property: Id(2)] int Operative,
    [property: Id(3)] DateTimeOffset? Start = null);

/// <summary>The version of a diary that somebody planned on.</summary>
[GenerateSerializer, Immutable, Alias("scheduling.PlannedOn")]
public sealed record PlannedOn([property: Id(0)] int Operative, [property: Id(1)] long Version);

/// <summary>Gives visits of kept promises to other operatives, or other starts, all of them or none.</summary>
/// <param name="Moves">1 to <see cref="MaxMoves"/>, each of another visit.</param>
/// <param name="PlannedOn">
/// Diaries that must still be at these versions; of others any version will do as long as everything fits.
/// </param>
[GenerateSerializer, Immutable, Alias("scheduling.ReassignVisits")]
public sealed record ReassignVisits(
    [property: Id(0)] CommandContext Context,
    [property: Id(1)] IReadOnlyList<VisitWish> Moves,
    [property: Id(2)] IReadOnlyList<PlannedOn> PlannedOn)
{
    /// <summary>What somebody can look over at once; an engine sends several batches.</summary>
    public const int MaxMoves = 50;
}

/// <summary>Tells something of an operative's day.</summary>
/// <param name="Kind">As in the domain's EventKind: OperativeAbsent, DayLocked, DayUnlocked or OvertimeAgreed.</param>
/// <param name="From">For an absence: its start; null: now. Otherwise null.</param>
/// <param name="Until">
/// For an absence: when the operative is back; null: not that day. For overtime: when the operative is to be back. Otherwise null.
/// </param>
[GenerateSerializer, Immutable, Alias("scheduling.TellOfDay")]
public sealed record TellOfDay(
    [property: Id(0)] CommandContext Context,
    [property: Id(1)] int Operative,
    [property: Id(2)] int Kind,
    [property: Id(3)] DateTimeOffset? From = null,
    [property: Id(4)] DateTimeOffset? Until = null);

/// <summary>Says what becomes of a proposal.</summary>
/// <param name="Proposal">As the day's plan names it.</param>
[GenerateSerializer, Immutable, Alias("scheduling.AnswerProposal")]
public sealed record AnswerProposal([property: Id(0)] CommandContext Context, [property: Id(1)] string Proposal)
{
    public const int MaxProposalLength = 64;
}

/// <summary>Has somebody attend an emergency that is recorded, within two hours.</summary>
/// <param name="Job">The job's number.</param>
/// <param name="Holder">Whose hold on the job, if there is one, is given up for it.</param>
[GenerateSerializer, Immutable, Alias("scheduling.AttendEmergency")]
public sealed record AttendEmergency(
    [property: Id(0)] CommandContext Context, [property: Id(1)] long Job, [property: Id(2)] string Holder);

/// <summary>Takes a reassignment back.</summary>
/// <param name="Position">Where it stands in the feed.</param>
[GenerateSerializer, Immutable, Alias("scheduling.UndoReassignment")]
public sealed record UndoReassignment([property: Id(0)] CommandContext Context, [property: Id(1)] long Position);
