using System.Globalization;
using System.Text;

namespace OrleansScheduling.Check;

/// <summary>What is wrong with a ledger.</summary>
public enum FindingKind
{
    None = 0,

    /// <summary>A day of a diary whose planned starts cannot be kept one after the other.</summary>
    InfeasibleDay = 1,

    /// <summary>A planned start outside the promised window, or a job whose promise is not that of its visits.</summary>
    BrokenPromise = 2,
    OverlappingVisits = 3,
    VisitWithoutJob = 4,

    /// <summary>A job that is booked and has no visit.</summary>
    BookedWithoutVisits = 5,
    HoldWithoutVisits = 6,

    /// <summary>Visits are held, and the job has no hold, or one that ends at another time.</summary>
    HeldWithoutHold = 7,

    /// <summary>Too few people for the work, or people who should start together and do not.</summary>
    CrewNotTogether = 8,
    StagesOutOfOrder = 9,

    /// <summary>A job's status, promise and visits do not belong together.</summary>
    JobInconsistent = 10,

    /// <summary>A quota's count is not what the feed, or what is booked and held, adds up to.</summary>
    QuotaMiscounted = 11,

    /// <summary>A diary's or job's version is not the number of changes in the feed.</summary>
    VersionWrong = 12,

    /// <summary>The feed leaves out a change of a diary or job, or has one twice.</summary>
    FeedBroken = 13,

    /// <summary>The feed, replayed, gives another diary than the one recorded.</summary>
    DiaryDiffersFromFeed = 14,

    /// <summary>The feed, replayed, gives another job than the one recorded.</summary>
    JobDiffersFromFeed = 15,
    KeyTwice = 16,

    /// <summary>An operative, contract or property that is not in the registry.</summary>
    UnknownReference = 17,

    /// <summary>The feed does not reach back to the beginning of a diary or job, so that it cannot be replayed.</summary>
    FeedIncomplete = 18,

    /// <summary>A visit on a day on which its contract is not in force.</summary>
    NotInForce = 19,

    /// <summary>A visit that leads somewhere else than to its job's property.</summary>
    WrongPlace = 20,

    /// <summary>Lines that the schedule of rates does not have, minutes that they do not add up to, or an emergency that is none.</summary>
    WrongWork = 21,

    /// <summary>Somebody without the trade, skills, clearance or patch that the work needs.</summary>
    WrongOperative = 22,

    /// <summary>A hold that expired long ago and still keeps its room.</summary>
    HoldOverdue = 23,

    /// <summary>
    /// A day that runs late because of what was reported on it: a visit forecast or begun after its promise, a pause lost, the shift
    /// overrun, a crew apart. No plan may be like that; a forecast has to be.
    /// </summary>
    RunningLate = 24,
}

public enum Severity
{
    None = 0,

    /// <summary>Somebody should look: a rota or contract that was changed after the booking, for example. The engine broke no
    /// rule.</summary>
    Warning = 1,

    /// <summary>Something that may never be.</summary>
    Breach = 2,
}

/// <param name="Subject">Which diary, day, visit, job, quota or key: the exact ids.</param>
/// <param name="Text">What is wrong with it, and why.</param>
public sealed record Finding(FindingKind Kind, Severity Severity, string Subject, string Text);

/// <summary>How much was looked at.</summary>
public sealed record CheckedCounts(
    long Jobs, long Visits, long Diaries, long DiaryDays, long Holds, long Quotas, long Entries, long Keys, long DiariesReplayed,
    long JobsReplayed);

/// <param name="Findings">The first <see cref="MaxFindings"/>, breaches before warnings.</param>
public sealed record CheckReport(CheckedCounts Counts, IReadOnlyList<Finding> Findings, long Breaches, long Warnings)
{
    /// <summary>Most findings that one report names; the rest is counted. Whoever has a hundred has one cause.</summary>
    public const int MaxFindings = 100;

    public bool Succeeded => Breaches == 0;

    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(Invariant($"{Counts.Jobs:N0} jobs, {Counts.Visits:N0} visits and {Counts.Holds:N0} holds in "));
        text.AppendLine(Invariant($"{Counts.Diaries:N0} diaries: {Counts.DiaryDays:N0} days walked through"));
        text.Append(Invariant($"{Counts.Entries:N0} feed entries replayed into {Counts.DiariesReplayed:N0} diaries and "));
        text.AppendLine(Invariant($"{Counts.JobsReplayed:N0} jobs; {Counts.Keys:N0} keys, {Counts.Quotas:N0} quotas"));
        foreach (var finding in Findings)
            text.AppendLine(Invariant($"{finding.Severity} {finding.Kind}: {finding.Subject}: {finding.Text}"));
        if (Breaches + Warnings > Findings.Count) text.AppendLine(Invariant($"and {Breaches + Warnings - Findings.Count:N0} more"));
        text.Append(Breaches + Warnings == 0 ? "Nothing is wrong." : Invariant($"{Breaches:N0} breaches, {Warnings:N0} warnings"));
        return text.ToString();

        static string Invariant(FormattableString line) => line.ToString(CultureInfo.InvariantCulture);
    }
}

/// <summary>Collects what is found, within a bound.</summary>
sealed class Findings
{
    readonly List<Finding> breaches = [];
    readonly List<Finding> warnings = [];
    long breachCount;
    long warningCount;

    public void Breach(FindingKind kind, string subject, string text)
    {
        breachCount++;
        if (breaches.Count < CheckReport.MaxFindings) breaches.Add(new Finding(kind, Severity.Breach, subject, text));
    }

    public void Warn(FindingKind kind, string subject, string text)
    {
        warningCount++;
        if (warnings.Count < CheckReport.MaxFindings) warnings.Add(new Finding(kind, Severity.Warning, subject, text));
    }

    public CheckReport Report(CheckedCounts counts) =>
        new(counts, [.. breaches.Concat(warnings).Take(CheckReport.MaxFindings)], breachCount, warningCount);
}
