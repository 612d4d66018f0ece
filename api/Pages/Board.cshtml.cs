using Microsoft.AspNetCore.Mvc;
using NodaTime;
using Orleans;
using OrleansScheduling.Api.Access;
using OrleansScheduling.Api.Desk;
using OrleansScheduling.Api.Live;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains.Availability;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Pages;

/// <summary>The own contractor's operatives and their visits on one day; brings itself up to date while it is looked at.</summary>
[Needs(AccessAction.Read, RecordKind.Diary)]
public sealed class BoardModel(
    DeskDirectory directory, IGrainFactory grains, ILedger ledger, AvailabilityService availability, FeedCursors cursors)
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

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (!Prepare()) return NothingHere();
        Position = cursors.Encode(availability.Position);
        var all = Directory.Operatives.Where(operative => operative.Contractor == Contractor!.Id).ToList();
        Patches = [.. all.Select(operative => operative.HomePatch.Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var shown = all.Where(operative => string.IsNullOrEmpty(Patch) || operative.HomePatch.Value == Patch)
            .OrderBy(operative => operative.Name, StringComparer.Ordinal).Take(MaxOperatives).ToList();
        var rows = new BoardRow[shown.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = MaxParallel, CancellationToken = cancellationToken };
        // Whoever cannot be read ends it for all: nobody is waited for then.
        await Parallel.ForAsync(
            0, rows.Length, parallel, async (i, stopping) => rows[i] = await RowAsync(shown[i], stopping).WaitAsync(stopping));
        Rows = rows;
        return Page();
    }

    /// <summary>One operative's row alone, for a board that brings itself up to date.</summary>
    public async Task<IActionResult> OnGetRowAsync(CancellationToken cancellationToken)
    {
        if (!Prepare()) return NothingHere();
        if (Directory.FindOperative(new OperativeId(Operative)) is not { } operative || operative.Contractor != Contractor!.Id)
            return NothingHere();
        return Partial("_BoardRow", await RowAsync(operative, cancellationToken));
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

    async Task<BoardRow> RowAsync(Operative operative, CancellationToken cancellationToken)
    {
        var diary = await grains.GetGrain<IOperativeDiaryGrain>(operative.Id.ToString()).Read(Access.Asker(), Day.ToDateOnly(), 1);
        var visits = new List<BoardVisit>(diary.Visits.Count);
        foreach (var visit in diary.Visits.Where(visit => visit.Day == Day.ToDateOnly()).OrderBy(visit => visit.Start))
            visits.Add(await VisitAsync(visit, cancellationToken));
        return new BoardRow(
            operative.Id.Value,
            operative.Name,
            string.Join(", ", operative.Trades.Select(trade => RepairsModel.TradeName(trade.Value))),
            operative.HomePatch.Value,
            ShiftOf(operative),
            visits);
    }

    string? ShiftOf(Operative operative)
    {
        if (availability.IndexOf(operative.Id)?.BoundsOf(operative.Id, Day) is not { } bounds) return null;
        var clock = new Domain.Time.DayClock(Day, Contractor!.Zone);
        return $"{TimeWords.Of(clock.TimeAt(bounds.Day.Start))} to {TimeWords.Of(clock.TimeAt(bounds.Day.End))}";
    }

    async Task<BoardVisit> VisitAsync(GrainInterfaces.VisitState visit, CancellationToken cancellationToken)
    {
        var zone = Contractor!.Zone;
        var id = new JobId(visit.Job);
        var job = await ledger.LoadJobAsync(id, cancellationToken);
        var property = job is null ? null : await Directory.FindPropertyOfAsync(JobView.Of(job), cancellationToken);
        var contract = job is null ? null : Directory.FindContract(job.Contract);
        var start = Instant.FromDateTimeOffset(visit.Start).InZone(zone);
        return new BoardVisit(
            id.ToString(),
            TimeWords.Range(visit.Start, visit.End, zone),
            TimeWords.Range(visit.Promise.Start, visit.Promise.End, zone),
            job is null ? "Visit" : string.Join(", ", Directory.NamesOf(contract, [.. job.Lines.Select(line => line.Value)])),
            property is null ? "" : $"{property.AddressLine1}, {property.Postcode}",
            visit.State == (int)Domain.Jobs.VisitState.Held,
            visit.Stage > 0,
            (start.Hour * 60) + start.Minute,
            (int)(visit.End - visit.Start).TotalMinutes);
    }

    public string Link(LocalDate day) =>
        $"/board?contractor={Contractor!.Id}&date={day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)}"
        + (string.IsNullOrEmpty(Patch) ? "" : $"&patch={Uri.EscapeDataString(Patch)}");
}
