using System.Globalization;
using NodaTime;
using Orleans;
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

internal sealed class ContractGrain(
    Bookings bookings, AvailabilityService availability, OfferTokens offers, SchedulingOptions options) : Grain, IContractGrain
{
    /// <summary>How many days "next available" looks at in one step.</summary>
    const int StepDays = 14;

    public async Task<SearchAnswer> Search(SearchSlots query)
    {
        if (query.Days is < 1 or > SearchSlots.MaxDays)
            return Refused(Command.Invalid("days", query.Days.ToString(CultureInfo.InvariantCulture), $"1 to {SearchSlots.MaxDays}"));
        var prepared = await PrepareAsync(query);
        if (!prepared.Succeeded) return Refused(prepared.Refusal);
        var search = prepared.Value;
        return Answer(search, search.Find(search.From, query.Days));
    }

    public async Task<SearchAnswer> NextAvailable(SearchSlots query)
    {
        var prepared = await PrepareAsync(query);
        if (!prepared.Succeeded) return Refused(prepared.Refusal);
        var search = prepared.Value;
        var last = search.Index.FirstDay.PlusDays(search.Index.Days - 1);
        for (var from = search.From; from <= last; from = from.PlusDays(StepDays))
        {
            var found = search.Find(from, StepDays);
            if (found.FirstOrDefault(window => window.IsAvailable) is not { } first) continue;
            return Answer(search, [.. found.Where(window => window.Window.Day == first.Window.Day)]);
        }

        return Answer(search, []);
    }

    async Task<Outcome<PreparedSearch>> PrepareAsync(SearchSlots query)
    {
        if (!int.TryParse(this.GetPrimaryKeyString(), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            return Command.Invalid("contract", this.GetPrimaryKeyString(), "a contract that is known");
        if ((Command.LinesFault(query.Lines) ?? Command.LengthFault("holder", query.Holder, 0,
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
        var rules = new BookingRulesCheck(
            contract, index.Zone, property.Patch, terms.Value.Requirement.Emergency, bookings.Now, availability.QuotaUsed);
        var hold = job.Value?.LiveHold(bookings.Now) is { } live && live.Holder == query.Holder ? live : null;
        return new PreparedSearch(terms.Value, lines, index, rules, from, job.Value?.Id, hold, position);
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
        new([.. found.Select(window => SlotOf(search, window))], null, search.Position);

    SlotState SlotOf(PreparedSearch search, WindowAnswer found)
    {
        var window = found.Window;
        var isHeldByCaller = search.Hold is { } hold && hold.Promise == window.Promise;
        var isAvailable = found.IsAvailable || isHeldByCaller;
        var offer = new Offer(
            search.Terms.Contract.Id, search.Terms.Property.Id, search.Lines, window.Day, window.Window.Code, search.Job,
            bookings.Now + Duration.FromMinutes(options.OfferMinutes));
        return new SlotState(
            window.Day.ToDateOnly(),
            window.Window.Code.Value,
            window.Window.Name,
            window.Promise.Start.ToDateTimeOffset(),
            window.Promise.End.ToDateTimeOffset(),
            isAvailable ? offers.Encode(offer) : null,
            found.Operatives,
            found.AddedMetres,
            found.LeastTravel,
            isHeldByCaller,
            isAvailable ? null : found.Refusal?.ToWire());
    }

    static SearchAnswer Refused(Refusal refusal) => new([], refusal.ToWire(), 0);

    sealed record PreparedSearch(
        JobTerms Terms,
        IReadOnlyList<SorCode> Lines,
        AvailabilityIndex Index,
        BookingRulesCheck Rules,
        LocalDate From,
        JobId? Job,
        Hold? Hold,
        long Position)
    {
        /// <summary>Later visits of a job may come after the days that are asked for: their windows are looked at too, and not
        /// answered.</summary>
        public IReadOnlyList<WindowAnswer> Find(LocalDate from, int days)
        {
            var asked = Rules.Windows(from, days);
            if (Terms.Requirement.Stages == 1) return SlotSearch.Search(Index, QueryFor(asked));
            var after = from.PlusDays(days);
            var later = Math.Max(0, Period.DaysBetween(after, Index.FirstDay.PlusDays(Index.Days)));
            var found = SlotSearch.Search(Index, QueryFor([.. asked, .. Rules.Windows(after, later)]));
            return [.. found.Take(asked.Count)];
        }

        SlotQuery QueryFor(IReadOnlyList<BookingWindow> windows) => new(
            Terms.Contract, Terms.Property.Patch, GroundPoint.Of(Terms.Property.Place), Terms.Requirement, Rules.Now, windows);
    }
}
