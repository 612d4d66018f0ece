using System.Globalization;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Planning.Diaries;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Planning.Tests;

/// <summary>
/// Plays a table of commands on one day of a diary. Every place lies on one straight road, so many kilometres from the depot; a kilometre
/// takes
/// two minutes at any hour.
/// <code>
/// shift 08:00 16:00                        the working day; behind it any number of: break 12:00-14:00 30
/// insert A 09:00-12:00 60 at 3km           a visit promised to start from 09:00 and before 12:00, 60 minutes long
/// fixed  B 10:00 30 at 0km                 a visit that may only start then
/// try    C 09:00-12:00 60 at 3km           as insert, and leaves the day as it was
/// cancel A                                 takes it out
/// tick 1h                                  time goes by: nobody sets off in the past
/// </code>
/// The outcome stands behind the bar: <c>ok 09:00 +8.4km</c> with the planned start and what it adds to the road, or <c>full</c>.
/// </summary>
sealed class DiaryTable
{
    static readonly StraightLineTravel Road = new(1, new SpeedProfile([.. Enumerable.Repeat(30.0, 24)]));
    DiaryDay? day;
    int now;

    public static void Play(string table)
    {
        var diary = new DiaryTable();
        foreach (var row in table.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var cells = row.Split('|', StringSplitOptions.TrimEntries);
            var outcome = diary.Do(cells[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
            Assert.True(outcome == cells[1], $"{cells[0]}: {outcome}, not {cells[1]}");
        }
    }

    string Do(string[] words) => words[0] switch
    {
        "shift" => Shift(words),
        "insert" => Insert(words[1], Bounds(words[2]), words[3], words[5], keep: true),
        "try" => Insert(words[1], Bounds(words[2]), words[3], words[5], keep: false),
        "fixed" => Insert(words[1], (Second(words[2]), Second(words[2])), words[3], words[5], keep: true),
        "cancel" => Cancel(words[1]),
        "tick" => Tick(words[1]),
        "start" => Text(Day.Stops.Single(stop => stop.Visit == Visit(words[1])).Start),
        "order" => string.Join(' ', Day.Stops.Select(stop => (char)('A' - 1 + stop.Visit.Number))),
        _ => throw new ArgumentException($"No such command: {words[0]}."),
    };

    DiaryDay Day => day ?? throw new InvalidOperationException("A table starts with a shift.");

    string Shift(string[] words)
    {
        var pauses = new List<Pause>();
        for (var i = 3; i < words.Length; i += 3)
        {
            var (bounds, seconds) = (words[i + 1].Split('-'), int.Parse(words[i + 2], CultureInfo.InvariantCulture) * 60);
            pauses.Add(new Pause(Second(bounds[0]), Second(bounds[1]) - seconds, seconds));
        }

        var end = Second(words[2]);
        var working = new WorkingDay(Second(words[1]), end > Second(words[1]) ? end : end + (24 * Routes.Hour), pauses);
        day = new DiaryDay(new DayBounds(working, default, default), [], Road);
        return "ok";
    }

    string Insert(string name, (int Earliest, int Latest) bounds, string minutes, string place, bool keep)
    {
        var kilometres = float.Parse(place.Replace("km", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        var request = new StopRequest(
            new GroundPoint(kilometres * 1000, 0, 0), int.Parse(minutes, CultureInfo.InvariantCulture) * 60,
            Math.Max(bounds.Earliest, now), bounds.Latest, now);
        if (Day.BestInsertion(request) is not { } insertion) return "full";
        var with = Day.With(insertion, Visit(name), request);
        if (keep) day = with;
        var start = with.Stops.Single(stop => stop.Visit == Visit(name)).Start;
        return string.Create(CultureInfo.InvariantCulture, $"ok {Text(start)} +{insertion.AddedMetres / 1000:0.#}km");
    }

    string Cancel(string name)
    {
        day = Day.Without([Visit(name)]);
        return "ok";
    }

    string Tick(string span)
    {
        now = Math.Max(now, Day.Bounds.Day.Start) + (int.Parse(span[..^1], CultureInfo.InvariantCulture) * (span[^1] == 'h' ? Routes.Hour
            : 60));
        return Text(now);
    }

    static VisitId Visit(string name) => new(new JobId(1), name[0] - 'A' + 1);

    /// <summary>A promise includes its start and not its end: 12:00 is not AM any more.</summary>
    static (int Earliest, int Latest) Bounds(string text) => (Second(text[..5]), Second(text[6..]) - 1);

    static int Second(string text) =>
        (int.Parse(text[..2], CultureInfo.InvariantCulture) * Routes.Hour) + (int.Parse(text[3..], CultureInfo.InvariantCulture) * 60);

    static string Text(int second) => second % 60 == 0 ? $"{second / 3600:00}:{second / 60 % 60:00}"
        : $"{second / 3600:00}:{second / 60 % 60:00}:{second % 60:00}";
}
