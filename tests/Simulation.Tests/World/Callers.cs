using System.Globalization;
using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Simulation.Tests.World;

/// <summary>What somebody at a desk knows of a repair; other desks know it too.</summary>
sealed class KnownJob(JobId id, int property, SorCode line)
{
    public JobId Id => id;

    public int Property => property;

    public SorCode Line => line;

    public int Hold { get; set; }

    public IReadOnlyList<GrainInterfaces.VisitState> Visits { get; set; } = [];
}

/// <summary>How many people want how much.</summary>
/// <param name="Days">How far ahead they look.</param>
/// <param name="LongestThought">Between one command and the next.</param>
sealed record Load(int Operatives, int Desks, int Days, TimeSpan LongestThought)
{
    public static readonly Load Usual = new(Operatives: 4, Desks: 4, Days: 3, TimeSpan.FromMilliseconds(600));

    /// <summary>Many at once at two diaries: what one decides on is on its way when the next decides.</summary>
    public static readonly Load Rush = new(Operatives: 2, Desks: 8, Days: 1, TimeSpan.FromMilliseconds(40));
}

/// <summary>A diary as it was read past all caches.</summary>
sealed record DiaryReading(int Operative, long Asked, long Answered, DiaryState State);

/// <summary>Call handlers, operatives and planners of a small town, all at the same few diaries; what each does next the seed
/// decides.</summary>
sealed class Callers(SimulatedWorld world, Office office, Town town, Load load, LocalDate today)
{
    const string Holder = "desk";

    static readonly Asker Landlord = new(Town.Landlord.Value);
    static readonly Asker Contractor = new(Town.Contractor.Value);
    static readonly SorCode[] Lines = [Town.Tap, Town.Tap, Town.Tap, Town.Valve, Town.Bath, Town.Leak];

    readonly List<KnownJob> known = [];
    int jobs;

    public int Finished { get; private set; }

    public List<DiaryReading> Readings { get; } = [];

    public async Task WorkAsync(int commands)
    {
        for (var i = 0; i < commands; i++)
        {
            await office.PauseAsync(TimeSpan.Zero, load.LongestThought);
            await DoSomethingAsync(world.Draw(100));
        }

        Finished++;
    }

    Task DoSomethingAsync(int what) => what switch
    {
        < 38 => ClaimAsync(),
        < 54 => SettleAsync(isConfirmed: true),
        < 60 => SettleAsync(isConfirmed: false),
        < 70 => MoveAsync(),
        < 76 => CancelAsync(),
        < 84 => ReportAsync(),
        < 89 => ReassignAsync(),
        < 91 => TellAsync(),
        < 93 => ImportAsync(),
        _ => ReadAsync(),
    };

    KnownJob? Known(Func<KnownJob, bool> isMeant)
    {
        var meant = known.Where(isMeant).ToList();
        return meant.Count == 0 ? null : meant[world.Draw(meant.Count)];
    }

    async Task<CommandAnswer?> SendAsync(string what, Asker asker, Func<SimulatedNode, CommandContext, Task<CommandAnswer>> send)
    {
        var key = office.NewKey();
        var context = new CommandContext(key, asker, Holder);
        return await office.CarryOutAsync(new SentCommand(key, asker.Organisation, what, node => send(node, context)));
    }

    async Task<string?> OfferAsync(int property, SorCode line, JobId? job)
    {
        var query = new SearchSlots(property, [line.Value], today.ToDateOnly(), load.Days, job?.Value ?? 0, Holder, Landlord);
        var found = await office.AskAsync(node => node.Contract(Town.Contract).Search(query));
        var offers = (found?.Slots ?? []).Where(slot => slot.Offer is not null).ToList();
        // All want the first days.
        return offers.Count == 0 ? null : offers[Math.Min(world.Draw(offers.Count), world.Draw(offers.Count))].Offer;
    }

    async Task ClaimAsync()
    {
        var (property, line) = (1 + world.Draw(town.Properties), Lines[world.Draw(Lines.Length)]);
        if (await OfferAsync(property, line, null) is not { } offer) return;
        var job = new KnownJob(JobId.Create(today, (uint)++jobs), property, line);
        var kind = world.Draw(2) == 0 ? ClaimKind.Hold : ClaimKind.Book;
        var answer = await SendAsync($"{kind} {line} for job {job.Id}", Landlord, (node, context) => node.Job(job.Id).Claim(
            new ClaimSlot(context, kind, offer, Holder, "Tap drips", IsNew: true), CancellationToken.None));
        if (answer?.Receipt is not { } receipt) return;
        Learn(job, receipt);
        known.Add(job);
    }

