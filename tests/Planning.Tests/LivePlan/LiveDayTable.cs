using System.Globalization;
using NodaTime;
using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Planning.Diaries;
using OrleansScheduling.Planning.LivePlan;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Planning.Tests.LivePlan;

/// <summary>
/// Plays a day as a table. Every place lies on one straight road, so many kilometres from the depot; a kilometre takes two minutes.
/// <code>
/// operative Ann 0km 08:00 16:00              and behind it: break 12:00-14:00 30
/// visit A Ann 09:00-12:00 60 3km             in Ann's diary, promised; behind it: unpromised, fixed, in N2, or at: its turn's time
/// 08:00 begin                                the diaries become a plan
/// 09:10 start Ann A                          also: setoff, arrive, finish, noaccess, absent, lock, unlock
/// 09:30 overrun Ann A 11:00                  also: overtime Ann 17:00
/// 09:40 emergency E 09:40-11:40 30 2km       also: book
/// 09:50 cancel A                             also: pin, unpin, tick
/// plan Ann                                   what lies open, with expected starts
/// </code>
/// Behind the bar: <c>ok</c>, or all that came of it.
/// </summary>
sealed class LiveDayTable
{
    static readonly StraightLineTravel Road = new(1, new SpeedProfile([.. Enumerable.Repeat(30.0, 24)]));
    static readonly DayClock Clock = new(new LocalDate(2026, 11, 23), DateTimeZone.Utc);
    static readonly TradeCode Trade = new("PLUMBER");
    static readonly ContractId TheContract = new(1);

    readonly List<(string Name, TeamMember Member)> operatives = [];
    readonly List<DayVisitPlace> places = [];
    readonly List<DayEvent> events = [];
    DayPlan? begun;

    public DayPlan Plan { get; private set; } = null!;

    public DayReaction Reaction { get; private set; } = null!;

    public DayRules Rules { get; init; } = new() { SpareMinutes = 0 };

