using Orleans;
using Orleans.Concurrency;

namespace OrleansScheduling.GrainInterfaces;

/// <summary>
/// One operative's diary. One activation decides about the claims on it one after the other, so that those who compete for it do not
/// collide in the database. Key: the operative's id. Correctness does not rest on there being one: every commit is fenced.
/// </summary>
[Alias("scheduling.OperativeDiary")]
public interface IOperativeDiaryGrain : IGrainWithStringKey
{
    /// <summary>The diary's visits from a day on that the asker may see, at most 62 days.</summary>
    Task<DiaryState> Read(Asker asker, DateOnly from, int days);

    /// <summary>
    /// Claims a window in this diary. Committed before under its key, it answers the first receipt. A refusal says what this diary thinks
    /// now; whether the
    /// command was carried out before, perhaps in another diary, is for the job to look up. <c>JobChanged</c>: the job is not the one that
    /// was sent.
    /// </summary>
    Task<CommandAnswer> Claim(ClaimVisit claim, CancellationToken cancellationToken);

    /// <summary>Confirms a hold whose visits are all in this diary. Repetitions and refusals as with <see cref="Claim"/>.</summary>
    Task<CommandAnswer> Confirm(JobState job, ConfirmHold command, CancellationToken cancellationToken);
}

/// <summary>
/// One repair job: logged, held, booked, moved, cancelled. Key: the job's reference. Every command may be repeated with its key and then
/// answers the first receipt; refusals change nothing and are decided afresh.
/// </summary>
[Alias("scheduling.Job")]
public interface IJobGrain : IGrainWithStringKey
{
    /// <summary>The job, or null when it is not recorded or not the asker's to see.</summary>
    Task<JobState?> Get(Asker asker);

    Task<CommandAnswer> Log(LogJob command, CancellationToken cancellationToken);

    /// <summary>
    /// Holds, books or moves to an offered window. When the diary has changed since the offer was made, the same window is tried with the
    /// next best
    /// operatives before it is refused. Work of several people, trades or visits is claimed whole or not at all.
    /// </summary>
    Task<CommandAnswer> Claim(ClaimSlot command, CancellationToken cancellationToken);

    Task<CommandAnswer> Confirm(ConfirmHold command, CancellationToken cancellationToken);

    Task<CommandAnswer> Release(ReleaseHold command, CancellationToken cancellationToken);

    Task<CommandAnswer> Cancel(CancelBooking command, CancellationToken cancellationToken);

    /// <summary>
    /// Tells something of one of its visits on its day, or pins it: for those who see the visit's diary. What was told moves the visits
    /// after it in the same diary, inside their promises where that is possible.
    /// </summary>
    Task<CommandAnswer> Report(ReportVisit command, CancellationToken cancellationToken);

    /// <summary>Frees a hold whose time has run out; does nothing while it has not.</summary>
    /// <returns>False when it ought to be freed and could not be: to be tried again later.</returns>
    Task<bool> ExpireHold();
}

/// <summary>
/// The plan of one contractor's diaries: who does which promised visit, and when inside its window. Key: the contractor's id. Batches of
/// one contractor are decided one after the other here; correctness does not rest on it, since every commit is fenced.
/// </summary>
[Alias("scheduling.Plan")]
public interface IPlanGrain : IGrainWithStringKey
{
    /// <summary>
    /// Carries out all moves or none, in one commit over all diaries; no promise changes. Repeated with its key it answers the first
    /// receipt.
    /// </summary>
    Task<CommandAnswer> Reassign(ReassignVisits command, CancellationToken cancellationToken);

    /// <summary>Puts every visit of a reassignment back where it was, or refuses when that was changed since or does not fit any
    /// more.</summary>
    Task<CommandAnswer> Undo(UndoReassignment command, CancellationToken cancellationToken);

    /// <summary>
    /// Records an absence, a lock or overtime of one operative's day; from then on nothing is offered, claimed or planned against it.
    /// Repeated with its key it answers the first receipt.
    /// </summary>
    Task<CommandAnswer> Tell(TellOfDay command, CancellationToken cancellationToken);

    /// <summary>
    /// Carries a proposal out, whole, in one commit. Refused when the plan has moved on. Repeated with its key it answers the first
    /// receipt.
    /// </summary>
    Task<CommandAnswer> Accept(AnswerProposal command, CancellationToken cancellationToken);

    /// <summary>Puts a proposal aside for today. Repeated with its key it answers the first receipt.</summary>
    Task<CommandAnswer> Decline(AnswerProposal command, CancellationToken cancellationToken);

    /// <summary>
    /// Books an emergency that is recorded with whoever can be there within two hours; where nobody has room, others change places inside
    /// their promises. Refused when that cannot be either; no promise is touched then. Repeated with its key it answers the first receipt.
    /// </summary>
    Task<CommandAnswer> Attend(AttendEmergency command, CancellationToken cancellationToken);

    /// <summary>
    /// Looks for an improvement around one operative, within bounds; nothing waits for it. The next <see cref="Follow"/> carries it out, or
    /// has it wait for a planner, as the contracts choose. To be called each minute.
    /// </summary>
    [AlwaysInterleave]
    Task Improve();

    /// <summary>
    /// Takes in what has happened in the diaries by now, and carries out what keeps promises that would be broken. To be called when
    /// something has happened and each minute; calling it twice does no harm.
    /// </summary>
    Task Follow();

    /// <summary>Why an operative does not do a visit of today; null for those who do not see all of the contractor's work.</summary>
    Task<PlannerAnswerState?> WhyNotOperative(Asker asker, VisitKey visit, int operative);

    /// <summary>Why a visit is not in another window of today; null as above.</summary>
    Task<PlannerAnswerState?> WhyNotWindow(Asker asker, VisitKey visit, DateTimeOffset starts, DateTimeOffset ends);

    /// <summary>Days made by hand beside the engine's; null as above, and when they are not of today's open visits.</summary>
    Task<DayComparisonState?> Score(Asker asker, IReadOnlyList<HandMadeDay> days);

    /// <summary>Today's plan as far as the asker sees it; null when it is not the asker's, or there is none.</summary>
    Task<DayPlanState?> Today(Asker asker);

    /// <summary>The same of the working day that began yesterday, as long as somebody's shift goes on over midnight.</summary>
    Task<DayPlanState?> Overnight(Asker asker);
}

/// <summary>One contract: its windows and rules, and the search for slots under them. Key: the contract's id.</summary>
[Alias("scheduling.Contract")]
public interface IContractGrain : IGrainWithStringKey
{
    /// <summary>Every window of the days asked for, available or with the reason why not.</summary>
    [AlwaysInterleave]
    Task<SearchAnswer> Search(SearchSlots query);

    /// <summary>
    /// The windows of the first day with room, as far as rotas go; none, and the reason, when there is no such day. When the contract's
    /// horizon alone stands in the way, the windows come without offers, and the refusal names the day.
    /// </summary>
    [AlwaysInterleave]
    Task<SearchAnswer> NextAvailable(SearchSlots query);
}
