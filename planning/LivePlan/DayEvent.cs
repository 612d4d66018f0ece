using NodaTime;
using OrleansScheduling.Domain.Identity;

namespace OrleansScheduling.Planning.LivePlan;

/// <summary>Something that happened today, at an instant. A plan is what its events made of it: the same ones give the same plan.</summary>
public abstract record DayEvent(Instant At);

/// <summary>Nothing but that it is later: whoever has not reported is later than was expected.</summary>
public sealed record TimePassed(Instant At) : DayEvent(At);

/// <summary>An operative is on the way to a visit.</summary>
public sealed record SetOff(Instant At, OperativeId Operative, VisitId Visit) : DayEvent(At);

/// <summary>An operative is at the door.</summary>
public sealed record Arrived(Instant At, OperativeId Operative, VisitId Visit) : DayEvent(At);

/// <summary>Work has begun.</summary>
public sealed record WorkStarted(Instant At, OperativeId Operative, VisitId Visit) : DayEvent(At);

/// <summary>Work is done, sooner or later than was thought.</summary>
public sealed record WorkFinished(Instant At, OperativeId Operative, VisitId Visit) : DayEvent(At);

/// <summary>The operative needs until then.</summary>
public sealed record OverrunForecast(Instant At, OperativeId Operative, VisitId Visit, Instant Until) : DayEvent(At);

/// <summary>Nobody opened; the operative goes on.</summary>
public sealed record NoAccess(Instant At, OperativeId Operative, VisitId Visit) : DayEvent(At);

/// <summary>An operative is away from a time on.</summary>
/// <param name="Until">When the operative is back; null: not today.</param>
public sealed record OperativeAbsent(Instant At, OperativeId Operative, Instant From, Instant? Until = null) : DayEvent(At);

/// <summary>Somebody needs help: to be attended within the visit's times, two hours as a rule.</summary>
public sealed record EmergencyReported(Instant At, DayVisit Visit) : DayEvent(At);

/// <summary>A visit is not wanted any more.</summary>
public sealed record VisitCancelled(Instant At, VisitId Visit) : DayEvent(At);

/// <summary>A new visit today; promised when it finds a place, refused when not.</summary>
/// <param name="Operative">Whose diary it was booked into; null: whoever can.</param>
public sealed record VisitBooked(Instant At, DayVisit Visit, OperativeId? Operative = null) : DayEvent(At);

/// <summary>A planner gives a visit to an operative, wherever it fits.</summary>
public sealed record VisitReassigned(Instant At, VisitId Visit, OperativeId Operative) : DayEvent(At);

/// <summary>A planner binds a visit to the operative who has it, or frees it.</summary>
public sealed record VisitPinned(Instant At, VisitId Visit, bool IsPinned) : DayEvent(At);

/// <summary>A planner takes an operative's day in hand, or gives it back.</summary>
public sealed record DayLocked(Instant At, OperativeId Operative, bool IsLocked) : DayEvent(At);

/// <summary>An operative may be back as late as this.</summary>
public sealed record OvertimeAgreed(Instant At, OperativeId Operative, Instant Until) : DayEvent(At);

/// <summary>The customer has agreed to other times: the old promise is replaced.</summary>
public sealed record WindowAgreed(Instant At, VisitId Visit, Instant Start, Instant End) : DayEvent(At);

/// <summary>An improvement is carried out.</summary>
public sealed record ProposalAccepted(Instant At, Proposal Proposal) : DayEvent(At);
