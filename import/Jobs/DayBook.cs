using System.Collections.Immutable;
using NodaTime;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Ledger;
using OrleansScheduling.Planning.Diaries;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Import.Jobs;

/// <summary>The days that an import plans into: what the ledger has in them, and what was placed since.</summary>
sealed class DayBook(ImportRun run)
{
    /// <summary>How many operatives' diaries one question asks the ledger for.</summary>
    const int OperativesPerRead = 500;

    readonly Dictionary<(OperativeId Operative, LocalDate Day), Page> _pages = [];
    readonly Dictionary<OperativeId, DiaryRecord> _records = [];
    readonly Dictionary<(LocalDate Day, string Zone), DayClock> _clocks = [];

    public IEnumerable<Page> Pages => _pages.Values;

    public async Task LoadAsync(IReadOnlyCollection<OperativeId> operatives, LocalDate from, CancellationToken cancellationToken)
    {
        _pages.Clear();
        _records.Clear();
        foreach (var ids in operatives.Chunk(OperativesPerRead))
        {
            foreach (var record in await run.Ledger.LoadDiariesAsync(ids, from, cancellationToken)) _records[record.Operative] = record;
        }
    }

    /// <summary>The version that an operative's diary was loaded at.</summary>
    public long VersionOf(OperativeId operative) => _records.TryGetValue(operative, out var record) ? record.Version : 0;

    public DayClock ClockOf(Operative operative, LocalDate day)
    {
        var zone = run.Registry.Organisation(operative.Contractor).Zone;
        if (_clocks.TryGetValue((day, zone.Id), out var clock)) return clock;
        return _clocks[(day, zone.Id)] = new DayClock(day, zone);
    }

    public Page PageOf(Operative operative, LocalDate day)
    {
        if (_pages.TryGetValue((operative.Id, day), out var page)) return page;
        var clock = ClockOf(operative, day);
        var recorded = _records.TryGetValue(operative.Id, out var record) ? record.Visits.Where(visit => visit.Day == day).ToList() : [];
        var hours = Availability.On(operative, clock, run.Registry.BankHolidaysOf(operative.Contractor).Contains);
        var stops = recorded.Select(visit => Stop.Of(visit, clock)).OrderBy(stop => stop.Start).ToImmutableArray();
        var plan = hours is null ? null : new DiaryDay(BoundsOf(operative, hours), stops, run.Travel);
        return _pages[(operative.Id, day)] = new Page(operative, clock, recorded, plan);
    }

    public static DayBounds BoundsOf(Operative operative, WorkingDay day) =>
        new(day, GroundPoint.Of(operative.StartPlace), GroundPoint.Of(operative.EndPlace));

    /// <summary>One day of one diary.</summary>
    /// <param name="recorded">The visits that the ledger has.</param>
    /// <param name="plan">Null when the operative does not work that day.</param>
    public sealed class Page(Operative operative, DayClock clock, IReadOnlyList<Visit> recorded, DiaryDay? plan)
    {
        public Operative Operative { get; } = operative;

        public DayClock Clock { get; } = clock;

        public DiaryDay? Plan { get; private set; } = plan;

        /// <summary>Places a visit that may start anywhere in its window, near a wished start when there is one.</summary>
        public bool TryPlace(VisitId visit, StopRequest request, int? wishedStart)
        {
            if (Plan is null) return false;
            if (wishedStart is { } wished
                && Keeping(new Stop(visit, request.Point, request.Seconds, request.Earliest, request.Latest, wished), request.SetOffAfter)
                    is { } kept)
            {
                Plan = kept;
                return true;
            }

            if (Plan.BestInsertion(request) is not { } insertion) return false;
            Plan = Plan.With(insertion, visit, request);
            return true;
        }

        /// <summary>The ranges of start, in seconds of the day, in which a visit fits.</summary>
        public IReadOnlyList<(int From, int To)> Fitting(StopRequest request) =>
            Plan is null ? [] : [.. Plan.Insertions(request).Select(range => (range.From, range.To))];

        /// <summary>Planned start of a visit that was placed.</summary>
        public (Instant Start, Instant End) TimesOf(VisitId visit)
        {
            var stop = Plan!.Stops.First(stop => stop.Visit == visit);
            return (Clock.InstantAt(stop.Start), Clock.InstantAt(stop.End));
        }

        /// <summary>Recorded visits whose planned start has moved to make room.</summary>
        public IEnumerable<Visit> Moved()
        {
            foreach (var visit in recorded)
            {
                var stop = Plan?.Stops.FirstOrDefault(stop => stop.Visit == visit.Id) ?? default;
                if (stop.Visit == visit.Id && Clock.InstantAt(stop.Start) is var start && start != visit.Start)
                    yield return visit with { Start = start, End = Clock.InstantAt(stop.End) };
            }
        }

        DiaryDay? Keeping(Stop stop, int present)
        {
            var index = 0;
            while (index < Plan!.Stops.Length && Plan.Stops[index].Start <= stop.Start) index++;
            return Plan.Planned(Plan.Stops.Insert(index, stop), present);
        }
    }
}
