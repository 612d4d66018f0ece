using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR;
using NodaTime;
using OrleansScheduling.Api.GraphQL.Feed;
using OrleansScheduling.Api.Live;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Grains.Registry;
using OrleansScheduling.GraphQL;
using OrleansScheduling.GraphQL.Building;

namespace OrleansScheduling.Api.GraphQL.Windows;

public sealed class WindowSubscriptions
{
    /// <summary>
    /// The windows of a search: first all of them as they are now, then those that went or came back.
    /// </summary>
    /// <param name="after">
    /// The last sequence seen: what changed since is sent first, as it is now, and perhaps some of it once more; or, after some minutes or
    /// very many changes, all windows. `isWhole` tells which, and either way nothing is missing. A sequence of another installation is
    /// answered with a resync. Left out: all windows.
    /// </param>
    public async Task<IAsyncEnumerable<WindowsChanged>> WindowsChangedAsync(
        WindowSearchInput search, [Service] WindowSearches searches, [Service] WindowStreams streams, CancellationToken cancellationToken,
        string? after = null)
    {
        var (query, refusal) = await searches.PrepareAsync(search, cancellationToken);
        if (query is not { } wanted)
            throw new GraphQLException(new GraphQLError(
                refusal!.Text, code: GraphQLErrorCodes.BadUserInput,
                extensions: new Dictionary<string, object?> { ["reason"] = refusal.Reason }));
        return streams.StreamAsync(wanted.Contract, wanted.Slots, after, cancellationToken);
    }
}

/// <summary>Open searches, as the API tells of them.</summary>
public sealed class WindowStreams(OpenSearches open, RegistryCache registry, TimeProvider time, FeedStreams sequences)
{
    internal async IAsyncEnumerable<WindowsChanged> StreamAsync(
        int contract, GrainInterfaces.SearchSlots slots, string? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var messages = open
            .WatchAsync(KeyOf(contract, slots), slots.Asker, sequences.PositionOf(after), cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        while (await MoveAsync(messages)) yield return WindowsChanged.Of(messages.Current, sequences);
    }

    /// <summary>What the watch refuses is meant for the caller.</summary>
    static async ValueTask<bool> MoveAsync(IAsyncEnumerator<LiveMessage> messages)
    {
        try
        {
            return await messages.MoveNextAsync();
        }
        catch (HubException refused)
        {
            throw new GraphQLException(refused.Message, GraphQLErrorCodes.BadUserInput);
        }
    }

    SearchKey KeyOf(int contract, GrainInterfaces.SearchSlots slots)
    {
        if (slots.Days is < 1 or > OpenSearches.MaxDays)
            throw new GraphQLException($"days is from 1 to {OpenSearches.MaxDays}.", GraphQLErrorCodes.BadUserInput);
        foreach (var line in slots.Lines)
        {
            if (!CodeText.IsValid(line))
                throw new GraphQLException($"lines: a code is {CodeText.Rule}.", GraphQLErrorCodes.BadUserInput);
        }

        var view = registry.Current;
        var zone = view.Contracts.TryGetValue(new ContractId(contract), out var known) ? view.ContractorOf(known).Zone : DateTimeZone.Utc;
        var from = slots.From ?? Instant.FromDateTimeOffset(time.GetUtcNow()).InZone(zone).Date.ToDateOnly();
        // Only a search for a job shows its held window to the holder; all others share one evaluation.
        return new SearchKey(
            contract, slots.Property, string.Join(' ', slots.Lines), from, slots.Days, slots.Job, slots.Job == 0 ? "" : slots.Holder,
            JsonSerializer.Serialize(slots.Asker));
    }
}

/// <summary>Windows that went or came back.</summary>
/// <param name="Sequence">What the event reflects.</param>
/// <param name="Windows">All windows, or those that changed.</param>
/// <param name="IsWhole">Whether the windows are all there are: what is not among them is not offered any more.</param>
/// <param name="Resync">Set on the last event of a subscription that cannot go on: search again.</param>
public sealed record WindowsChanged(
    string Sequence, [property: ListSize(56)] IReadOnlyList<WindowChange> Windows, bool IsWhole, ResyncReason? Resync)
{
    internal static WindowsChanged Of(LiveMessage message, FeedStreams sequences) => new(
        sequences.SequenceOf(message.Position), [.. (message.Windows ?? []).Select(window => new WindowChange(window))],
        message.Whole == true, FeedStreams.ReasonOf(message));
}

/// <summary>One window as it is now.</summary>
public sealed class WindowChange(LiveWindow window)
{
    public DateOnly Day => window.Day;

    /// <summary>The window's code in its contract.</summary>
    public string Code => window.Window;

    public bool IsAvailable => window.Available;

    /// <summary>Why it cannot be had; null while it can.</summary>
    public RefusalNode? Refusal =>
        window.Reason is { } reason ? new RefusalNode(Enum.Parse<RefusalReason>(reason), window.Text ?? "") : null;
}
