using System.Globalization;
using System.Text.RegularExpressions;
using NodaTime;
using NodaTime.Text;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Import.Reading;

namespace OrleansScheduling.Import.Files;

/// <summary>Reads the shifts that this directory's rotas speak of; nothing is recorded.</summary>
sealed partial class ShiftsFile : FileImport
{
    const int MinutesOfDay = 24 * 60;
    static readonly IReadOnlyList<Column> Breaks = [ShiftColumns.Break1, ShiftColumns.Break2, ShiftColumns.Break3];
    static readonly LocalTimePattern Time = LocalTimePattern.CreateWithInvariantCulture("HH':'mm");

    public override FileFormat Format => ShiftColumns.Format;

    public override Task<Counts> ImportAsync(CsvTable table, ImportRun run, CancellationToken cancellationToken)
    {
        foreach (var row in Rows(table, run))
        {
            var contractor = FindOrganisation(row, ShiftColumns.Contractor, run, OrganisationKind.Contractor);
            if (!CodeText.IsValid(row.Cell(ShiftColumns.Code))) row.Refuse(ShiftColumns.Code, $"Not a code: {CodeText.Rule}.");
            var start = row.TimeOfDay(ShiftColumns.Start);
            var end = row.TimeOfDay(ShiftColumns.End);
            if (row.Failed || contractor is null) continue;
            var shift = new Shift(start!.Value, end!.Value, []);
            shift = shift with
            {
                Breaks = [.. Breaks.Select(column => BreakOf(row, column, shift)).OfType<Break>()
                .OrderBy(pause => Minute(pause.Earliest, shift))]
            };
            if (!run.Shifts.TryAdd((contractor.Id, row.Cell(ShiftColumns.Code)), shift)) row.Refuse(ShiftColumns.Code,
                "Stands in the file already.");
        }

        return Task.FromResult(default(Counts));
    }

    static Break? BreakOf(Row row, Column column, Shift shift)
    {
        if (row.IsBlank(column)) return null;
        var match = BreakPattern.Match(row.Cell(column));
        if (!match.Success || Time.Parse(match.Groups[1].Value) is not { Success: true } earliest
            || Time.Parse(match.Groups[2].Value) is not { Success: true } latest)
        {
            row.Refuse(column, "Must be two times and minutes, such as 11:30-14:00 30.");
            return null;
        }

        var minutes = int.Parse(match.Groups[3].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
        var (from, to, end) = (Minute(earliest.Value, shift), Minute(latest.Value, shift), Minute(shift.End, shift));
        if (minutes == 0) row.Refuse(column, "A break has at least 1 minute.");
        else if (from >= end || to > end || to == 0)
            row.Refuse(column, $"Must lie within the shift, {row.Cell(ShiftColumns.Start)} to {row.Cell(ShiftColumns.End)}.");
        else if (from + minutes > to) row.Refuse(column, $"{minutes} minutes do not fit between the two times.");
        else return new Break(earliest.Value, latest.Value, minutes);
        return null;
    }

    /// <summary>Minutes of wall-clock time from the shift's start, so that a shift over midnight can be compared as one piece.</summary>
    static int Minute(LocalTime time, Shift shift)
    {
        var minutes = MinuteOfDay(time) - MinuteOfDay(shift.Start);
        if (minutes < 0) minutes += MinutesOfDay;
        return minutes == 0 && time == shift.End ? MinutesOfDay : minutes;
    }

    static int MinuteOfDay(LocalTime time) => (time.Hour * 60) + time.Minute;

    [GeneratedRegex("^([0-9]{2}:[0-9]{2})-([0-9]{2}:[0-9]{2}) ([0-9]{1,3})$", RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex BreakPattern { get; }
}

/// <summary>One week of a rota, as a row has it.</summary>
sealed record RotaWeek(LocalDate From, LocalDate? To, int Number, IReadOnlyList<Shift?> Days);

sealed class RotasFile : WorkingTimeFile<RotaWeek>
{
    public override FileFormat Format => RotaColumns.Format;

    protected override Column KeyColumn => RotaColumns.Week;

    protected override object KeyOf(RotaWeek item) => (item.From, item.Number);

    protected override bool Same(RotaWeek one, RotaWeek other) =>
        one.To == other.To && one.Days.Zip(other.Days).All(pair => Sameness.Same(pair.First, pair.Second));

    protected override IReadOnlyList<RotaWeek> ListOf(Operative owner) =>
        [.. owner.WorkingTime.Rotas.SelectMany(rota =>
            rota.Weeks.Select((days, index) => new RotaWeek(rota.EffectiveFrom, rota.EffectiveTo, index + 1, days)))];

    protected override Operative With(Operative owner, IReadOnlyList<RotaWeek> items) => owner with
    {
        WorkingTime = owner.WorkingTime with
        {
            Rotas = [.. items.GroupBy(week => week.From)
                .Select(weeks => new Rota(weeks.Key, weeks.First().To, [.. weeks.Select(week => week.Days)]))],
        },
    };

    protected override RotaWeek? Read(Row row, Operative owner, ImportRun run)
    {
        var days = DaysOf(owner, run);
        var from = row.Date(RotaColumns.From, days);
        var to = row.OptionalDate(RotaColumns.To, days);
        if (to < from) row.Refuse(RotaColumns.To, $"Must not be before {row.Cell(RotaColumns.From)}.");
        var week = row.Number(RotaColumns.Week, 1, Rota.MaxWeeks, blank: 1);
        var shifts = RotaColumns.Days.Select(column => ShiftOf(row, column, owner, run)).ToList();
        return row.Failed ? null : new RotaWeek(from!.Value, to, week, shifts);
    }

    static Shift? ShiftOf(Row row, Column column, Operative owner, ImportRun run)
    {
        if (row.IsBlank(column) || row.Cell(column) == "-") return null;
        if (run.Shifts.TryGetValue((owner.Contractor, row.Cell(column)), out var shift)) return shift;
        row.Refuse(column, "The directory's shifts.csv has no shift of this code for the contractor.");
        return null;
    }

    protected override IReadOnlyList<RotaWeek> Complete(Operative owner, IReadOnlyList<(RotaWeek Item, Row Row)> rows, ImportRun run)
    {
        var ordered = rows.OrderBy(row => row.Item.From).ThenBy(row => row.Item.Number).ToList();
        foreach (var rota in ordered.GroupBy(row => row.Item.From))
        {
            var weeks = rota.ToList();
            for (var i = 0; i < weeks.Count; i++)
            {
                if (weeks[i].Item.Number != i + 1) weeks[i].Row.Refuse(RotaColumns.Week, $"Week {i + 1} of this rota is missing.");
                if (weeks[i].Item.To != weeks[0].Item.To) weeks[i].Row.Refuse(RotaColumns.To, "Must be the same in all weeks of a rota.");
            }

            CheckTurnOfDay(weeks);
        }

        return [.. ordered.Select(row => row.Item)];
    }

    /// <summary>A shift over midnight has ended before the next one starts; after the last Sunday comes the first Monday.</summary>
    static void CheckTurnOfDay(List<(RotaWeek Item, Row Row)> weeks)
    {
        var days = weeks.SelectMany(week => week.Item.Days.Select((shift, day) => (Shift: shift, week.Row, Column: RotaColumns.Days[day])))
            .ToList();
        for (var i = 0; i < days.Count; i++)
        {
            var (next, row, column) = days[(i + 1) % days.Count];
            if (days[i].Shift is { EndsNextDay: true } night && next is not null && night.End > next.Start)
                row.Refuse(column, "The shift of the day before has not ended when this one starts.");
        }
    }
}
