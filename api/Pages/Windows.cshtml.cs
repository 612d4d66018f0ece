using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using Orleans;
using OrleansScheduling.Api.Access;
using OrleansScheduling.Api.Desk;
using OrleansScheduling.Api.Live;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.GrainInterfaces;

namespace OrleansScheduling.Api.Pages;

/// <summary>
/// The windows that can be kept, by day; one of them is held by pressing it. For a new repair, or for a job that is booked or moved.
/// </summary>
[Needs(AccessAction.Read, RecordKind.Window)]
public sealed class WindowsModel(DeskDirectory directory, IGrainFactory grains, Drafts drafts) : DeskPageModel(directory)
{
    public const int StepDays = 7;

    /// <summary>The reference that the draft's job has or will have; null without a draft.</summary>
    JobId? newJob;

    [BindProperty(SupportsGet = true, Name = "contract")]
    public int ContractNumber { get; set; }

    [BindProperty(SupportsGet = true, Name = "lines")]
    public List<string> Lines { get; set; } = [];

    [BindProperty(SupportsGet = true, Name = "from")]
    public DateOnly? FromDay { get; set; }

    [BindProperty(SupportsGet = true, Name = "days")]
    public int? DayCount { get; set; }

    [BindProperty]
    public string? Offer { get; set; }

    /// <summary>The key of this rendering of the form.</summary>
    [BindProperty]
    public string? FormKey { get; set; }

    /// <summary>Which new repair this is about; it says what reference its job will have.</summary>
    [BindProperty(SupportsGet = true, Name = "draft")]
    public string? Draft { get; set; }

    [BindProperty]
    public string? Description { get; set; }

    public Property Property { get; private set; } = null!;

    public Contract Contract { get; private set; } = null!;

    /// <summary>The job that is booked or moved; null for a new one.</summary>
    public JobView? Job { get; private set; }

    public IReadOnlyList<DayView> Days { get; private set; } = [];

    public LocalDate From { get; private set; }

    public LocalDate Today { get; private set; }

    public LocalDate LastDay { get; private set; }

    public int Count { get; private set; } = StepDays;

    public bool NothingAtAll { get; private set; }

    /// <summary>Whether travel is the straight line for want of roads; who looks at the windows is told.</summary>
    public bool IsByStraightLine { get; private set; }

    public IReadOnlyList<string> Names => Directory.NamesOf(Contract, Lines);

    public bool IsMove => Job is { Status: JobStatus.Booked };

    public DateTimeZone Zone => Directory.ZoneOf(Contract);

    public async Task<IActionResult> OnGetAsync(int? property, string? reference, CancellationToken cancellationToken)
    {
        if (await PrepareAsync(property, reference, cancellationToken) is { } other) return other;
        // One address for one repair: that of its job once there is one, and until then that of its draft.
        if (reference is null && Job is not null)
            return Redirect(Job.Status == JobStatus.Booked ? $"/jobs/{Job.Reference}" : Link(From, Count));
        return Job is null && newJob is null
            ? Redirect(ThisPageWith("draft", drafts.Begin(Access.Required().Subject, Today)))
            : await ShowAsync();
    }

    /// <summary>The list alone, for a page that brings itself up to date.</summary>
    public async Task<IActionResult> OnGetDaysAsync(int? property, string? reference, CancellationToken cancellationToken)
    {
        if (await PrepareAsync(property, reference, cancellationToken) is { } other) return other;
        await SearchAsync();
        return Partial("_Days", Days);
    }

    /// <summary>Goes to the first day with room, as far as rotas go.</summary>
    public async Task<IActionResult> OnGetNextAsync(int? property, string? reference, CancellationToken cancellationToken)
    {
        if (await PrepareAsync(property, reference, cancellationToken) is { } other) return other;
        var answer = await ContractGrain.NextAvailable(Query());
        if (answer.Slots.Any(slot => slot.Offer is not null))
            return Redirect(Link(LocalDate.FromDateOnly(answer.Slots[0].Day), StepDays));
        if (answer.Refusal is { } refusal) Refuse(refusal);
        NothingAtAll = answer.Slots.Count == 0;
        return await ShowAsync();
    }

    [Needs(AccessAction.Make, RecordKind.Appointment)]
    public async Task<IActionResult> OnPostHoldAsync(int? property, string? reference, CancellationToken cancellationToken)
    {
        if (await PrepareAsync(property, reference, cancellationToken) is { } other) return other;
        var id = Job is not null ? JobIdOf(Job.Reference) : newJob;
        if (id is null || !IsKey(FormKey) || Offer is not { Length: > 0 and <= 2048 })
        {
            Refuse(new RefusalState(nameof(RefusalReason.OfferInvalid), Refusal.Of(RefusalReason.OfferInvalid).Text));
        }
        else if (Description is { Length: > Domain.Jobs.Job.MaxDescriptionLength })
        {
            var most = TimeWords.Count(Domain.Jobs.Job.MaxDescriptionLength, "character", "characters");
            Errors.Add(new DeskError("description", $"Use at most {most} for what the caller said"));
        }
        else
        {
            var context = ContextFor(KeyFor(FormKey!, Offer));
            var answer = await grains.GetGrain<IJobGrain>(id.Value.ToString())
                .Claim(new ClaimSlot(context, ClaimKind.Hold, Offer, Session.Holder, Description?.Trim() ?? ""), cancellationToken);
            if (answer.Receipt is not null) return Redirect($"/jobs/{id}/confirm");
            Refuse(answer.Refusal!);
        }

        // The job may have come to be, or have been changed, meanwhile.
        return await PrepareAsync(property, reference, cancellationToken) ?? await ShowAsync();
    }

