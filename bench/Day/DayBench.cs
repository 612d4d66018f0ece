using System.CommandLine;
using System.Diagnostics;
using OrleansScheduling.Planning.LivePlan;
using OrleansScheduling.Testing.LiveDays;

namespace OrleansScheduling.Bench.Day;

/// <summary>
/// One simulated day of a large contractor: planned overnight, upset all day, and compared with plans that are never improved, improved
/// greedily, or made with full knowledge of what was going to happen.
/// </summary>
static class DayBench
{
    const int Operatives = 500;
    const int JobsEach = 6;

    /// <summary>Half the side of the town in degrees of latitude: 8 km.</summary>
    const double Reach = 0.07;

    /// <summary>Less travel than if everything stays where it was booked, and at most so much more than with full knowledge.</summary>
    const double LeastSaving = 0.15;
    const double MostAboveFullKnowledge = 1.10;
    const double MostMilliseconds = 100;

    /// <summary>Solver's moves for each neighbourhood, overnight and with full knowledge, for each second asked for.</summary>
    const int MovesPerSecond = 700;

    /// <summary>Solver's moves for each improvement during the day.</summary>
    const int MovesByDay = 3_000;

    /// <summary>Events between two improvements during the day.</summary>
    const int EventsBetween = 50;

    public static Command Command()
    {
        var seconds = new Option<int>("--seconds")
        {
            Description = "Effort: a neighbourhood overnight gets so many times 700 moves. 5 takes some two minutes of processor time.",
            DefaultValueFactory = _ => 5,
        };
        seconds.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 600) result.AddError("--seconds is between 1 and 600.");
        });
        var seed = new Option<uint>("--seed") { Description = "Which day.", DefaultValueFactory = _ => 1 };
        var operatives = new Option<int>("--operatives") { Description = "With six jobs each.", DefaultValueFactory = _ => Operatives };
        var price = new Option<double>("--move-minutes")
        {
            Description = "What an improvement by day has to save for each visit that it moves.",
            DefaultValueFactory = _ => DayRules.DefaultMoveMinutes,
        };
        var small = new Option<int>("--small")
        {
            Description = "Instead: so many small days in which everything goes wrong, each judged event by event.",
        };
        var json = new Option<FileInfo?>("--json") { Description = "A file for the results, a JSON object a line." };
        var command = new Command("day", "A day of 500 operatives and 3,000 jobs, with all that upsets it, against other ways to plan it.")
        {
            seconds, seed, operatives, price, small, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var report = new Report("day");
            if (parsed.GetValue(small) is > 0 and var days) SmallDaysRun(days, parsed.GetValue(seed), report, cancellationToken);
            else
            {
                var settings = new ScenarioSettings(
                    parsed.GetValue(operatives), parsed.GetValue(operatives) * JobsEach, parsed.GetValue(seed))
                {
                    // As many to the square kilometre, however many there are.
                    Reach = Reach * Math.Sqrt((double)parsed.GetValue(operatives) / Operatives),
                };
                OneDay(settings, parsed.GetValue(seconds), parsed.GetValue(price), report, cancellationToken);
            }

            report.WriteTable(Console.Out);
            if (parsed.GetValue(json) is { } file) await report.WriteJsonAsync(file, cancellationToken);
            return report.AllMet ? 0 : 1;
        });
        return command;
    }

    static void SmallDaysRun(int days, uint seed, Report report, CancellationToken stop)
    {
        var (broken, faults, late, visits, unattended) = (0, 0, 0, 0, 0);
        for (var day = 0u; day < days; day++)
        {
            stop.ThrowIfCancellationRequested();
            var judge = new DayJudge();
            var run = SmallDays.Run(unchecked(seed + day), judge);
            broken += judge.BrokenByEngine.Count + run.BrokenUnflagged;
            faults += judge.Faults.Count;
            late += run.LatePromises;
            unattended += run.UnattendedPromises;
            visits += run.Outcomes.Count;
            if (judge.Faults.Count > 0) Console.WriteLine($"seed {unchecked(seed + day)}: {judge.Faults[0]}");
        }

        report.Add("small days", "days", "", days);
        report.Add("small days", "visits attended", "", visits);
        report.Add("small days", "promises late by the world's doing", "", late);
        report.Add("small days", "promises not attended, by the world's doing", "", unattended);
        report.AddAtMost("small days", "promises broken by the engine", "", broken, 0);
        report.AddAtMost("small days", "other faults", "", faults, 0);
    }

    static void OneDay(ScenarioSettings settings, int effort, double moveMinutes, Report report, CancellationToken stop)
    {
        var scenario = new DayScenario(settings);
        var booked = scenario.Booked();
        booked = booked.Under(booked.Rules with { MoveMinutes = moveMinutes });
        report.Add("the day", "visits booked before", "", booked.Visits.Count);
        Warm(scenario);
        var times = new List<double>();
        var judge = new DayJudge();
        var processor = Environment.CpuUsage.TotalTime;
        var planned = Overnight.Improved(booked, effort * MovesPerSecond, stop);
        report.Add("overnight", "processor time", "s", (Environment.CpuUsage.TotalTime - processor).TotalSeconds);
        report.Add("overnight", "travel a visit as booked", "min", scenario.Team.MinutesOf(booked.Metres) / booked.Visits.Count);
        report.Add("overnight", "travel a visit as planned", "min", scenario.Team.MinutesOf(planned.Metres) / planned.Visits.Count);
        processor = Environment.CpuUsage.TotalTime;
        report.Add("neighbourhood of 32", "made ready, median", "ms", ReadyMilliseconds(planned));
        var improver = new ByDay(MovesByDay, EventsBetween);
        var engine = Lived(scenario, planned, times, improver.Improve, judge);
        report.Add("engine", "processor time, improvements and judge too", "s", (Environment.CpuUsage.TotalTime - processor).TotalSeconds);
        Tell(report, "engine", scenario, engine);
        report.Add("engine", "improvements carried out", "", engine.Improvements);
        var asBooked = Lived(scenario, booked, null, null, null);
        Tell(report, "(a) as booked", scenario, asBooked);
        var greedy = Lived(scenario, Greedy.Improved(booked), null, new Greedy().Improve, null);
        Tell(report, "(b) greedy re-insertion", scenario, greedy);
        var known = FullKnowledge.Minutes(scenario, engine, effort * MovesPerSecond, stop);
        report.Add("(c) full knowledge", "travel a job", "min", known / engine.Outcomes.Count);

        double Minutes(DayRun run) => scenario.Team.MinutesOf(run.MetresDriven) / run.Outcomes.Count;
        report.AddAtMost("engine / (a)", "travel a job", "×", Minutes(engine) / Minutes(asBooked), 1 - LeastSaving);
        report.Add("engine / (b)", "travel a job", "×", Minutes(engine) / Minutes(greedy));
        report.AddAtMost("engine / (c)", "travel a job", "×", Minutes(engine) * engine.Outcomes.Count / known, MostAboveFullKnowledge);
        report.AddAtMost("engine", "promises broken by the engine", "", judge.BrokenByEngine.Count + engine.BrokenUnflagged, 0);
        report.AddAtMost("engine", "other faults found by the judge", "", judge.Faults.Count, 0);
        foreach (var fault in judge.Faults.Take(5)) Console.WriteLine(fault);
        times.Sort();
        report.Add("engine", "events", "", times.Count);
        report.Add("engine", "event to repaired plan, p50", "ms", times[times.Count / 2]);
        report.AddAtMost("engine", "event to repaired plan, p99", "ms", times[(int)(times.Count * 0.99)], MostMilliseconds);
        report.Add("engine", "event to repaired plan, longest", "ms", times[^1]);
    }

    static double ReadyMilliseconds(DayPlan plan)
    {
        const int Samples = 21;
        var times = new List<double>();
        for (var i = 0; i < Samples; i++)
        {
            var members = DayImprover.Neighbourhood(plan, i * 13 % plan.Lines.Length);
            var start = Stopwatch.GetTimestamp();
            GC.KeepAlive(DayProblem.Of(plan, members));
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        times.Sort();
        return times[Samples / 2];
    }

    /// <summary>Code is compiled before anything is timed.</summary>
    static void Warm(DayScenario scenario)
    {
        var small = new DayScenario(new ScenarioSettings(60, 360, 7));
        var run = new DayRun(small, small.Booked(), LiveDay.On, new ByDay(300, 20).Improve);
        run.ToTheEnd();
        GC.KeepAlive(scenario);
    }

    static DayRun Lived(
        DayScenario scenario, DayPlan plan, List<double>? times, Func<DayPlan, IReadOnlyCollection<int>, IEnumerable<Proposal>>? improve,
        DayJudge? judge)
    {
        DayReaction Timed(DayPlan before, DayEvent happened)
        {
            var start = Stopwatch.GetTimestamp();
            var reaction = LiveDay.On(before, happened);
            times?.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            return reaction;
        }

        var run = new DayRun(scenario, plan, Timed, improve, judge);
        run.ToTheEnd();
        return run;
    }

    static void Tell(Report report, string name, DayScenario scenario, DayRun run)
    {
        report.Add(name, "jobs attended", "", run.Outcomes.Count);
        report.Add(name, "jobs an operative", "", (double)run.Outcomes.Count / scenario.Team.Members.Length);
        report.Add(name, "travel a job", "min", scenario.Team.MinutesOf(run.MetresDriven) / run.Outcomes.Count);
        report.Add(name, "miles in all", "", run.MetresDriven / 1609.344);
        report.Add(name, "promises late by the world's doing, all flagged before", "", run.LatePromises);
        report.Add(name, "promises not attended, all flagged before", "", run.UnattendedPromises);
        report.Add(name, "emergencies", "", run.Emergencies);
        var inTime = run.Outcomes.Count(outcome => outcome.Visit.IsEmergency && !outcome.IsLate);
        report.Add(name, "emergencies attended in time", "", inTime);
        report.Add(name, "emergencies put to a planner", "", run.AskedPlanner);
    }
}