    public static LiveDayTable Play(string table, DayRules? rules = null)
    {
        var day = rules is null ? new LiveDayTable() : new LiveDayTable { Rules = rules };
        foreach (var row in table.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var cells = row.Split('|', StringSplitOptions.TrimEntries);
            var outcome = day.Do(cells[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
            Assert.True(outcome == (cells.Length > 1 ? cells[1] : "ok"), $"{cells[0]}: {outcome}");
        }

        return day;
    }

    /// <summary>The plan once more, from its beginning and its events.</summary>
    public DayPlan Replayed() => LiveDay.Replay(begun!, events);

    public static string TextOf(DayPlan plan) => string.Join('\n', plan.Lines.Select(line => string.Join(
        ' ', line.Stops.Select(stop => $"{stop.Visit}@{stop.Start}")) + $" {line.Current} {line.Free} {line.End}")
        .Concat(plan.Flags.Values.Select(flag => $"{flag.Visit} {flag.Reason} {flag.MinutesLate:0.##} {flag.WaysOut.Count}")));

    public static VisitId Visit(string name) => new(new JobId(1), name[0] - 'A' + 1);

    public OperativeId Operative(string name) => operatives.Single(one => one.Name == name).Member.Id;

    static string NameOf(VisitId visit) => ((char)('A' - 1 + visit.Number)).ToString();

    string NameOf(OperativeId? id) => id is null ? "nobody" : operatives.Single(one => one.Member.Id == id).Name;

    string Do(string[] words) => words[0] switch
    {
        "operative" => AddOperative(words),
        "visit" => AddVisit(words),
        "plan" => string.Join(
            ' ', Plan.LineOfOperative(Operative(words[1])).Stops.Select(stop => $"{NameOf(stop.Visit)} {Text(stop.Start)}")),
        "ways" => string.Join("; ", Plan.Flags[Visit(words[1])].WaysOut.Select(WayText)),
        _ => Happen(words),
    };

    string WayText(WayOut way) => string.Create(
        CultureInfo.InvariantCulture, $"{way.Kind} {NameOf(way.Operative)} {Text(way.Start)} {way.Minutes:0.#}");

    string AddOperative(string[] words)
    {
        Pause[] pauses = [];
        if (words.Length > 5)
        {
            var seconds = int.Parse(words[7], CultureInfo.InvariantCulture) * 60;
            pauses = [new Pause(Second(words[6][..5]), Second(words[6][6..]) - seconds, seconds)];
        }

        var number = operatives.Count + 1;
        var operative = new Operative(
            new OperativeId(number), new OrganisationId(1), $"OP{number}", words[1], [Trade], [], [new Clearance(TheContract)], null,
            new PatchCode("N1"), [], new Place(51, 0), new Place(51, 0), 100,
            new WorkingTime([], [], [], false, WorkingTimeLimits.Standard));
        var bounds = new DayBounds(new WorkingDay(Second(words[3]), Second(words[4]), pauses), Point(words[2]), Point(words[2]));
        operatives.Add((words[1], new TeamMember(operative, bounds)));
        return "ok";
    }

    string AddVisit(string[] words)
    {
        var visit = VisitOf(words[1], words[3], words[4], words[5], words[6..]);
        places.Add(new DayVisitPlace(visit, words[2] == "nobody" ? null : Operative(words[2]), Math.Max(visit.Earliest, places.Count)));
        return "ok";
    }

    static DayVisit VisitOf(string name, string window, string minutes, string place, string[] more)
    {
        var (from, to) = (Second(window[..5]), Second(window[6..]));
        return new DayVisit(
            Visit(name), TheContract, Trade, [], new PatchCode(more.Contains("N2") ? "N2" : "N1"), Point(place),
            int.Parse(minutes, CultureInfo.InvariantCulture), from, more.Contains("fixed") ? from : to - 1)
        {
            IsPromised = !more.Contains("unpromised"),
        };
    }

    string Happen(string[] words)
    {
        var at = Clock.InstantAt(Second(words[0]));
        if (words[1] == "begin")
        {
            Reaction = DayPlan.Of(new DayTeam(Clock, operatives.Select(one => one.Member), Road), Rules, places, at);
            begun = Reaction.Plan;
        }
        else
        {
            var happened = EventOf(at, words);
            events.Add(happened);
            Reaction = LiveDay.On(Plan, happened);
        }

        Plan = Reaction.Plan;
        return Outcome();
    }

    DayEvent EventOf(Instant at, string[] words) => words[1] switch
    {
        "tick" => new TimePassed(at),
        "setoff" => new SetOff(at, Operative(words[2]), Visit(words[3])),
        "arrive" => new Arrived(at, Operative(words[2]), Visit(words[3])),
        "start" => new WorkStarted(at, Operative(words[2]), Visit(words[3])),
        "finish" => new WorkFinished(at, Operative(words[2]), Visit(words[3])),
        "noaccess" => new NoAccess(at, Operative(words[2]), Visit(words[3])),
        "overrun" => new OverrunForecast(at, Operative(words[2]), Visit(words[3]), Clock.InstantAt(Second(words[4]))),
        "absent" => new OperativeAbsent(at, Operative(words[2]), at, words.Length > 3 ? Clock.InstantAt(Second(words[3])) : null),
        "emergency" => new EmergencyReported(at, VisitOf(words[2], words[3], words[4], words[5], words[6..])),
        "book" => new VisitBooked(at, VisitOf(words[2], words[3], words[4], words[5], words[6..])),
        "cancel" => new VisitCancelled(at, Visit(words[2])),
        "move" => new VisitReassigned(at, Visit(words[2]), Operative(words[3])),
        "pin" => new VisitPinned(at, Visit(words[2]), true),
        "unpin" => new VisitPinned(at, Visit(words[2]), false),
        "lock" => new DayLocked(at, Operative(words[2]), true),
        "unlock" => new DayLocked(at, Operative(words[2]), false),
        "overtime" => new OvertimeAgreed(at, Operative(words[2]), Clock.InstantAt(Second(words[3]))),
        "window" => new WindowAgreed(at, Visit(words[2]), Clock.InstantAt(Second(words[3][..5])), Clock.InstantAt(Second(words[3][6..]))),
        _ => throw new ArgumentException($"No such event: {words[1]}."),
    };

    string Outcome()
    {
        if (Reaction.Refusal != EventRefusal.None) return Reaction.Refusal.ToString();
        var parts = new List<string>();
        if (Reaction.Placement != Placement.None) parts.Add(Reaction.Placement.ToString());
        parts.AddRange(Reaction.Diff.Moves.Select(move =>
            $"{NameOf(move.Visit)}:{NameOf(move.From?.Operative)}>{NameOf(move.To?.Operative)}"));
        parts.AddRange(Reaction.PutOff.Select(visit => $"off {NameOf(visit)}"));
        parts.AddRange(Reaction.Raised.Select(flag => string.Create(
            CultureInfo.InvariantCulture, $"{flag.Reason} {NameOf(flag.Visit)} {flag.MinutesLate:0.#}")));
        return parts.Count == 0 ? "ok" : string.Join(' ', parts);
    }

    static GroundPoint Point(string kilometres) =>
        new(float.Parse(kilometres.Replace("km", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * 1000, 0, 0);

    static int Second(string text) =>
        (int.Parse(text[..2], CultureInfo.InvariantCulture) * 3600) + (int.Parse(text[3..], CultureInfo.InvariantCulture) * 60);

    static string Text(int second) => $"{second / 3600:00}:{second / 60 % 60:00}";
}
