using System.Globalization;
using NodaTime;
using Orleans;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Contracts;
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
    /// <summary>Most days that one search answers.</summary>
    const int MaxDays = 62;

    /// <summary>How many days "next available" looks at in one step.</summary>
    const int StepDays = 14;

    ContractId Id => new(int.Parse(this.GetPrimaryKeyString(), CultureInfo.InvariantCulture));

    public async Task<SearchAnswer> Search(SearchSlots query)
    {
        var prepared = await PrepareAsync(query);
        if (!prepared.Succeeded) return Refused(prepared.Refusal);
        var search = prepared.Value;
        var from = query.From is { } day ? LocalDate.FromDateOnly(day) : search.Today;
        return Answer(search, SlotSearch.Search(search.Index, search.QueryFor(search.Rules.Windows(from, Math.Clamp(query.Days, 1, MaxDays)))));
    }

    public async Task<SearchAnswer> NextAvailable(SearchSlots query)
    {
        var prepared = await PrepareAsync(query);
        if (!prepared.Succeeded) return Refused(prepared.Refusal);
        var search = prepared.Value;
        var last = search.Index.FirstDay.PlusDays(search.Index.Days - 1);
        for (var from = query.From is { } day ? LocalDate.FromDateOnly(day) : search.Today; from <= last; from = from.PlusDays(StepDays))
        {
            var found = SlotSearch.Search(search.Index, search.QueryFor(search.Rules.Windows(from, StepDays)));
            if (found.FirstOrDefault(window => window.IsAvailable) is not { } first) continue;
            return Answer(search, [.. found.Where(window => window.Window.Day == first.Window.Day)]);
        }

        return Answer(search, []);
    }

    async Task<Outcome<PreparedSearch>> PrepareAsync(SearchSlots query)
    {
        if (!query.Lines.All(CodeText.IsValid)) return Command.Invalid("lines", string.Join(' ', query.Lines), CodeText.Rule);
        IReadOnlyList<SorCode> lines = [.. query.Lines.Select(line => new SorCode(line))];
        var terms = await bookings.TermsOfAsync(Id, new PropertyId(query.Property), lines, CancellationToken.None);
        if (!terms.Succeeded) return terms.Refusal;
        var (contract, property, requirement) = terms.Value;
        if (availability.IndexOf(contract.Contractor) is not { } index) return RefusalReason.NobodyWorking;
        var job = query.Job == 0 ? null : await bookings.Ledger.LoadJobAsync(new JobId(query.Job), CancellationToken.None);
        var rules = new BookingRulesCheck(
            contract, index.Zone, property.Patch, requirement.Emergency, bookings.Now, availability.QuotaUsed);
        var hold = job?.LiveHold(bookings.Now) is { } live && live.Holder == query.Holder ? live : null;
        return new PreparedSearch(contract, property, requirement, lines, index, rules, job?.Id, hold, availability.Position);
    }

    SearchAnswer Answer(PreparedSearch search, IReadOnlyList<WindowAnswer> found) =>
        new([.. found.Select(window => SlotOf(search, window))], null, search.Position);

    SlotState SlotOf(PreparedSearch search, WindowAnswer found)
    {
        var window = found.Window;
        var isHeldByCaller = search.Hold is { } hold && hold.Promise == window.Promise;
        var isAvailable = found.IsAvailable || isHeldByCaller;
        var offer = new Offer(
            search.Contract.Id, search.Property.Id, search.Lines, window.Day, window.Window.Code, search.Job,
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
        Contract Contract,
        Domain.Organisations.Property Property,
        JobRequirement Requirement,
        IReadOnlyList<SorCode> Lines,
        AvailabilityIndex Index,
        BookingRulesCheck Rules,
        JobId? Job,
        Hold? Hold,
        long Position)
    {
        public LocalDate Today => Rules.Now.InZone(Index.Zone).Date;

        public SlotQuery QueryFor(IReadOnlyList<BookingWindow> windows) =>
            new(Contract, Property.Patch, GroundPoint.Of(Property.Place), Requirement, Rules.Now, windows);
    }
}
