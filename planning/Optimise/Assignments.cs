using System.Runtime.CompilerServices;

namespace OrleansScheduling.Planning.Optimise;

/// <summary>Who may do which visit, and what it costs to send them, whatever else they do that day.</summary>
internal sealed class Assignments
{
    readonly ulong[] allowed;
    readonly float[]? prices;
    readonly int words;
    readonly int days;

    public Assignments(PlanProblem problem, int[] classOf, int classes)
    {
        days = problem.Days.Count;
        words = (days + 63) / 64;
        allowed = new ulong[problem.Visits.Count * words];
        var skilled = new sbyte[classes];
        var hasPrices = false;
        var found = new float[problem.Visits.Count * days];
        for (var visit = 0; visit < problem.Visits.Count; visit++)
        {
            Array.Clear(skilled);
            for (var day = 0; day < days; day++)
            {
                // Days of one class have the same skills and patches.
                ref var known = ref skilled[classOf[day]];
                if (known == 0)
                {
                    known = (sbyte)(Constraints.HasSkills(problem, visit, day) && Constraints.Covers(problem, visit, day) ? 1 : -1);
                }

                if (known < 0 || !Constraints.MayTake(problem, visit, day)) continue;
                allowed[(visit * words) + (day >> 6)] |= 1UL << (day & 63);
                var price = (float)Constraints.AssignmentPrices(problem, visit, day).Sum(part => part.Price);
                found[(visit * days) + day] = price;
                hasPrices |= price != 0;
            }
        }

        prices = hasPrices ? found : null;
    }

    public bool HasPrices => prices is not null;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Allows(int visit, int day) => (allowed[(visit * words) + (day >> 6)] >> (day & 63) & 1) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Price(int visit, int day) => prices is null ? 0 : prices[(visit * days) + day];
}