    static void Learn(KnownJob job, Receipt receipt)
    {
        job.Hold = receipt.Event == nameof(EventKind.HoldPlaced) ? receipt.Hold?.Number ?? 0 : 0;
        if (receipt.Visits.Count > 0) job.Visits = receipt.Visits;
    }

    async Task SettleAsync(bool isConfirmed)
    {
        if (Known(job => job.Hold > 0) is not { } job) return;
        var hold = job.Hold;
        var answer = isConfirmed
            ? await SendAsync($"Confirm job {job.Id}", Landlord, (node, context) =>
                node.Job(job.Id).Confirm(new ConfirmHold(context, hold, Holder), CancellationToken.None))
            : await SendAsync($"Release job {job.Id}", Landlord, (node, context) =>
                node.Job(job.Id).Release(new ReleaseHold(context, hold, Holder), CancellationToken.None));
        if (answer?.Receipt is { } receipt) Learn(job, receipt);
    }

    async Task MoveAsync()
    {
        if (Known(_ => true) is not { } job || await OfferAsync(job.Property, job.Line, job.Id) is not { } offer) return;
        var kind = world.Draw(3) == 0 ? ClaimKind.Hold : ClaimKind.Move;
        var answer = await SendAsync($"{kind} job {job.Id}", Landlord, (node, context) => node.Job(job.Id).Claim(
            new ClaimSlot(context, kind, offer, Holder, ""), CancellationToken.None));
        if (answer?.Receipt is { } receipt) Learn(job, receipt);
    }

    async Task CancelAsync()
    {
        if (Known(_ => true) is not { } job) return;
        var closes = world.Draw(2) == 0;
        await SendAsync($"Cancel job {job.Id}", Landlord, (node, context) =>
            node.Job(job.Id).Cancel(new CancelBooking(context, "No longer needed", closes), CancellationToken.None));
    }

    async Task ReportAsync()
    {
        if (Known(job => job.Visits.Count > 0) is not { } job) return;
        var visit = job.Visits[world.Draw(job.Visits.Count)].Number;
        VisitReportKind[] kinds =
        [
            VisitReportKind.SetOut, VisitReportKind.Start, VisitReportKind.Start, VisitReportKind.Extend, VisitReportKind.Finish,
            VisitReportKind.NoAccess, VisitReportKind.Pin,
        ];
        var kind = kinds[world.Draw(kinds.Length)];
        await SendAsync($"{kind} of visit {job.Id}/{visit}", Contractor, (node, context) => node.Job(job.Id).Report(
            new ReportVisit(
                context, (int)kind, visit, null, kind == VisitReportKind.Extend ? 30 : 0,
                kind == VisitReportKind.NoAccess ? "Nobody in" : ""),
            CancellationToken.None));
    }

    async Task ReassignAsync()
    {
        if (Known(job => job.Visits.Count > 0) is not { } job) return;
        var (visit, to) = (job.Visits[world.Draw(job.Visits.Count)], 1 + world.Draw(town.Operatives));
        await SendAsync($"Reassign visit {job.Id}/{visit.Number} to {to}", Contractor, (node, context) => node.Plan(Town.Contractor)
            .Reassign(new ReassignVisits(context, [new VisitWish(job.Id.Value, visit.Number, to)], []), CancellationToken.None));
    }

    async Task TellAsync()
    {
        var (operative, from) = (1 + world.Draw(town.Operatives), world.UtcNow.AddHours(world.Draw(48)));
        await SendAsync($"Absence of {operative}", Contractor, (node, context) => node.Plan(Town.Contractor).Tell(
            new TellOfDay(context, operative, (int)EventKind.OperativeAbsent, from), CancellationToken.None));
    }

    /// <summary>An import changes an operative's pace; who works slower needs more time from then on.</summary>
    async Task ImportAsync()
    {
        var changed = town.Operative(1 + world.Draw(town.Operatives)) with { PacePercent = 100 + (10 * world.Draw(3)) };
        await office.AskAsync(async node =>
        {
            var batch = new Ledger.RegistryBatch { Operatives = [changed] };
            return await node.Database.Registry.UpsertAsync(batch, CancellationToken.None);
        });
    }

    /// <summary>From before yesterday on a diary is read from the record and from no cache.</summary>
    async Task ReadAsync()
    {
        const int Days = 30;
        var (operative, asked) = (1 + world.Draw(town.Operatives), world.Now);
        var state = await office.AskAsync(node => node.Diary(new OperativeId(operative))
            .Read(Contractor, today.PlusDays(-5).ToDateOnly(), Days));
        if (state is not null) Readings.Add(new DiaryReading(operative, asked, world.Now, state));
    }

    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
