using System.Collections.Concurrent;
using System.Collections.Immutable;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Planning.Diaries;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Planning.LivePlan;

/// <summary>An operative and the working day.</summary>
public sealed record TeamMember(Operative Operative, DayBounds Bounds)
{
    public OperativeId Id => Operative.Id;
}

/// <summary>All who work on one day, and who of them may do what. Immutable.</summary>
public sealed class DayTeam
{
    /// <summary>Most people of one day's plan; ten times the largest contractor that we know of.</summary>
    public const int MaxMembers = 5_000;

    /// <summary>Kinds of work whose people are remembered; when there are more, it starts again with none.</summary>
    const int MaxRemembered = 4_096;

    readonly Dictionary<OperativeId, int> indexes;
    readonly ConcurrentDictionary<Kind, int[]> remembered = new();

    /// <exception cref="ArgumentException">Too many people, or one twice.</exception>
    public DayTeam(DayClock clock, IEnumerable<TeamMember> members, ITravel travel)
    {
        Clock = clock;
        Travel = travel;
        Members = [.. members];
        if (Members.Length > MaxMembers) throw new ArgumentException($"A day's plan has at most {MaxMembers} people.", nameof(members));
        indexes = Members.Index().ToDictionary(member => member.Item.Id, member => member.Index);
    }

    public DayClock Clock { get; }

    public ITravel Travel { get; }

    public ImmutableArray<TeamMember> Members { get; }

    /// <summary>An operative's number in the team, or -1.</summary>
    public int IndexOf(OperativeId operative) => indexes.GetValueOrDefault(operative, -1);

    /// <summary>How many minutes of travel a length stands for: at the day's mean speed, so that lengths can be compared whatever the
    /// hour.</summary>
    public double MinutesOf(double metres) => metres / Travel.Profile.DaytimeMetresPerSecond / 60;

    /// <summary>Numbers of those who may do a visit, lowest first.</summary>
    internal int[] Eligible(DayVisit visit)
    {
        var kind = new Kind(visit.Trade, string.Join(' ', visit.Skills), visit.Contract, visit.Patch);
        if (remembered.TryGetValue(kind, out var known)) return known;
        if (remembered.Count >= MaxRemembered) remembered.Clear();
        return remembered.GetOrAdd(
            kind, [.. Enumerable.Range(0, Members.Length).Where(member => WhyNot(member, visit) == RefusalReason.None)]);
    }

    /// <summary>Why somebody may not do a visit at all; None when nothing stands against it but perhaps the time.</summary>
    public RefusalReason WhyNot(int member, DayVisit visit)
    {
        var operative = Members[member].Operative;
        if (!operative.HasTrade(visit.Trade)) return RefusalReason.NobodyWithTrade;
        if (!operative.HasSkills(visit.Skills, Clock.Day)) return RefusalReason.NobodyWithSkill;
        if (!operative.IsClearedFor(visit.Contract, Clock.Day)) return RefusalReason.NobodyCleared;
        return operative.Covers(visit.Patch) ? RefusalReason.None : RefusalReason.NobodyCoversPatch;
    }

    /// <summary>A visit as a stop of somebody's day.</summary>
    internal Stop StopOf(int member, DayVisit visit) => new(
        visit.Id, visit.Point, Members[member].Operative.SecondsFor(visit.StandardMinutes), visit.Earliest, visit.Latest, visit.Earliest);

    /// <summary>Everything that decides who may do a piece of work.</summary>
    readonly record struct Kind(TradeCode Trade, string Skills, ContractId Contract, PatchCode Patch);
}