    async Task<IActionResult> ShowAsync()
    {
        await SearchAsync();
        FormKey = NewKey();
        if (Job is null && newJob is null) Draft = drafts.Begin(Access.Required().Subject, Today);
        return Page();
    }

    IContractGrain ContractGrain => grains.GetGrain<IContractGrain>(Contract.Id.ToString());

    /// <summary>Finds what the windows are for; answers another result when there is nothing to show.</summary>
    async Task<IActionResult?> PrepareAsync(int? property, string? reference, CancellationToken cancellationToken)
    {
        ModelState.Clear();
        if (reference is not null)
        {
            if (!TryReadJob(reference, out var id)) return NothingHere();
            if (await grains.GetGrain<IJobGrain>(id.ToString()).Get(Access.Asker()) is not { } job) return NothingHere();
            Job = JobView.Of(job);
            if (!Job.CanChange) return Redirect($"/jobs/{Job.Reference}");
            (property, ContractNumber, Lines) = (job.Property, job.Contract, [.. job.Lines]);
        }

        if (property is not { } number) return NothingHere();
        var found = Job is null
            ? await Directory.FindPropertyAsync(number, cancellationToken)
            : await Directory.FindPropertyOfAsync(Job, cancellationToken);
        if (found is null) return NothingHere();
        if (Directory.FindContract(new ContractId(ContractNumber)) is not { } contract || contract.Client != found.Client)
            return NothingHere();
        if (Lines.Count is 0 or > JobRequirement.MaxLines || !Lines.TrueForAll(IsLineOf(contract)))
            return Job is null ? Redirect($"/properties/{number}/repairs") : NothingHere();
        (Property, Contract) = (found, contract);
        SetDays();
        return Job is null ? await FindDraftedAsync() : null;
    }

    /// <summary>What the draft has become: a job that is recorded, or the reference of one that is not yet.</summary>
    async Task<IActionResult?> FindDraftedAsync()
    {
        if (drafts.Open(Access.Required().Subject, Draft) is not { } draft) return null;
        newJob = draft.JobFor(Contract.Id, Property.Id, Lines);
        if (await grains.GetGrain<IJobGrain>(newJob.Value.ToString()).Get(Access.Asker()) is not { } recorded) return null;
        Job = JobView.Of(recorded);
        return Job.CanChange ? null : Redirect($"/jobs/{Job.Reference}");
    }

    Predicate<string> IsLineOf(Contract contract) =>
        line => Directory.Rate(contract, line) is not null;

    void SetDays()
    {
        Today = TodayIn(Contract);
        LastDay = Today.PlusDays(Contract.Rules.HorizonDays);
        From = FromDay is { } from ? LocalDate.FromDateOnly(from) : Today;
        if (From < Today) From = Today;
        if (From > LastDay) From = LastDay;
        var left = Period.DaysBetween(From, LastDay) + 1;
        Count = Math.Clamp(DayCount ?? StepDays, 1, Math.Min(OpenSearches.MaxDays, left));
    }

    async Task SearchAsync()
    {
        var answer = await ContractGrain.Search(Query());
        if (answer.Refusal is { } refusal) Refuse(refusal);
        IsByStraightLine = answer.Travel == nameof(Planning.Travel.TravelBasis.StraightLine);
        Days = DayView.Of(answer.Slots, From, Count, Zone, Today, Job?.LiveHold(Now) is not null ? Job.Reference : null);
    }

    SearchSlots Query() => new(
        Property.Id.Value, Lines, From.ToDateOnly(), Count, Job is null ? 0 : JobIdOf(Job.Reference)!.Value.Value, Session.Holder,
        Access.Asker(), ClaimKind.Hold);

    static JobId? JobIdOf(string? reference) => JobId.TryParse(reference, out var id) ? id : null;

    /// <summary>This page for other days; <paramref name="handler"/> names another of its answers.</summary>
    public string Link(LocalDate from, int days, string? handler = null)
    {
        var path = Job is null ? $"/properties/{Property.Id}/windows" : $"/jobs/{Job.Reference}/windows";
        var what = Job is null
            ? $"contract={Contract.Id}{string.Concat(Lines.Select(line => $"&lines={Uri.EscapeDataString(line)}"))}&draft={Draft}&"
            : "";
        var day = from.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var count = days.ToString(CultureInfo.InvariantCulture);
        return $"{path}?{what}from={day}&days={count}{(handler is null ? "" : $"&handler={handler}")}";
    }
}
