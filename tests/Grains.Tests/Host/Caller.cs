using System.Globalization;
using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.GrainInterfaces;

namespace OrleansScheduling.Grains.Tests;

/// <summary>Somebody at a call centre: searches, holds and books through one node.</summary>
public sealed class Caller(GrainHost node, string holder, int organisation = 1, Asker? asker = null)
{
    static int keys;
    static int jobs;

    /// <summary>Somebody of the landlord, for whom all is there.</summary>
    public static readonly Asker Landlord = new(World.Landlord.Value);

    /// <summary>Somebody of the contractor, who sees its diaries.</summary>
    public static readonly Asker Contractor = new(World.Repairs.Value);

    public string Holder => holder;

    public Asker Asker { get; } = asker ?? new Asker(organisation);

    public GrainHost Node => node;

    public static JobId NewJob() => JobId.Create(World.Monday, (uint)Interlocked.Increment(ref jobs));

    public CommandContext Context(string? key = null) =>
        new(key ?? "key-" + Interlocked.Increment(ref keys).ToString(CultureInfo.InvariantCulture), Asker, "actor-" + holder);

    public Task<SearchAnswer> SearchAsync(
        ContractId contract, int property, string line, LocalDate? from = null, int days = 7, JobId? job = null) =>
        node.Contract(contract).Search(new SearchSlots(property, [line], from?.ToDateOnly(), days, job?.Value ?? 0, holder, Asker));

    public async Task<SlotState> SlotAsync(ContractId contract, int property, string line, LocalDate day, WindowCode window,
        JobId? job = null)
    {
        var answer = await SearchAsync(contract, property, line, day, 1, job);
        Assert.Null(answer.Refusal);
        return Assert.Single(answer.Slots, slot => slot.Window == window.Value);
    }

    /// <summary>The token of a window that is available.</summary>
    public async Task<string> OfferAsync(ContractId contract, int property, string line, LocalDate day, WindowCode window,
        JobId? job = null)
    {
        var slot = await SlotAsync(contract, property, line, day, window, job);
        Assert.True(slot.Offer is not null, $"{day:uuuu-MM-dd} {window} is not available: {slot.Refusal?.Text}");
        return slot.Offer;
    }

    public Task<CommandAnswer> ClaimAsync(ClaimKind kind, JobId job, string offer, string? key = null, string description = "") =>
        node.Job(job).Claim(new ClaimSlot(Context(key), kind, offer, holder, description), CancellationToken.None);

    public Task<CommandAnswer> HoldAsync(JobId job, string offer, string? key = null) => ClaimAsync(ClaimKind.Hold, job, offer, key);

    public Task<CommandAnswer> BookAsync(JobId job, string offer, string? key = null) => ClaimAsync(ClaimKind.Book, job, offer, key);

    public Task<CommandAnswer> MoveAsync(JobId job, string offer, string? key = null) => ClaimAsync(ClaimKind.Move, job, offer, key);

    public Task<CommandAnswer> ConfirmAsync(JobId job, int hold, string? key = null) =>
        node.Job(job).Confirm(new ConfirmHold(Context(key), hold, holder), CancellationToken.None);

    public Task<CommandAnswer> ReleaseAsync(JobId job, int hold, string? key = null) =>
        node.Job(job).Release(new ReleaseHold(Context(key), hold, holder), CancellationToken.None);

    public Task<CommandAnswer> CancelAsync(JobId job, bool close = false, string? key = null) =>
        node.Job(job).Cancel(new CancelBooking(Context(key), "No longer needed", close), CancellationToken.None);

    public Task<CommandAnswer> LogAsync(JobId job, ContractId contract, int property, string line, string? key = null) =>
        node.Job(job).Log(new LogJob(Context(key), contract.Value, property, [line], "Reported by telephone"), CancellationToken.None);

    public Task<CommandAnswer> ReportAsync(
        VisitState visit, VisitReportKind kind, DateTimeOffset? at = null, int minutes = 0, string reason = "", string? key = null) =>
        node.Job(new JobId(visit.Job)).Report(
            new ReportVisit(Context(key), (int)kind, visit.Number, at, minutes, reason), CancellationToken.None);

    /// <summary>As somebody of the contractor.</summary>
    public Task<CommandAnswer> ReassignAsync(string? key, IReadOnlyList<PlannedOn> plannedOn, params IReadOnlyList<VisitWish> moves) =>
        node.Plan(World.Repairs).Reassign(new ReassignVisits(Context(key), moves, plannedOn), CancellationToken.None);

    public Task<CommandAnswer> ReassignAsync(params IReadOnlyList<VisitWish> moves) => ReassignAsync(null, [], moves);

    public Task<CommandAnswer> TellAsync(
        OperativeId operative, EventKind kind, DateTimeOffset? from = null, DateTimeOffset? until = null, string? key = null) =>
        node.Plan(World.Repairs).Tell(new TellOfDay(Context(key), operative.Value, (int)kind, from, until), CancellationToken.None);

    public Task<CommandAnswer> UndoAsync(long position, string? key = null) =>
        node.Plan(World.Repairs).Undo(new UndoReassignment(Context(key), position), CancellationToken.None);

    /// <summary>Searches and books a new job in one go.</summary>
    public async Task<JobId> BookedAsync(ContractId contract, int property, string line, LocalDate day, WindowCode window)
    {
        var job = NewJob();
        Granted(await BookAsync(job, await OfferAsync(contract, property, line, day, window)));
        return job;
    }

    public static Receipt Granted(CommandAnswer answer)
    {
        Assert.True(answer.Receipt is not null, $"Refused: {answer.Refusal?.Reason}: {answer.Refusal?.Text}");
        return answer.Receipt;
    }

    public static RefusalState Refused(string reason, CommandAnswer answer)
    {
        Assert.True(answer.Refusal is not null, $"Granted: {answer.Receipt?.Event}");
        Assert.Equal(reason, answer.Refusal.Reason);
        return answer.Refusal;
    }
}
