using System.Globalization;
using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Time;
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
        if (!registry.Current.Operatives.TryGetValue(id, out var operative)) return RefusalReason.OperativeNotFound;
        var now = bookings.Now;
        var from = command.From is { } told ? Instant.FromDateTimeOffset(told) : now;
        var today = WorkingDayAt(index, operative, now);
        // Whoever names a midnight means the day that begins with it.
        var isMidnight = command.From is not null && from.InZone(index.Zone).TimeOfDay == LocalTime.Midnight;
        var day = isMidnight ? from.InZone(index.Zone).Date : WorkingDayAt(index, operative, from);
        if (day < today || day > now.InZone(index.Zone).Date.PlusDays(MaxDaysAhead))
            return Command.Invalid("from", $"{day:uuuu-MM-dd}", $"a moment of the working day now or the {MaxDaysAhead} days after it");
        return kind switch
        {
            EventKind.OperativeAbsent => Absence(index, operative, day, from, command.Until),
            EventKind.OvertimeAgreed => Overtime(index, operative, now, Instant.FromDateTimeOffset(command.Until!.Value)),
            _ => new DayTelling(kind, day, day.AtMidnight(), day.AtMidnight()),
        };
    }

    /// <summary>
    /// The working day that a moment is of: the calendar's, or the one before as long as the shift goes on that began on it. That somebody
    /// is away from it changes nothing here: an absence may be told again.
    /// </summary>
    static LocalDate WorkingDayAt(AvailabilityIndex index, Operative operative, Instant at)
    {
        var day = at.InZone(index.Zone).Date;
        var before = index.ClockOf(day.PlusDays(-1));
        return UntoldDay(index, operative, before) is { } late && at < before.InstantAt(late.End) ? before.Day : day;
    }

    static WorkingDay? UntoldDay(AvailabilityIndex index, Operative operative, DayClock clock) => Domain.Workforce.Availability.On(
        operative with { Told = [.. operative.Told.Select(told => told with { Away = null })] }, clock, index.IsBankHoliday);

    static Outcome<DayTelling> Absence(
        AvailabilityIndex index, Operative operative, LocalDate day, Instant from, DateTimeOffset? until)
    {
        var clock = index.ClockOf(day);
        var latest = day.PlusDays(1).AtMidnight();
        // A shift over midnight ends later than its day.
        if (UntoldDay(index, operative, clock) is { } shift)
            latest = LocalDateTime.Max(latest, Local(clock.InstantAt(shift.End), index.Zone));
        var start = Local(from, index.Zone);
        var end = until is { } back ? Local(Instant.FromDateTimeOffset(back), index.Zone) : latest;
        return end <= start || end > latest
            ? Command.Invalid("until", $"{end:uuuu-MM-dd HH:mm}", $"after its start, and by the end of that working day, {latest:HH:mm}")
            : new DayTelling(EventKind.OperativeAbsent, day, start, end);
    }

    /// <summary>The end of the working day that overtime follows: a shift over midnight that has ended may still be lengthened.</summary>
    static LocalDate DayToLengthen(AvailabilityIndex index, Operative operative, Instant now, Instant until)
    {
        var today = WorkingDayAt(index, operative, now);
        var before = index.ClockOf(today.PlusDays(-1));
        var midnight = before.SecondAt(LocalTime.Midnight, 1);
        if (index.BoundsOf(operative.Id, before.Day) is not { } late || late.Day.End <= midnight) return today;
        var minutes = (until - before.InstantAt(late.Day.End)).TotalMinutes;
        return minutes is > 0 and <= DayTelling.MaxOvertimeMinutes ? before.Day : today;
    }

    Outcome<DayTelling> Overtime(AvailabilityIndex index, Operative operative, Instant now, Instant until)
    {
        var today = DayToLengthen(index, operative, now, until);
        if (index.BoundsOf(operative.Id, today) is not { } bounds) return RefusalReason.NobodyWorking;
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
