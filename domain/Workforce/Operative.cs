using NodaTime;
using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Rates;

namespace OrleansScheduling.Domain.Workforce;

/// <summary>A skill that somebody has.</summary>
/// <param name="Level">1 (basic) to 5 (expert).</param>
/// <param name="LastValidDay">The certificate's last day, itself included: a card that says 31 March is good on 31 March. Null: no
/// expiry.</param>
public sealed record Skill(SkillCode Code, int Level, LocalDate? LastValidDay = null)
{
    public int Level { get; init => field = Checked(value); } = Checked(Level);

    public LocalDate? LastValidDay { get; init => field = CheckedDay(value); } = CheckedDay(LastValidDay);

    static int Checked(int level) => Rule.Between(level, 1, SkillRequirement.MaxLevel, "Skill.Level");

    static LocalDate? CheckedDay(LocalDate? day) => Rule.Day(day, "Skill.LastValidDay");

    public bool Meets(SkillRequirement needed, LocalDate day) =>
        needed.Skill == Code && Level >= needed.Level && (LastValidDay is null || day <= LastValidDay);
}

/// <summary>Permission to work on a client's contract (vetting, induction).</summary>
/// <param name="LastValidDay">The last day on which it counts, itself included. Null: no expiry.</param>
public sealed record Clearance(ContractId Contract, LocalDate? LastValidDay = null)
{
    public LocalDate? LastValidDay { get; init => field = CheckedDay(value); } = CheckedDay(LastValidDay);

    static LocalDate? CheckedDay(LocalDate? day) => Rule.Day(day, "Clearance.LastValidDay");
}

/// <summary>A person who carries out visits.</summary>
/// <param name="DedicatedTo">The one contract that this operative works for; null when shared between all contracts of the
/// clearances.</param>
/// <param name="HomePatch">Where the operative normally works.</param>
/// <param name="HelpsOutIn">Further patches that the operative may be sent to.</param>
/// <param name="StartPlace">Where the working day starts: home or depot.</param>
/// <param name="EndPlace">Where it ends; the way there is part of the day.</param>
/// <param name="PacePercent">Time taken in per cent of standard minutes: 100 standard, 120 a fifth slower. 50 to 200.</param>
public sealed record Operative(
    OperativeId Id,
    OrganisationId Contractor,
    string Reference,
    string Name,
    IReadOnlyList<TradeCode> Trades,
    IReadOnlyList<Skill> Skills,
    IReadOnlyList<Clearance> Clearances,
    ContractId? DedicatedTo,
    PatchCode HomePatch,
    IReadOnlyList<PatchCode> HelpsOutIn,
    Place StartPlace,
    Place EndPlace,
    int PacePercent,
    WorkingTime WorkingTime)
{
    public const int MinPacePercent = 50;
    public const int MaxPacePercent = 200;

    /// <summary>What was told of single days, in their order.</summary>
    public IReadOnlyList<ToldDay> Told { get; init => field = Rule.AtMost(value, ToldDay.MaxDays, "Operative.Told"); } = [];

    public ToldDay? ToldOf(LocalDate day)
    {
        foreach (var told in Told)
        {
            if (told.Day == day) return told;
        }

        return null;
    }

    /// <summary>The rota and what was told of single days.</summary>
    public WorkingTime WorkingTimeAsTold => Told.Count == 0 ? WorkingTime : WorkingTime with
    {
        Absences = [.. WorkingTime.Absences, .. Told.Select(told => told.Away).OfType<Absence>()],
        Overtime = [.. WorkingTime.Overtime, .. Told.Select(told => told.Overtime).OfType<Overtime>()],
    };

    public int PacePercent { get; init => field = CheckedPace(value); } = CheckedPace(PacePercent);

    static int CheckedPace(int percent) => Rule.Between(percent, MinPacePercent, MaxPacePercent, "Operative.PacePercent");

    /// <summary>On-site seconds for work of so many standard minutes, rounded up to a whole minute.</summary>
    public int SecondsFor(int standardMinutes) => ((standardMinutes * PacePercent) + 99) / 100 * 60;

    public bool HasTrade(TradeCode trade) => Trades.Contains(trade);

    public bool HasSkills(IReadOnlyList<SkillRequirement> needed, LocalDate day)
    {
        foreach (var requirement in needed)
        {
            var met = false;
            foreach (var skill in Skills) met |= skill.Meets(requirement, day);
            if (!met) return false;
        }

        return true;
    }

    /// <summary>Whether the operative may work on a contract that day: cleared for it, and not dedicated to another.</summary>
    public bool IsClearedFor(ContractId contract, LocalDate day)
    {
        if (DedicatedTo is { } only && only != contract) return false;
        foreach (var clearance in Clearances)
        {
            if (clearance.Contract == contract && (clearance.LastValidDay is null || day <= clearance.LastValidDay)) return true;
        }

        return false;
    }

    public bool Covers(PatchCode patch) => HomePatch == patch || HelpsOutIn.Contains(patch);
}
