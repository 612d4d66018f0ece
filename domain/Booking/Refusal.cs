namespace OrleansScheduling.Domain.Booking;

/// <summary>Why a window cannot be offered or a command was not carried out. Stable: other systems match on the names.</summary>
public enum RefusalReason
{
    None = 0,

    // A window on its way to being offered, in the order in which it is asked.
    ContractNotInForce = 1,
    WindowNotOffered = 2,
    NoticeTooShort = 3,
    PastCutOff = 4,
    BeyondHorizon = 5,
    QuotaUsed = 6,
    NobodyWithTrade = 10,
    NobodyWithSkill = 11,
    NobodyCleared = 12,
    NobodyCoversPatch = 13,
    NobodyWorking = 14,
    AllFull = 15,
    NobodyInTime = 16,
    HeldForEmergencies = 17,

    /// <summary>Some could come, and fewer than the work takes, or never together.</summary>
    TooFewPeople = 18,

    /// <summary>The first visit fits; the visit that has to follow it does not.</summary>
    NoLaterVisit = 19,

    /// <summary>Whoever could come keeps what is left of the day for the home patch or for other contracts.</summary>
    KeptForOtherWork = 20,

    // A command.
    OfferInvalid = 30,
    OfferExpired = 31,
    WindowGone = 32,
    HoldNotFound = 33,
    HoldExpired = 34,
    HeldByAnother = 35,
    JobNotFound = 36,
    JobClosed = 37,
    AlreadyBooked = 38,
    NotBooked = 39,
    VisitStarted = 40,
    KeyReused = 41,
    Busy = 42,
    InvalidInput = 43,

    /// <summary>The job's reference was drawn before: the caller draws another.</summary>
    JobExists = 44,

    /// <summary>Somebody else changed the job between the decision and the commit.</summary>
    JobChanged = 45,

    /// <summary>What was changed of people or contracts has not come to this process yet; the claim cannot be decided without.</summary>
    CatchingUp = 46,

    /// <summary>Only for emergencies others make room.</summary>
    NotAnEmergency = 47,

    /// <summary>The work takes several people or visits.</summary>
    TooMuchForOne = 48,

    // A visit on its day, and the plan.
    VisitNotFound = 50,
    OperativeOnTheWay = 51,
    VisitNotStarted = 52,
    VisitFinished = 53,

    /// <summary>What is told of it is not of the visit's diary day.</summary>
    VisitNotDue = 54,

    /// <summary>Nobody is at two places at once.</summary>
    AnotherVisitUnderWay = 55,

    /// <summary>A part of the job's visits is done or being done: what becomes of the rest is for a planner to arrange.</summary>
    PartlyDone = 56,

    VisitPinned = 57,

    /// <summary>Several people come for the same work: it cannot be pinned or let go for one of them.</summary>
    VisitShared = 58,

    /// <summary>A diary is not at the version that the caller planned on.</summary>
    DiaryChanged = 59,

    ReassignmentNotFound = 60,

    /// <summary>What a reassignment did was changed since.</summary>
    PlanMovedOn = 61,

    /// <summary>There is no such operative of the caller's.</summary>
    OperativeNotFound = 62,

    /// <summary>The operative would work longer than the limits on working time allow.</summary>
    BeyondWorkingTime = 63,

    /// <summary>There is no such proposal, or the plan has moved on from what it was made for.</summary>
    ProposalGone = 64,
}

/// <summary>An expected "no": its reason, and a sentence that a call handler can read out.</summary>
public sealed record Refusal(RefusalReason Reason, string Text)
{
    public static Refusal Of(RefusalReason reason) => new(reason, Sentence(reason));

