using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Rates;
using OrleansScheduling.Domain.Workforce;

namespace OrleansScheduling.Import.Files;

/// <summary>Whether two records hold the same values. Their own equality compares lists by identity.</summary>
static class Sameness
{
    public static bool Same(Shift? one, Shift? other) =>
        one is null || other is null
            ? one is null && other is null
            : one.Start == other.Start && one.End == other.End && one.Breaks.SequenceEqual(other.Breaks);

    public static bool Same(SorItem one, SorItem other) =>
        one.Skills.SequenceEqual(other.Skills) && one with { Skills = other.Skills } == other;

    public static bool Same(Contract one, Contract other) =>
        one.Patches.SequenceEqual(other.Patches)
        && one.Trades.SequenceEqual(other.Trades)
        && one.Windows.SequenceEqual(other.Windows)
        && one.Rules.Quotas.SequenceEqual(other.Rules.Quotas)
        && one.Rules with { Quotas = other.Rules.Quotas } == other.Rules
        && one with { Patches = other.Patches, Trades = other.Trades, Windows = other.Windows, Rules = other.Rules } == other;

    public static bool Same(Operative one, Operative other) =>
        one.Trades.SequenceEqual(other.Trades)
        && one.Skills.SequenceEqual(other.Skills)
        && one.Clearances.SequenceEqual(other.Clearances)
        && one.HelpsOutIn.SequenceEqual(other.HelpsOutIn)
        && Same(one.WorkingTime, other.WorkingTime)
        && one with
        {
            Trades = other.Trades,
            Skills = other.Skills,
            Clearances = other.Clearances,
            HelpsOutIn = other.HelpsOutIn,
            WorkingTime = other.WorkingTime,
        } == other;

    static bool Same(WorkingTime one, WorkingTime other) =>
        one.WorksBankHolidays == other.WorksBankHolidays
        && one.Limits == other.Limits
        && one.Absences.SequenceEqual(other.Absences)
        && one.Overtime.SequenceEqual(other.Overtime)
        && one.Rotas.Count == other.Rotas.Count
        && one.Rotas.Zip(other.Rotas).All(pair => Same(pair.First, pair.Second));

    static bool Same(Rota one, Rota other) =>
        one.EffectiveFrom == other.EffectiveFrom
        && one.EffectiveTo == other.EffectiveTo
        && one.Weeks.Count == other.Weeks.Count
        && one.Weeks.Zip(other.Weeks).All(weeks => weeks.First.Zip(weeks.Second).All(days => Same(days.First, days.Second)));
}
