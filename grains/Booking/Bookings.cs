using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Domain.Rates;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains.Availability;
using OrleansScheduling.Grains.Registry;
using OrleansScheduling.Grains.Wire;
using OrleansScheduling.Ledger;
using OrleansScheduling.Planning.Booking;
using OrleansScheduling.Planning.Search;

namespace OrleansScheduling.Grains.Booking;

/// <summary>What a job stands on: its contract, its property and the work that its lines ask for.</summary>
internal sealed record JobTerms(Contract Contract, Property Property, JobRequirement Requirement);

/// <summary>A job that is not recorded yet, and what it stands on.</summary>
internal sealed record JobDraft(Job Job, JobTerms Terms);

/// <summary>The steps that all commands share: look up, put together one changeset, commit it, answer.</summary>
internal sealed class Bookings(ILedger ledger, AvailabilityService availability, RegistryCache registry)
{
    /// <summary>How often a command decides afresh after a fence refused it. Each time somebody else got on.</summary>
    public const int MaxAttempts = 8;

    public Instant Now => availability.Now;

    public ILedger Ledger => ledger;

    public async ValueTask<Outcome<JobTerms>> TermsOfAsync(
        ContractId contractId, PropertyId propertyId, IReadOnlyList<SorCode> lines, CancellationToken cancellationToken)
    {
        var view = registry.Current;
        if (!view.Contracts.TryGetValue(contractId, out var contract))
            return Command.Invalid("contract", contractId.ToString(), "a contract that is known");
        if (lines.Count is 0 or > JobRequirement.MaxLines)
            return Command.Invalid("lines", $"{lines.Count} lines", $"1 to {JobRequirement.MaxLines} lines");
        var items = new SorItem[lines.Count];
        for (var i = 0; i < items.Length; i++)
        {
            if (view.Rate(contract, lines[i]) is not { } item)
                return Command.Invalid("lines", lines[i].Value, $"a code of the contract's schedule {contract.Schedule}");
            items[i] = item;
        }

        var property = await registry.FindPropertyAsync(propertyId, cancellationToken);
        if (property is null || property.Client != contract.Client)
            return Command.Invalid("property", propertyId.ToString(), "a property of the contract's client");
        if (!contract.Patches.Contains(property.Patch))
            return Command.Invalid("property", propertyId.ToString(), $"a property in a patch that contract {contract.Reference} serves");
        return new JobTerms(contract, property, JobRequirement.Of(items));
    }

    /// <summary>A job that is not recorded yet, and what it stands on.</summary>
    public async ValueTask<Outcome<JobDraft>> DraftAsync(
        JobId id, ContractId contract, PropertyId property, IReadOnlyList<SorCode> lines, string description, CancellationToken cancellationToken)
    {
        var terms = await TermsOfAsync(contract, property, lines, cancellationToken);
        if (!terms.Succeeded) return terms.Refusal;
        var items = lines.Select(line => registry.Current.Rate(terms.Value.Contract, line)!).ToList();
        return new JobDraft(JobDecisions.Draft(id, terms.Value.Contract, terms.Value.Property, items, description, Now), terms.Value);
    }

    /// <summary>A pen for each of several diaries, as the ledger has them now.</summary>
    public async Task<Dictionary<OperativeId, DiaryWork>> WorksAsync(IEnumerable<VisitPlace> visits, CancellationToken cancellationToken)
    {
        var touched = visits.ToList();
        var wanted = touched.Select(visit => visit.Operative).Distinct().ToList();
        var from = touched.Select(visit => visit.Day).Append(Now.InUtc().Date.PlusDays(-1)).Min();
        var read = await ledger.LoadDiariesAsync(wanted, from, cancellationToken);
        var works = new Dictionary<OperativeId, DiaryWork>();
        foreach (var operative in wanted)
        {
            var record = read.FirstOrDefault(diary => diary.Operative == operative);
            if (WorkOn(Diary.Of(operative, record?.Version ?? 0, record?.Visits ?? [])) is { } work) works.Add(operative, work);
        }

        return works;
    }

