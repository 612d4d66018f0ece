using System.Globalization;
using NodaTime;
using Orleans;
using Orleans.Concurrency;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains.Availability;
using OrleansScheduling.Grains.Booking;
using OrleansScheduling.Grains.Offers;
using OrleansScheduling.Grains.Wire;
using OrleansScheduling.Planning.Search;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Grains.Contracts;

/// <summary>Each process has its own: it answers from the process's index, so a search never leaves it.</summary>
[StatelessWorker(1)]
internal sealed class ContractGrain(
    Bookings bookings, AvailabilityService availability, OfferTokens offers, SchedulingOptions options) : Grain, IContractGrain
{
    public async Task<SearchAnswer> Search(SearchSlots query)
    {
        var prepared = await PrepareAsync(query);
        if (!prepared.Succeeded) return Refused(prepared.Refusal);
        var search = prepared.Value;
        return Answer(search, SlotSearch.Days(search.Index, search.Rules, search.Query, search.From, query.Days));
    }

    public async Task<SearchAnswer> NextAvailable(SearchSlots query)
    {
        var prepared = await PrepareAsync(query);
        if (!prepared.Succeeded) return Refused(prepared.Refusal);
        var search = prepared.Value;
        if (search.Bar is { } bar) return Refused(bar);
        var next = SlotSearch.NextAvailable(search.Index, search.Rules, search.Query, search.From);
        return next.Succeeded
            ? Answer(search, next.Value.Windows) with { Refusal = next.Value.NotYet?.ToWire() }
            : Refused(next.Refusal);
    }

    async Task<Outcome<PreparedSearch>> PrepareAsync(SearchSlots query)
    {
        if (!int.TryParse(this.GetPrimaryKeyString(), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            return Command.Invalid("contract", this.GetPrimaryKeyString(), "a contract that is known");
        if (query.Days is < 1 or > SearchSlots.MaxDays)
            return Command.Invalid("days", query.Days.ToString(CultureInfo.InvariantCulture), $"1 to {SearchSlots.MaxDays}");
        if (query.Claim != ClaimKind.None && VisitClaim.KindFault(query.Claim) is { } unknown) return unknown;
        if ((Command.LinesFault(query.Lines) ?? Command.TextFault("holder", query.Holder, 0,
            Hold.MaxHolderLength)) is { } fault) return fault;
        SorCode[] lines = [.. query.Lines.Select(line => new SorCode(line))];
        var position = availability.Position;
        var viewpoint = query.Asker.ToDomain();
        var terms = await bookings.TermsOfAsync(
            viewpoint, new ContractId(id), new PropertyId(query.Property), lines, CancellationToken.None);
        if (!terms.Succeeded) return terms.Refusal;
        var (contract, property, _, _) = terms.Value;
        if (availability.IndexOf(contract.Contractor) is not { } index) return RefusalReason.NobodyWorking;
        var today = bookings.Now.InZone(index.Zone).Date;
        var from = query.From is { } day ? LocalDate.FromDateOnly(day) : today;
        if (FromFault(from, today) is { } wrong) return wrong;
        var job = await JobForAsync(query.Job, viewpoint, terms.Value, lines);
        if (!job.Succeeded && job.Refusal is { } refusal) return refusal;
        var kind = KindOf(query, job.Value);
        var rules = bookings.RulesFor(job.Value, kind, terms.Value, index.Zone);
        var slots = new SlotQuery(
            contract, property.Patch, GroundPoint.Of(property.Place), terms.Value.Requirement, rules.Now, [])
        {
            Leaving = job.Value is { } own ? Bookings.LeavingOf(own, kind) : [],
        };
        var bar = BarFor(job.Value, kind, query.Holder, rules.Now);
        return new PreparedSearch(
            terms.Value, lines, index, rules, slots, from, job.Value, bar, query.Holder, viewpoint.SeesCapacity(contract), position);
    }

    static ClaimKind KindOf(SearchSlots query, Job? job) =>
        query.Claim != ClaimKind.None ? query.Claim
        : job is { Status: JobStatus.Booked } ? ClaimKind.Move : ClaimKind.Hold;

    /// <summary>Why no window can be claimed, whoever is free.</summary>
    static Refusal? BarFor(Job? job, ClaimKind kind, string holder, Instant now)
    {
        if (job is null) return null;
        var reason = JobDecisions.CannotClaim(job, holder, now);
        if (reason != RefusalReason.None) return Refusal.Of(reason);
        return (kind, job.Status == JobStatus.Booked) switch
        {
            (ClaimKind.Book, true) => Refusal.Of(RefusalReason.AlreadyBooked),
            (ClaimKind.Move, false) => Refusal.Of(RefusalReason.NotBooked),
            _ => null,
        };
    }

    /// <summary>Yesterday is let through: for a caller in another time zone it may be today.</summary>
    static Refusal? FromFault(LocalDate from, LocalDate today)
    {
        var (first, last) = (today.PlusDays(-1), today.PlusDays(AvailabilityIndex.MaxDays));
        return from >= first && from <= last
            ? null
            : Command.Invalid("from", $"{from:uuuu-MM-dd}", $"{first:uuuu-MM-dd} to {last:uuuu-MM-dd}");
    }

    /// <summary>The job that is being booked or moved: its own work at its own place. Neither job nor refusal for a search without
    /// one.</summary>
    async Task<Outcome<Job>> JobForAsync(long number, Viewpoint viewpoint, JobTerms terms, SorCode[] lines)
    {
        if (number == 0) return default;
        if (number is < 0 or > JobId.MaxValue)
            return Command.Invalid("job", number.ToString(CultureInfo.InvariantCulture), $"0, or a job's number up to {JobId.MaxValue}");
        if (await bookings.FindJobAsync(new JobId(number), viewpoint, CancellationToken.None) is not { } job)
            return RefusalReason.JobNotFound;
        return job.Contract == terms.Contract.Id && job.Property == terms.Property.Id && job.Lines.SequenceEqual(lines)
            ? job
            : Command.Invalid("job", job.Id.ToString(), "a job of this contract at this property with these lines");
    }

    SearchAnswer Answer(PreparedSearch search, IReadOnlyList<WindowAnswer> found) =>
        new([.. found.Select(window => SlotOf(search, window))], null, search.Position,
            search.Index.Travel.BasisAt(GroundPoint.Of(search.Terms.Property.Place)).ToString());

    SlotState SlotOf(PreparedSearch search, WindowAnswer found)
    {
        var window = found.Window;
        var isHeldByCaller = search.Job?.LiveHold(search.Rules.Now) is { } hold && hold.Holder == search.Holder
            && hold.Promise == window.Promise;
        var isAvailable = found.IsAvailable && search.Bar is null;
        var offer = new Offer(
            search.Terms.Contract.Id, search.Terms.Property.Id, search.Lines, window.Day, window.Window.Code, search.Job?.Id,
            bookings.Now + Duration.FromMinutes(options.OfferMinutes));
        return new SlotState(
            window.Day.ToDateOnly(),
            window.Window.Code.Value,
            window.Window.Name,
            window.Promise.Start.ToDateTimeOffset(),
            window.Promise.End.ToDateTimeOffset(),
            isAvailable ? offers.Encode(offer) : null,
            search.SeesCapacity ? isAvailable ? found.Operatives : 0 : null,
            search.SeesCapacity ? isAvailable ? found.AddedMetres : 0 : null,
            isAvailable && found.LeastTravel,
            isHeldByCaller,
            isAvailable ? null : (search.Bar ?? found.Refusal)!.ToWire());
    }

    static SearchAnswer Refused(Refusal refusal) => new([], refusal.ToWire(), 0);

    /// <param name="Query">Without windows.</param>
    /// <param name="Bar">Why no window can be claimed for the job; null when one can.</param>
    sealed record PreparedSearch(
        JobTerms Terms,
        IReadOnlyList<SorCode> Lines,
        AvailabilityIndex Index,
        BookingRulesCheck Rules,
        SlotQuery Query,
        LocalDate From,
        Job? Job,
        Refusal? Bar,
        string Holder,
        bool SeesCapacity,
        long Position);
}
