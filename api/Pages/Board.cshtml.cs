using Microsoft.AspNetCore.Mvc;
using NodaTime;
using Orleans;
using OrleansScheduling.Api.Access;
using OrleansScheduling.Api.Desk;
using OrleansScheduling.Api.Hosting;
using OrleansScheduling.Api.Live;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains.Availability;

namespace OrleansScheduling.Api.Pages;

/// <summary>The own contractor's operatives and their visits on one day; brings itself up to date while it is looked at.</summary>
[Needs(AccessAction.Read, RecordKind.Diary)]
public sealed class BoardModel(
    DeskDirectory directory, IGrainFactory grains, AvailabilityService availability, FeedCursors cursors, CallerPatience patience)
    : DeskPageModel(directory)
{
    /// <summary>Most operatives on one board; a larger contractor looks at it by patch.</summary>
    public const int MaxOperatives = 300;

    /// <summary>How far back a board looks: the diaries of older days are not kept in memory.</summary>
    const int MaxDaysBack = 31;

    /// <summary>As far ahead as any contract books.</summary>
    const int MaxDaysAhead = Domain.Contracts.BookingRules.MaxHorizonDays;

    /// <summary>Diaries that are asked at once.</summary>
    const int MaxParallel = 16;

    [BindProperty(SupportsGet = true, Name = "contractor")]
    public int ContractorNumber { get; set; }

    [BindProperty(SupportsGet = true, Name = "date")]
    public DateOnly? Date { get; set; }

    [BindProperty(SupportsGet = true, Name = "patch")]
    public string? Patch { get; set; }

    [BindProperty(SupportsGet = true, Name = "operative")]
    public int Operative { get; set; }

    public Organisation? Contractor { get; private set; }

    public IReadOnlyList<BoardRow> Rows { get; private set; } = [];

    public IReadOnlyList<string> Patches { get; private set; } = [];

    public LocalDate Day { get; private set; }

    public LocalDate Today { get; private set; }

    /// <summary>Where the live connection goes on: taken before the diaries are read, so that nothing falls in between.</summary>
    public string Position { get; private set; } = "";

    public int Visits => Rows.Sum(row => row.Visits.Count);

    public async Task<IActionResult> OnGetAsync()
    {
        if (!Prepare()) return NothingHere();
        Position = cursors.Encode(availability.Position);
        var all = Directory.Operatives.Where(operative => operative.Contractor == Contractor!.Id).ToList();
        Patches = [.. all.Select(operative => operative.HomePatch.Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var shown = all.Where(operative => string.IsNullOrEmpty(Patch) || operative.HomePatch.Value == Patch)
            .OrderBy(operative => operative.Name, StringComparer.Ordinal).Take(MaxOperatives).ToList();
        Rows = await patience.ReadAsync(stop => ReadRowsAsync(shown, stop));
        return Page();
    }

    /// <summary>One operative's row alone, for a board that brings itself up to date.</summary>
    public async Task<IActionResult> OnGetRowAsync()
    {
        if (!Prepare()) return NothingHere();
        if (Directory.FindOperative(new OperativeId(Operative)) is not { } operative || operative.Contractor != Contractor!.Id)
            return NothingHere();
        return Partial("_BoardRow", (await patience.ReadAsync(stop => ReadRowsAsync([operative], stop)))[0]);
    }

    /// <summary>Their visits first, and then what all of these are about.</summary>
    async Task<IReadOnlyList<BoardRow>> ReadRowsAsync(IReadOnlyList<Operative> shown, CancellationToken cancellationToken)
    {
        var diaries = new IReadOnlyList<VisitState>[shown.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = MaxParallel, CancellationToken = cancellationToken };
        // Whoever cannot be read ends it for all: nobody is waited for then.
        await Parallel.ForAsync(
            0, diaries.Length, parallel, async (i, stopping) => diaries[i] = await VisitsOfAsync(shown[i]).WaitAsync(stopping));
        var jobs = diaries.SelectMany(visits => visits).Select(visit => new JobId(visit.Job));
        var work = await Directory.FindWorkAsync(jobs, cancellationToken);
        return [.. shown.Zip(diaries, (operative, visits) => Row(operative, visits, work))];
    }

    bool Prepare()
    {
        ModelState.Clear();
        // A board is the own people's: another contractor's address answers as one that leads nowhere.
        var own = Directory.Scope.Organisation;
        Contractor = ContractorNumber == 0 || ContractorNumber == own.Value ? Directory.Find(own, OrganisationKind.Contractor) : null;
        if (Contractor is null) return false;
        Today = Directory.Today(Contractor.Zone);
        Day = Date is { } date ? LocalDate.FromDateOnly(date) : Today;
        if (Day < Today.PlusDays(-MaxDaysBack)) Day = Today.PlusDays(-MaxDaysBack);
        if (Day > Today.PlusDays(MaxDaysAhead)) Day = Today.PlusDays(MaxDaysAhead);
        return true;
    }

    async Task<IReadOnlyList<VisitState>> VisitsOfAsync(Operative operative)
    {
        var diary = await grains.GetGrain<IOperativeDiaryGrain>(operative.Id.ToString()).Read(Access.Asker(), Day.ToDateOnly(), 1);
        return [.. diary.Visits.Where(visit => visit.Day == Day.ToDateOnly()).OrderBy(visit => visit.Start)];
    }

    BoardRow Row(Operative operative, IReadOnlyList<VisitState> visits, IReadOnlyDictionary<JobId, WorkView> work) => new(
        operative.Id.Value,
        operative.Name,
        string.Join(", ", operative.Trades.Select(trade => RepairsModel.TradeName(trade.Value))),
        operative.HomePatch.Value,
        ShiftOf(operative),
        [.. visits.Select(visit => VisitOf(visit, work.GetValueOrDefault(new JobId(visit.Job))))]);

    string? ShiftOf(Operative operative)
    {
        if (availability.IndexOf(operative.Id)?.BoundsOf(operative.Id, Day) is not { } bounds) return null;
        var clock = new Domain.Time.DayClock(Day, Contractor!.Zone);
        return $"{TimeWords.Of(clock.TimeAt(bounds.Day.Start))} to {TimeWords.Of(clock.TimeAt(bounds.Day.End))}";
    }

    /// <param name="work">Null where the job is not seen: the operative is busy then.</param>
    BoardVisit VisitOf(VisitState visit, WorkView? work)
    {
        var zone = Contractor!.Zone;
        var start = Instant.FromDateTimeOffset(visit.Start).InZone(zone);
        return new BoardVisit(
            new JobId(visit.Job).ToString(),
            TimeWords.Range(visit.Start, visit.End, zone),
            TimeWords.Range(visit.Promise.Start, visit.Promise.End, zone),
            work?.What ?? "Visit",
            work?.Where ?? "",
            visit.State == (int)Domain.Jobs.VisitState.Held,
            visit.Stage > 0,
            (start.Hour * 60) + start.Minute,
            (int)(visit.End - visit.Start).TotalMinutes);
    }

    public string Link(LocalDate day) =>
        $"/board?contractor={Contractor!.Id}&date={day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)}"
        + (string.IsNullOrEmpty(Patch) ? "" : $"&patch={Uri.EscapeDataString(Patch)}");
}
