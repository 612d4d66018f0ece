using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Orleans;
using OrleansScheduling.Api.GraphQL.Relay;
using OrleansScheduling.Api.Live;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.GraphQL.Building;

namespace OrleansScheduling.Api.GraphQL.Windows;

public sealed class WindowQueries
{
    /// <summary>What most contracts offer: morning, afternoon, all day, and one more.</summary>
    const int WindowsOfDay = 4;

    /// <summary>Every window of the days asked for, available or with the reason why not.</summary>
    [Cost(10)]
    [ListSize(14, SlicingArgument = "search.days", SizedField = "windows", Times = WindowsOfDay)]
    public async Task<WindowSearch> GetAvailableWindowsAsync(
        WindowSearchInput search, [Service] WindowSearches searches, CancellationToken cancellationToken) =>
        await searches.FindAsync(search, (contract, query) => contract.Search(query), cancellationToken);

    /// <summary>The windows of the first day with room, as far as rotas go; none when there is no such day.</summary>
    [Cost(10)]
    public async Task<WindowSearch> GetNextAvailableAsync(
        WindowSearchInput search, [Service] WindowSearches searches, CancellationToken cancellationToken) =>
        await searches.FindAsync(search, (contract, query) => contract.NextAvailable(query), cancellationToken);
}

/// <summary>Looks for windows on the caller's behalf: what the caller does not see is not known to the search.</summary>
public sealed class WindowSearches(Records records, GlobalIds ids, FeedCursors cursors, IGrainFactory grains)
{
    internal async Task<WindowSearch> FindAsync(
        WindowSearchInput input, Func<IContractGrain, SearchSlots, Task<SearchAnswer>> search, CancellationToken cancellationToken)
    {
        var (query, refusal) = await PrepareAsync(input, cancellationToken);
        if (query is null) return WindowSearch.Refused(refusal!, cursors);
        var grain = grains.GetGrain<IContractGrain>(query.Value.Contract.ToString(CultureInfo.InvariantCulture));
        return WindowSearch.Of(await search(grain, query.Value.Slots), cursors);
    }

    /// <summary>The search in the grains' terms, or why the caller cannot make it.</summary>
    internal async Task<((int Contract, SearchSlots Slots)? Query, Refusal? Refusal)> PrepareAsync(
        WindowSearchInput input, CancellationToken cancellationToken)
    {
        var contract = ids.DecodeSmall(NodeKind.Contract, input.Contract);
        var property = ids.DecodeSmall(NodeKind.Property, input.Property);
        var job = input.Job is null ? 0 : ids.Decode(NodeKind.Job, input.Job) ?? -1;
        var seen = await records.AskAsync(
            RecordKind.Window,
            (context, stop) => context.Contracts.Where(row => row.Id == contract)
                .Select(row => new
                {
                    Property = context.Properties.Any(place => place.Id == property),
                    Job = job == 0 || context.Jobs.Any(recorded => recorded.Id == job),
                })
                .FirstOrDefaultAsync(stop),
            cancellationToken);
        if (seen is null) return (null, Unknown("contract"));
        if (!seen.Property) return (null, Unknown("property"));
        if (!seen.Job) return (null, Refusal.Of(RefusalReason.JobNotFound));
        var slots = new SearchSlots(property, [.. input.Lines], input.From, input.Days, job, records.Principal.Subject, records.Asker);
        return ((contract, slots), null);
    }

    static Refusal Unknown(string noun) => new(RefusalReason.InvalidInput, $"There is no such {noun}.");
}