    static string Sentence(RefusalReason reason) => reason switch
    {
        RefusalReason.ContractNotInForce => "The contract is not in force on that day.",
        RefusalReason.WindowNotOffered => "That window is not offered on that day.",
        RefusalReason.NoticeTooShort => "It is too short notice for that window.",
        RefusalReason.PastCutOff => "Booking for that day has closed.",
        RefusalReason.BeyondHorizon => "That day is further ahead than can be booked.",
        RefusalReason.QuotaUsed => "All appointments agreed for that window in this area have been taken.",
        RefusalReason.NobodyWithTrade => "Nobody does that kind of work.",
        RefusalReason.NobodyWithSkill => "Nobody with the skills for this repair is available that day.",
        RefusalReason.NobodyCleared => "Nobody who could do it is cleared to work on this contract that day.",
        RefusalReason.NobodyCoversPatch => "Nobody who could do it covers this area.",
        RefusalReason.NobodyWorking => "Nobody who could do it is working then.",
        RefusalReason.AllFull => "Everybody who could do it is fully booked then.",
        RefusalReason.NobodyInTime => "Nobody who is free then can get there in time.",
        RefusalReason.HeldForEmergencies => "The time that is left then is kept for emergencies.",
        RefusalReason.KeptForOtherWork => "The people who have time then keep it for other areas or contracts for now.",
        RefusalReason.TooFewPeople => "The work takes several people, and too few of them are free together then.",
        RefusalReason.NoLaterVisit => "The first visit could be made then, but there is no room for the visit that has to follow it.",
        RefusalReason.OfferInvalid => "That offer is not one of ours. Please search again.",
        RefusalReason.OfferExpired => "That offer is too old. Please search again.",
        RefusalReason.WindowGone => "That window has just been taken. Please choose another.",
        RefusalReason.HoldNotFound => "That window is not held for this job any more.",
        RefusalReason.HoldExpired => "The time for confirming has run out. Please choose a window again.",
        RefusalReason.HeldByAnother => "Somebody else is booking this job at the moment.",
        RefusalReason.JobNotFound => "There is no such job.",
        RefusalReason.JobClosed => "The job is finished or cancelled.",
        RefusalReason.AlreadyBooked => "The job already has an appointment.",
        RefusalReason.NotBooked => "The job has no appointment.",
        RefusalReason.VisitStarted => "The work has already started.",
        RefusalReason.KeyReused => "This was sent before with something else in it, and only what was sent first counts.",
        RefusalReason.Busy => "Too many bookings are being made at this moment. Please try again.",
        RefusalReason.InvalidInput => "Something that was asked for cannot be done as it stands.",
        RefusalReason.JobExists => "Another job has just been given that reference. Please try again.",
        RefusalReason.JobChanged => "Somebody else has just changed this job. Please try again.",
        RefusalReason.CatchingUp => "A change to the people or contracts is still on its way to the diaries. Please try again in a minute.",
        RefusalReason.NotAnEmergency => "The repair is not an emergency. Please choose a window.",
        RefusalReason.TooMuchForOne => "The work takes several people or visits. Please choose a window, or ask a planner.",
        RefusalReason.VisitNotFound => "There is no such visit.",
        RefusalReason.OperativeOnTheWay => "The operative is on the way already.",
        RefusalReason.VisitNotStarted => "The visit has not been started.",
        RefusalReason.VisitFinished => "The visit is finished.",
        RefusalReason.VisitNotDue => "That is not the day of the visit.",
        RefusalReason.AnotherVisitUnderWay => "The operative is at another visit at that time.",
        RefusalReason.PartlyDone => "A part of the job's visits is done or under way. A planner has to arrange the rest.",
        RefusalReason.VisitPinned => "A planner has pinned the visit to its operative and its time.",
        RefusalReason.VisitShared => "Several people come for this work together.",
        RefusalReason.DiaryChanged => "A diary has changed since the plan was made. Please plan again.",
        RefusalReason.ReassignmentNotFound => "There is no such reassignment.",
        RefusalReason.PlanMovedOn => "What the reassignment did has been changed since.",
        RefusalReason.OperativeNotFound => "There is no such operative.",
        RefusalReason.BeyondWorkingTime => "That would be longer than the limits on working time allow.",
        RefusalReason.ProposalGone => "There is no such proposal any more.",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "Not a reason."),
    };
}

/// <summary>Either what was asked for, or why not.</summary>
public readonly record struct Outcome<T>
    where T : class
{
    Outcome(T? value, Refusal? refusal)
    {
        Value = value;
        Refusal = refusal;
    }

    public T? Value { get; }

    public Refusal? Refusal { get; }

    [System.Diagnostics.CodeAnalysis.MemberNotNullWhen(true, nameof(Value))]
    [System.Diagnostics.CodeAnalysis.MemberNotNullWhen(false, nameof(Refusal))]
    public bool Succeeded => Value is not null;

    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(Refusal refusal) => new(null, refusal);

    public static implicit operator Outcome<T>(RefusalReason reason) => new(null, Booking.Refusal.Of(reason));
}
