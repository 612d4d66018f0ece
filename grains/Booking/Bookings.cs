using NodaTime;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Domain.Rates;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains.Availability;
using OrleansScheduling.Grains.Offers;
using OrleansScheduling.Grains.Registry;
using OrleansScheduling.Grains.Wire;
using OrleansScheduling.Ledger;
using OrleansScheduling.Planning.Booking;
using OrleansScheduling.Planning.Search;

namespace OrleansScheduling.Grains.Booking;

/// <summary>What a job stands on: its contract, its property and the work that its lines ask for.</summary>
internal sealed record JobTerms(Contract Contract, Property Property, IReadOnlyList<SorItem> Items, JobRequirement Requirement)
{
    /// <summary>A job that is not recorded yet.</summary>
    public Job Draft(JobId id, string description, Instant now) => JobDecisions.Draft(id, Contract, Property, Items, description, now);
}

/// <summary>The steps that all commands share: look up, put together one changeset, commit it, answer.</summary>
internal sealed class Bookings(ILedger ledger, AvailabilityService availability, RegistryCache registry, BookingTelemetry telemetry)
{
    /// <summary>How often a command decides afresh after a fence refused it. Each time somebody else got on.</summary>
    public const int MaxAttempts = 8;

    const string GivenOne = "the one that was given";

    public Instant Now => availability.Now;

    public ILedger Ledger => ledger;

    /// <summary>
    /// What a new piece of work stands on. A contract or property that the viewpoint does not see is refused in the words for one that is
    /// not there.
    /// </summary>
    public async ValueTask<Outcome<JobTerms>> TermsOfAsync(
        Viewpoint viewpoint, ContractId contractId, PropertyId propertyId, IReadOnlyList<SorCode> lines,
        CancellationToken cancellationToken)
    {
        if (!registry.IsLoaded) return RefusalReason.Busy;
        var view = registry.Current;
        // Not by their numbers, which nobody has but us: callers name them by ids of their own.
        if (!view.Contracts.TryGetValue(contractId, out var contract) || !viewpoint.Sees(contract))
            return Command.Invalid("contract", GivenOne, "a contract that is known");
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
        if (property is null || !viewpoint.SeesWorkAt(contract, property))
            return Command.Invalid("property", GivenOne, "a property of the contract's client");
        if (!contract.Patches.Contains(property.Patch))
            return Command.Invalid("property", property.Reference, $"a property in a patch that contract {contract.Reference} serves");
        if (JobRequirement.VisitsFor(items) is > JobRequirement.MaxVisits and var visits)
            return Command.Invalid("lines", $"{visits} visits", $"work for at most {JobRequirement.MaxVisits} visits");
        return new JobTerms(contract, property, items, JobRequirement.Of(items));
    }

    /// <summary>The job as it is recorded; null when it is not, or not the viewpoint's to see: the two answer alike everywhere.</summary>
    public async Task<Job?> FindJobAsync(JobId id, Viewpoint viewpoint, CancellationToken cancellationToken)
    {
        if (await ledger.LoadJobAsync(id, cancellationToken) is not { } job) return null;
        return Sees(viewpoint, job) ? job : null;
    }

    public bool Sees(Viewpoint viewpoint, Job job) =>
        registry.IsLoaded && registry.Current.Contracts.TryGetValue(job.Contract, out var contract) && viewpoint.Sees(contract, job);

    /// <summary>Whether an offer is for work that the viewpoint could have searched for.</summary>
    public async ValueTask<bool> SeesAsync(Viewpoint viewpoint, Offer offer, CancellationToken cancellationToken)
    {
        if (!registry.IsLoaded || !registry.Current.Contracts.TryGetValue(offer.Contract, out var contract)) return false;
        return viewpoint.Sees(contract)
            && await registry.FindPropertyAsync(offer.Property, cancellationToken) is { } property
            && viewpoint.SeesWorkAt(contract, property);
    }

    /// <summary>Whether a diary is the viewpoint's to see.</summary>
    public bool Sees(Viewpoint viewpoint, OperativeId operative) =>
        registry.IsLoaded && registry.Current.Operatives.TryGetValue(operative, out var known) && viewpoint.Sees(known);

    /// <summary>Whether a visit that stands in a diary which is seen is seen itself.</summary>
    public bool Sees(Viewpoint viewpoint, Visit visit) =>
        registry.Current.Contracts.TryGetValue(visit.Contract, out var contract) && viewpoint.Sees(contract)
        && viewpoint.SeesVisitOf(visit.Operative);

    /// <summary>The contract and property of a job that is recorded.</summary>
    public async ValueTask<(Contract Contract, Property Property)> StandingAsync(Job job, CancellationToken cancellationToken)
    {
        var contract = registry.Current.Contracts[job.Contract];
        var property = await registry.FindPropertyAsync(job.Property, cancellationToken)
            ?? throw new InvalidOperationException($"Job {job.Id} stands at property {job.Property}, which is not there.");
        return (contract, property);
    }

    public DateTimeZone ZoneOf(Contract contract) => registry.Current.ContractorOf(contract).Zone;

    /// <summary>The diaries in which visits stand, as the ledger has them now; the index is shown them too.</summary>
    public async Task<Dictionary<OperativeId, Diary>> DiariesAsync(IEnumerable<VisitPlace> visits, CancellationToken cancellationToken)
    {
        var from = Now.InUtc().Date.PlusDays(-1);
        var diaries = new Dictionary<OperativeId, Diary>();
        foreach (var visit in visits)
        {
            from = LocalDate.Min(from, visit.Day);
            diaries[visit.Operative] = Diary.Of(visit.Operative, 0, []);
        }

        foreach (var read in await ledger.LoadDiariesAsync([.. diaries.Keys], from, cancellationToken))
        {
            availability.Show(read);
            diaries[read.Operative] = Diary.Of(read.Operative, read.Version, read.Visits);
        }

        return diaries;
    }

