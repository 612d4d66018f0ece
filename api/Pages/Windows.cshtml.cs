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
public sealed class WindowsModel(DeskDirectory directory, IGrainFactory grains, NewJobs newJobs) : DeskPageModel(directory)
{
    public const int StepDays = 7;

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

    /// <summary>The reference that a new job will have, sealed.</summary>
    [BindProperty]
    public string? NewJob { get; set; }

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

    public IReadOnlyList<string> Names => Directory.NamesOf(Contract, Lines);

    public bool IsMove => Job is { Status: JobStatus.Booked };

    public DateTimeZone Zone => Directory.ZoneOf(Contract);

    public Task<IActionResult> OnGetAsync(int? property, string? reference, CancellationToken cancellationToken) =>
        ShowAsync(property, reference, cancellationToken);

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
        if (answer.Slots.Count > 0) return Redirect(Link(LocalDate.FromDateOnly(answer.Slots[0].Day), StepDays));
        if (answer.Refusal is { } refusal) Refuse(refusal);
        NothingAtAll = true;
        await SearchAsync();
        return Page();
    }

    [Needs(AccessAction.Make, RecordKind.Appointment)]
    public async Task<IActionResult> OnPostHoldAsync(int? property, string? reference, CancellationToken cancellationToken)
    {
        if (await PrepareAsync(property, reference, cancellationToken) is { } other) return other;
        var id = Job is not null ? JobIdOf(Job.Reference) : newJobs.Open(Access.Required().Subject, NewJob);
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

        return await ShowAsync(property, reference, cancellationToken);
    }

    async Task<IActionResult> ShowAsync(int? property, string? reference, CancellationToken cancellationToken)
    {
        if (await PrepareAsync(property, reference, cancellationToken) is { } other) return other;
        await SearchAsync();
        FormKey = NewKey();
        NewJob = newJobs.Draw(Access.Required().Subject, Today);
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
        return null;
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
        Days = DayView.Of(answer.Slots, From, Count, Zone, Today, Job?.LiveHold(Now) is not null ? Job.Reference : null);
    }

    SearchSlots Query() => new(
        Property.Id.Value, Lines, From.ToDateOnly(), Count, Job is null ? 0 : JobIdOf(Job.Reference)!.Value.Value, Session.Holder,
        Access.Asker());

    static JobId? JobIdOf(string? reference) => JobId.TryParse(reference, out var id) ? id : null;

    /// <summary>This page for other days; <paramref name="handler"/> names another of its answers.</summary>
    public string Link(LocalDate from, int days, string? handler = null)
    {
        var path = Job is null ? $"/properties/{Property.Id}/windows" : $"/jobs/{Job.Reference}/windows";
        var what = Job is null
            ? $"contract={Contract.Id}{string.Concat(Lines.Select(line => $"&lines={Uri.EscapeDataString(line)}"))}&"
            : "";
        var day = from.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var count = days.ToString(CultureInfo.InvariantCulture);
        return $"{path}?{what}from={day}&days={count}{(handler is null ? "" : $"&handler={handler}")}";
    }
}
