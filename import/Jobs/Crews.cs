using NodaTime;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Workforce;

namespace OrleansScheduling.Import.Jobs;

/// <summary>Who of the people named does what.</summary>
static class Crews
{
    /// <summary>One entry for each place in each crew, or a rule that cannot be kept.</summary>
    public static (IReadOnlyList<(VisitNeed Need, Operative Operative)>? Crew, string? Rule) Assign(
        IReadOnlyList<VisitNeed> needs, IReadOnlyList<Operative> operatives, Contract contract, PatchCode patch, LocalDate day)
    {
        var places = needs.SelectMany(need => Enumerable.Repeat(need, need.Crew)).ToList();
        if (places.Count != operatives.Count)
            return (null, $"The work needs {places.Count} operative{(places.Count == 1 ? "" : "s")} "
                + $"({string.Join(", ", needs.Select(need => $"{need.Crew} {need.Trade}"))}), and {operatives.Count} are named.");
        foreach (var operative in operatives)
        {
            if (!operative.IsClearedFor(contract.Id, day)) return (null,
                $"{operative.Reference} is not cleared for {contract.Reference} on {day:uuuu-MM-dd}, or is dedicated to another contract.");
            if (!operative.Covers(patch)) return (null, $"{operative.Reference} does not cover patch {patch}.");
        }

        var chosen = new Operative?[places.Count];
        if (Fill(places, chosen, 0, operatives, day)) return ([.. places.Select((need, index) => (need, chosen[index]!))], null);
        var (unfit, missing) = operatives.Select(operative => (operative, Missing(operative, places, day))).FirstOrDefault(entry =>
            entry.Item2 is not null);
        return (null, unfit is null
            ? $"The operatives named do not make up the crew: {string.Join(", ", needs.Select(need => $"{need.Crew} {need.Trade}"))}."
            : $"{unfit.Reference} {missing}.");
    }

    /// <summary>Tries each person in each place: at most <see cref="JobRequirement.MaxVisits"/>, and few fit more than one.</summary>
    static bool Fill(List<VisitNeed> places, Operative?[] chosen, int place, IReadOnlyList<Operative> operatives, LocalDate day)
    {
        if (place == places.Count) return true;
        foreach (var operative in operatives)
        {
            if (Array.IndexOf(chosen, operative) >= 0 || !CanDo(operative, places[place], day)) continue;
            chosen[place] = operative;
            if (Fill(places, chosen, place + 1, operatives, day)) return true;
            chosen[place] = null;
        }

        return false;
    }

    static bool CanDo(Operative operative, VisitNeed need, LocalDate day) => operative.HasTrade(need.Trade)
        && operative.HasSkills(need.Skills, day);

    static string? Missing(Operative operative, List<VisitNeed> places, LocalDate day)
    {
        if (places.Exists(need => CanDo(operative, need, day))) return null;
        if (places.Find(need => operative.HasTrade(need.Trade)) is not { } need)
            return $"does not have the trade {string.Join(" or ", places.Select(place => place.Trade.Value).Distinct())}";
        var skill = need.Skills.First(required => !operative.Skills.Any(skill => skill.Meets(required, day)));
        return $"does not have the skill {skill.Skill} at level {skill.Level} on {day:uuuu-MM-dd}";
    }
}
