using NodaTime;
using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Domain.Workforce;

namespace OrleansScheduling.Domain.Tests;

/// <summary>Operatives and times, written short.</summary>
static class People
{
    public static readonly DateTimeZone London = DateTimeZoneProviders.Tzdb["Europe/London"];
    public static readonly LocalDate Monday = new(2026, 11, 23);

    public static LocalTime At(string text) => NodaTime.Text.LocalTimePattern.CreateWithInvariantCulture("HH:mm").Parse(text).Value;

    public static Shift Shift(string start, string end, params Break[] breaks) => new(At(start), At(end), breaks);

    public static Break Break(string earliest, string latest, int minutes) => new(At(earliest), At(latest), minutes);

    public static Rota Daily(Shift? shift, LocalDate? from = null, LocalDate? to = null) =>
        new(from ?? new LocalDate(2026, 1, 5), to, [[shift, shift, shift, shift, shift, shift, shift]]);

    public static WorkingTime Working(params Rota[] rotas) => new(rotas, [], [], WorksBankHolidays: false, WorkingTimeLimits.Standard);

    public static Operative Operative(WorkingTime time, int pace = 100) => new(
        new OperativeId(1), new OrganisationId(1), "OP1", "Sam", [new TradeCode("PLUMBER")], [], [], null, new PatchCode("N1"), [],
        new Place(51.5, 0), new Place(51.5, 0), pace, time);

    public static WorkingDay? DayOf(WorkingTime time, LocalDate? day = null, params LocalDate[] bankHolidays) =>
        Availability.On(Operative(time), new DayClock(day ?? Monday, London), bankHolidays.Contains);

    /// <summary>A working day as text: <c>08:00-16:00 12:00~13:30/30</c>, a pause by its earliest and latest start and its
    /// minutes.</summary>
    public static string Text(WorkingDay? day) => day is null ? "off" : string.Join(' ',
        day.Pauses.Select(pause => pause.Earliest == pause.LatestStart
            ? $"{Clock(pause.Earliest)}/{pause.Seconds / 60}"
            : $"{Clock(pause.Earliest)}~{Clock(pause.LatestStart)}/{pause.Seconds / 60}").Prepend($"{Clock(day.Start)}-{Clock(day.End)}"));

    static string Clock(int second) => $"{second / 3600:00}:{second / 60 % 60:00}";
}
