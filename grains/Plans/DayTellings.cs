using System.Globalization;
using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains.Availability;
using OrleansScheduling.Grains.Booking;
using OrleansScheduling.Grains.Registry;
using OrleansScheduling.Grains.Wire;
using OrleansScheduling.Ledger;
using OrleansScheduling.Planning.Search;

namespace OrleansScheduling.Grains.Plans;

/// <summary>Records what is told of an operative's day: away, locked, longer. It is a part of the registry from then on.</summary>
internal sealed class DayTellings(
    Bookings bookings, AvailabilityService availability, RegistryCache registry, IRegistryStore store)
{
    /// <summary>How far ahead something is told of a day; what is known sooner is for the rota.</summary>
    const int MaxDaysAhead = 14;

    public static string NameOf(TellOfDay command) =>
        ((EventKind)command.Kind).IsToldOfDay() ? ((EventKind)command.Kind).ToString() : nameof(EventKind.None);

    public static Refusal? FaultOf(TellOfDay command)
    {
        var kind = (EventKind)command.Kind;
        if (!kind.IsToldOfDay())
        {
            return Command.Invalid(
                "kind", command.Kind.ToString(CultureInfo.InvariantCulture), "OperativeAbsent, DayLocked, DayUnlocked or OvertimeAgreed");
        }

        return kind == EventKind.OvertimeAgreed && command.Until is null
            ? Command.Invalid("until", "nothing", "a moment of the day") : null;
    }

    public async Task<CommandAnswer> RunAsync(OrganisationId contractor, TellOfDay command, CancellationToken cancellationToken)
    {
        var identity = Commands.Of(contractor, command);
        var telling = TellingOf(contractor, command);
        if (!telling.Succeeded) return await bookings.RefuseAsync(telling.Refusal, identity, cancellationToken);
        var (result, refusal) = await store.TellAsync(
            new OperativeId(command.Operative), telling.Value, identity.Key, command.Context.Actor, cancellationToken);
        if (refusal is not null) return Bookings.Refused(refusal);
        if (result!.Value.Entry is not { } entry) return Bookings.Refused(RefusalReason.KeyReused);
        // Whoever has told it sees it kept: searches of this process know it before the answer is given.
        foreach (var diary in entry.Event.Diaries) await availability.KnowsAsync(diary.Operative, diary.Version, cancellationToken);
        return new CommandAnswer(entry.ToReceipt(), null);
    }

    Outcome<DayTelling> TellingOf(OrganisationId contractor, TellOfDay command)
    {
        var (id, kind, viewpoint) = (new OperativeId(command.Operative), (EventKind)command.Kind, command.Context.Asker.ToDomain());
        var mayTell = kind == EventKind.OperativeAbsent || !viewpoint.OwnOnly;
        if (!mayTell || !bookings.Sees(viewpoint, id) || availability.IndexOf(id) is not { } index || index.Contractor.Id != contractor)
            return RefusalReason.OperativeNotFound;
        var now = bookings.Now;
        var from = command.From is { } told ? Instant.FromDateTimeOffset(told) : now;
        var today = now.InZone(index.Zone).Date;
        var day = from.InZone(index.Zone).Date;
        if (day < today || day > today.PlusDays(MaxDaysAhead))
            return Command.Invalid("from", $"{day:uuuu-MM-dd}", $"a moment of today or the {MaxDaysAhead} days after it");
        return kind switch
        {
            EventKind.OperativeAbsent => Absence(index, day, from, command.Until),
            EventKind.OvertimeAgreed => Overtime(index, id, today, Instant.FromDateTimeOffset(command.Until!.Value)),
            _ => new DayTelling(kind, day, day.AtMidnight(), day.AtMidnight()),
        };
    }

    static Outcome<DayTelling> Absence(AvailabilityIndex index, LocalDate day, Instant from, DateTimeOffset? until)
    {
        var midnight = day.PlusDays(1).AtMidnight();
        var start = Local(from, index.Zone);
        var end = until is { } back ? Local(Instant.FromDateTimeOffset(back), index.Zone) : midnight;
        return end <= start || end > midnight
            ? Command.Invalid("until", $"{end:uuuu-MM-dd HH:mm}", "after its start, and on the same day")
            : new DayTelling(EventKind.OperativeAbsent, day, start, end);
    }

    Outcome<DayTelling> Overtime(AvailabilityIndex index, OperativeId id, LocalDate today, Instant until)
    {
        if (index.BoundsOf(id, today) is not { } bounds || !registry.Current.Operatives.TryGetValue(id, out var operative))
            return RefusalReason.NobodyWorking;
        var clock = index.ClockOf(today);
        var end = clock.InstantAt(bounds.Day.End);
        var minutes = (until - end).TotalMinutes;
        if (minutes is <= 0 or > DayTelling.MaxOvertimeMinutes)
        {
            return Command.Invalid(
                "until", $"{minutes:0} minutes after the working day", $"1 to {DayTelling.MaxOvertimeMinutes} minutes after it");
        }

        var telling = new DayTelling(EventKind.OvertimeAgreed, today, Local(end, index.Zone), Local(until, index.Zone));
        // Overtime that passes the limits on working time is not used: then it is not agreed either.
        var longer = Domain.Workforce.Availability.On(telling.Tell(operative), clock, index.IsBankHoliday);
        return longer is null || longer.End < clock.SecondAt(until) - 1 ? RefusalReason.BeyondWorkingTime : telling;
    }

    /// <summary>Wall-clock time in whole seconds, as rotas have it.</summary>
    static LocalDateTime Local(Instant at, DateTimeZone zone) =>
        Instant.FromUnixTimeSeconds(at.ToUnixTimeSeconds()).InZone(zone).LocalDateTime;
}
