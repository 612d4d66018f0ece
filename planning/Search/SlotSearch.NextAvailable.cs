using NodaTime;
using NodaTime.Text;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Contracts;

namespace OrleansScheduling.Planning.Search;

public static partial class SlotSearch
{
    /// <summary>How far ahead the next available window is looked for: as far as the longest horizon goes.</summary>
    public const int MaxDaysAhead = BookingRules.MaxHorizonDays;

    // Few enough that little is reckoned in vain, enough that most answers come from one search.
    const int DaysAtOnce = 7;

    static readonly LocalDatePattern DayName = LocalDatePattern.CreateWithInvariantCulture("dddd d MMMM uuuu");

    /// <summary>
    /// The first day from <paramref name="from"/> on with a window that can be kept, with all windows of that day, up to
    /// <see cref="MaxDaysAhead"/> days on: beyond the days that the index shows, as far as rotas go. When the contract's horizon alone
    /// stands in the way, the day is told with that reason.
    /// </summary>
    /// <param name="rules">The contract's rules at this moment; where they close a window it is not available.</param>
    /// <param name="query">Its windows count for nothing.</param>
    /// <returns>The day, or the reason that the most promising window met.</returns>
    public static Outcome<AvailableDay> NextAvailable(
        AvailabilityIndex index, BookingRulesCheck rules, SlotQuery query, LocalDate from)
    {
        var horizon = rules.Now.InZone(rules.Zone).Date.PlusDays(rules.Contract.Rules.HorizonDays);
        var unlimited = rules with
        {
            Contract = rules.Contract with { Rules = rules.Contract.Rules with { HorizonDays = BookingRules.MaxHorizonDays } },
        };
        var furthest = RefusalReason.WindowNotOffered;
        AvailableDay? notYet = null;
        for (var offset = 0; offset < MaxDaysAhead; offset += DaysAtOnce)
        {
            var first = from.PlusDays(offset);
            if (notYet is not null && first > horizon) return notYet;
            var days = Math.Min(DaysAtOnce, MaxDaysAhead - offset);
            var answers = Days(index, rules, query, first, days);
            if (FirstWithRoom(answers) is { } found) return found;
            // Later visits may lie beyond the horizon when the first does not.
            var mayBeBeyond = first.PlusDays(days) > horizon || query.Requirement.Stages > 1;
            if (notYet is null && mayBeBeyond && FirstWithRoom(Days(index, unlimited, query, first, days)) is { } room)
                notYet = NotYet(room);
            foreach (var answer in answers)
            {
                if (answer.Refusal is { } refusal && refusal.Reason > furthest) furthest = refusal.Reason;
            }
        }

        return notYet is not null ? notYet : furthest;
    }

    static AvailableDay? FirstWithRoom(IReadOnlyList<WindowAnswer> answers)
    {
        if (answers.FirstOrDefault(answer => answer.IsAvailable) is not { } found) return null;
        var day = found.Window.Day;
        return new AvailableDay(day, [.. answers.Where(answer => answer.Window.Day == day)]);
    }

    static AvailableDay NotYet(AvailableDay room)
    {
        var refusal = new Refusal(RefusalReason.BeyondHorizon,
            $"The first day with room is {DayName.Format(room.Day)}. That is further ahead than can be booked yet.");
        return new AvailableDay(
            room.Day, [.. room.Windows.Select(answer => new WindowAnswer(answer.Window, 0, 0, false, refusal))], refusal);
    }
}
