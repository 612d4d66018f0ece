using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Workforce;

namespace OrleansScheduling.Planning.Search;

/// <summary>
/// Who may do a piece of work at all, before anybody looks into a diary, and how far the rest get: the last hurdle that somebody reaches is
/// the
/// reason that is told.
/// </summary>
internal sealed class Eligibility
{
    readonly VisitNeed need;
    readonly Contract contract;
    readonly PatchCode patch;
    bool anyWithTrade;
    LocalDate lastDayWithSkill = LocalDate.MinIsoValue;
    LocalDate lastDayCleared = LocalDate.MinIsoValue;

    public Eligibility(Roster roster, VisitNeed need, Contract contract, PatchCode patch)
    {
        (this.need, this.contract, this.patch) = (need, contract, patch);
        foreach (var days in roster.Operatives)
        {
            if (LastDay(days.Operative) is { } last) People.Add((days, last));
        }
    }

    /// <summary>Those who may, each with the last day on which skills and clearance still count.</summary>
    public List<(OperativeDays Days, LocalDate LastDay)> People { get; } = [];

    /// <summary>Why nobody may do the work that day; None when somebody may.</summary>
    public RefusalReason Missing(LocalDate day)
    {
        foreach (var (_, last) in People)
        {
            if (day <= last) return RefusalReason.None;
        }

        if (!anyWithTrade || !contract.Trades.Contains(need.Trade)) return RefusalReason.NobodyWithTrade;
        if (day > lastDayWithSkill) return RefusalReason.NobodyWithSkill;
        return day > lastDayCleared ? RefusalReason.NobodyCleared : RefusalReason.NobodyCoversPatch;
    }

    LocalDate? LastDay(Operative operative)
    {
        if (!operative.HasTrade(need.Trade)) return null;
        anyWithTrade = true;
        if (LastDayWithSkills(operative) is not { } skilled) return null;
        lastDayWithSkill = LocalDate.Max(lastDayWithSkill, skilled);
        if (LastDayCleared(operative) is not { } cleared) return null;
        var last = LocalDate.Min(skilled, cleared);
        lastDayCleared = LocalDate.Max(lastDayCleared, last);
        return contract.Trades.Contains(need.Trade) && operative.Covers(patch) ? last : null;
    }

    LocalDate? LastDayWithSkills(Operative operative)
    {
        var last = LocalDate.MaxIsoValue;
        foreach (var requirement in need.Skills)
        {
            LocalDate? best = null;
            foreach (var skill in operative.Skills)
            {
                if (skill.Code != requirement.Skill || skill.Level < requirement.Level) continue;
                var until = skill.LastValidDay ?? LocalDate.MaxIsoValue;
                best = best is { } other ? LocalDate.Max(other, until) : until;
            }

            if (best is not { } met) return null;
            last = LocalDate.Min(last, met);
        }

        return last;
    }

    LocalDate? LastDayCleared(Operative operative)
    {
        if (operative.DedicatedTo is { } only && only != contract.Id) return null;
        LocalDate? best = null;
        foreach (var clearance in operative.Clearances)
        {
            if (clearance.Contract != contract.Id) continue;
            var until = clearance.LastValidDay ?? LocalDate.MaxIsoValue;
            best = best is { } other ? LocalDate.Max(other, until) : until;
        }

        return best;
    }
}