    /// <summary>The changeset of a decision that adds no visit; null when the diaries are not those that it was made on.</summary>
    public async Task<Changeset?> PrepareAsync(JobDecision decision, Command? command, CancellationToken cancellationToken)
    {
        var (contract, property) = await StandingAsync(decision.After, cancellationToken);
        var diaries = await DiariesAsync(decision.Freed.Concat(decision.Settled), cancellationToken);
        var works = new Dictionary<OperativeId, DiaryWork>();
        foreach (var diary in diaries.Values)
        {
            if (WorkOn(diary) is { } work) works.Add(diary.Operative, work);
        }

        return Carry(decision, works.GetValueOrDefault)
            ? ChangesetOf(decision, contract, property.Patch, ZoneOf(contract), works.Values, command, Now)
            : null;
    }

    /// <summary>A pen for one diary: what it does is written by the next commit, or forgotten. Null for an operative who is not
    /// known.</summary>
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
        JobDecision decision, Contract contract, PatchCode patch, DateTimeZone zone, IEnumerable<DiaryWork> works, Command? command,
            Instant now)
    {
        var job = decision.After;
        var diaries = new List<DiaryChange>();
        foreach (var work in works)
        {
            if (work.Change is { } change) diaries.Add(change);
        }

        var happened = new BookingEvent(
            decision.Kind,
            now,
            job.Client,
            job.Contractor,
            job.Contract,
            job.Id,
            job.Version,
            command?.Context.Actor ?? "system",
            decision.FirstPromise,
            decision.Hold,
            decision.Note,
            diaries,
            QuotaSteps.Of(decision, contract, patch, zone));
        return new Changeset(happened, [job], command?.Key);
    }

    /// <summary>
    /// The contract's rules as they are for one job: what its own promises take up of a quota does not stand in its way when the claim
    /// gives them back.
    /// </summary>
    public BookingRulesCheck RulesFor(Job? job, ClaimKind kind, JobTerms terms, DateTimeZone zone)
    {
        var (contract, patch) = (terms.Contract, terms.Property.Patch);
        return new BookingRulesCheck(contract, zone, patch, terms.Requirement.Emergency, Now, UsedByOthers);

        int UsedByOthers(QuotaKey key)
        {
            var used = availability.QuotaUsed(key);
            if (job?.Hold is { } hold && QuotaSteps.Takes(hold.Promise, key, contract, patch, zone)) used--;
            if (kind == ClaimKind.Move && job?.Promise is { } promise && QuotaSteps.Takes(promise, key, contract, patch, zone)) used--;
            return used;
        }
    }

    /// <summary>The visits that a claim for a job gives up in its commit.</summary>
    public static IReadOnlyList<VisitPlace> LeavingOf(Job job, ClaimKind kind) =>
        kind == ClaimKind.Move ? job.Visits : [.. job.HeldVisits];

    /// <summary>Commits, and shows the result to this process's searches before anybody else asks.</summary>
    public async Task<CommitResult> CommitAsync(Changeset changeset, CancellationToken cancellationToken)
    {
        var result = await ledger.CommitAsync(changeset, cancellationToken);
        if (result.Status == CommitStatus.Committed) availability.Show(changeset.Event);
        else if (result.Status == CommitStatus.Stale) telemetry.Retried();
        return result;
    }

    /// <summary>The answer to a commit that is final, one way or the other.</summary>
    public static CommandAnswer Answer(Changeset changeset, CommitResult result) => result.Status switch
    {
        CommitStatus.Committed => new CommandAnswer(result.Entry!.ToReceipt(), null)
        {
            Job = changeset.Jobs is [var job] ? job.ToWire() : null,
        },
        CommitStatus.Replayed => new CommandAnswer(result.Entry!.ToReceipt(), null),
        CommitStatus.KeyReused => Refused(RefusalReason.KeyReused),
        CommitStatus.QuotaUsed => Refused(RefusalReason.QuotaUsed),
        CommitStatus.Overlap => Refused(RefusalReason.WindowGone),
        CommitStatus.Busy => Refused(RefusalReason.Busy),
        _ => throw new InvalidOperationException($"Commit status {result.Status} is not an answer."),
    };

    /// <summary>
    /// A refusal, unless the command was carried out before under the same key: the state that refuses it now may be its own doing.
    /// </summary>
    public async Task<CommandAnswer> RefuseAsync(RefusalState refusal, Command command, CancellationToken cancellationToken)
    {
        if (await ledger.FindByKeyAsync(command.Key.Key, cancellationToken) is not { } first) return new CommandAnswer(null, refusal);
        return first.BodyHash == command.Key.BodyHash
            ? new CommandAnswer(first.Entry.ToReceipt(), null)
            : Refused(RefusalReason.KeyReused);
    }

    public Task<CommandAnswer> RefuseAsync(Refusal refusal, Command command, CancellationToken cancellationToken) =>
        RefuseAsync(refusal.ToWire(), command, cancellationToken);

    public Task<CommandAnswer> RefuseAsync(RefusalReason reason, Command command, CancellationToken cancellationToken) =>
        RefuseAsync(Refusal.Of(reason), command, cancellationToken);

    public static CommandAnswer Refused(RefusalReason reason) => Refused(Refusal.Of(reason));

    public static CommandAnswer Refused(Refusal refusal) => new(null, refusal.ToWire());
}