    /// <summary>The changeset of a decision that adds no visit; null when the diaries are not those that it was made on.</summary>
    public async Task<Changeset?> PrepareAsync(JobDecision decision, Command? command, CancellationToken cancellationToken)
    {
        var job = decision.After;
        var contract = registry.Current.Contracts[job.Contract];
        var property = await registry.FindPropertyAsync(job.Property, cancellationToken)
            ?? throw new InvalidOperationException($"Job {job.Id} stands at property {job.Property}, which is not there.");
        var works = await WorksAsync(decision.Freed.Concat(decision.Settled), cancellationToken);
        var zone = registry.Current.ContractorOf(contract).Zone;
        return Carry(decision, works.GetValueOrDefault) ? ChangesetOf(decision, contract, property.Patch, zone, works.Values, command, Now) : null;
    }

    /// <summary>A pen for one diary: what it does is written by the next commit, or forgotten.</summary>
    public DiaryWork? WorkOn(Diary diary) => availability.IndexOf(diary.Operative) is { } index
        ? new DiaryWork(diary, day => index.BoundsOf(diary.Operative, day), index.Zone, index.Travel)
        : null;

    /// <summary>Frees and settles what a decision says; false when a diary is not the one that it was made on.</summary>
    public static bool Carry(JobDecision decision, Func<OperativeId, DiaryWork?> workOn)
    {
        foreach (var visit in decision.Freed)
        {
            if (workOn(visit.Operative) is not { } work || !work.Free(visit)) return false;
        }

        foreach (var visit in decision.Settled)
        {
            if (workOn(visit.Operative) is not { } work || !work.Settle(visit)) return false;
        }

        return true;
    }

    public static Changeset ChangesetOf(
        JobDecision decision, Contract contract, PatchCode patch, DateTimeZone zone, IEnumerable<DiaryWork> works, Command? command, Instant now)
    {
        var quotas = new List<QuotaChange>();
        if (decision.PromiseGiven is { } given) quotas.AddRange(QuotasOf(given, 1));
        foreach (var promise in decision.PromisesGivenUp) quotas.AddRange(QuotasOf(promise, -1));
        var job = decision.After;
        var happened = new BookingEvent(
            decision.Kind,
            now,
            job.Client,
            job.Contractor,
            job.Contract,
            job.Id,
            job.Version,
            command?.Context.Actor ?? "system",
            decision.PromiseGiven ?? job.Promise ?? (decision.PromisesGivenUp.Count > 0 ? decision.PromisesGivenUp[0] : null),
            job.Hold,
            decision.Note,
            [.. works.Select(work => work.Change).OfType<DiaryChange>()],
            quotas);
        return new Changeset(happened, [job], command?.Key);

        IEnumerable<QuotaChange> QuotasOf(Promise promise, int delta) => BookingRulesCheck.QuotasOf(
            contract, patch, promise.Start.InZone(zone).Date, promise.Window, delta);
    }

    /// <summary>Commits, and shows the result to this process's searches before anybody else asks.</summary>
    public async Task<CommitResult> CommitAsync(Changeset changeset, CancellationToken cancellationToken)
    {
        var result = await ledger.CommitAsync(changeset, cancellationToken);
        if (result.Status == CommitStatus.Committed) availability.Show(changeset.Event);
        return result;
    }

    /// <summary>The answer to a commit that is final, one way or the other.</summary>
    public static CommandAnswer Answer(CommitResult result) => result.Status switch
    {
        CommitStatus.Committed or CommitStatus.Replayed => new CommandAnswer(result.Entry!.ToReceipt(), null),
        CommitStatus.KeyReused => Refused(RefusalReason.KeyReused),
        CommitStatus.QuotaUsed => Refused(RefusalReason.QuotaUsed),
        CommitStatus.Overlap => Refused(RefusalReason.WindowGone),
        CommitStatus.Busy or CommitStatus.Stale => Refused(RefusalReason.Busy),
        _ => throw new InvalidOperationException($"Commit status {result.Status} is not an answer."),
    };

    /// <summary>
    /// A refusal, unless the command was carried out before under the same key: the state that refuses it now may be its own doing.
    /// </summary>
    public async Task<CommandAnswer> RefuseAsync(Refusal refusal, Command command, CancellationToken cancellationToken)
    {
        if (await ledger.FindByKeyAsync(command.Key.Key, cancellationToken) is not { } first) return new CommandAnswer(null, refusal.ToWire());
        return first.BodyHash == command.Key.BodyHash
            ? new CommandAnswer(first.Entry.ToReceipt(), null)
            : Refused(RefusalReason.KeyReused);
    }

    public static CommandAnswer Refused(RefusalReason reason) => new(null, Refusal.Of(reason).ToWire());
}
