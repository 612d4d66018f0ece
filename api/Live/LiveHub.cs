using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR;
using OrleansScheduling.Api.Access;
using OrleansScheduling.Api.Desk;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains.Registry;
using OrleansScheduling.Grains.Wire;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Live;

/// <summary>What to stream.</summary>
/// <param name="Kind"><c>operatives</c>, <c>area</c>, <c>contract</c>, <c>job</c> or <c>board</c>.</param>
/// <param name="Names">Operatives' ids, patches, one contract's id, one job's reference, or one contractor's id.</param>
/// <param name="After">The last position seen; null: from now on.</param>
public sealed record SubscribeRequest(string Kind, IReadOnlyList<string> Names, string? After);

/// <summary>A search whose windows are pushed as gone or back.</summary>
/// <param name="Job">The job that is being booked or moved; null for a new one.</param>
/// <param name="After">
/// The last position seen: what changed since comes first, or all windows when that is not known any more; null: all windows.
/// </param>
public sealed record WatchRequest(
    int Contract, int Property, IReadOnlyList<string> Lines, DateOnly From, int Days, string? Job, string? After = null);

/// <summary>
/// The live connection. Every call streams until the client cancels it or a <c>resync</c> ends it; a client that reconnects calls again
/// with
/// the last position that it saw.
/// </summary>
public sealed class LiveHub(
    LiveSubscriptions subscriptions,
    OpenSearches searches,
    RegistryCache registry,
    ILedger ledger,
    FeedCursors cursors,
    LiveOptions options) : Hub
{
    public const string Path = "/live";

    const string CountKey = "subscriptions";

    /// <summary>What can be subscribed to, and what a caller must be allowed to read for it.</summary>
    internal static readonly SortedDictionary<string, RecordKind> Kinds = new(StringComparer.Ordinal)
    {
        ["operatives"] = RecordKind.Diary,
        ["area"] = RecordKind.Diary,
        ["contract"] = RecordKind.Job,
        ["job"] = RecordKind.Job,
        ["board"] = RecordKind.Diary,
    };

    public async IAsyncEnumerable<LiveMessage> Subscribe(
        SubscribeRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var principal = Caller();
        var (filter, after) = (FilterOf(request, principal), AfterOf(request.After));
        var sight = new LiveSight(principal, registry, await OwnJobAsync(request, principal, cancellationToken));
        Enter();
        try
        {
            await foreach (var message in subscriptions.StreamAsync(filter.Topics, See, after, cancellationToken))
                yield return Sealed(message);
        }
        finally
        {
            Leave();
        }

        BookingEvent? See(FeedEntry entry) => sight.Of(entry.Event) is { } seen && filter.IsMeant(seen) ? seen : null;
    }

    public async IAsyncEnumerable<LiveMessage> Watch(WatchRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var principal = Caller();
        var asker = Viewpoint.Of(principal).ToWire();
        var (key, after) = (KeyOf(request, principal, asker), AfterOf(request.After));
        Enter();
        try
        {
            await foreach (var message in searches.WatchAsync(key, asker, after, cancellationToken)) yield return Sealed(message);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Who opened the connection, with the organisation as it is now.</summary>
    Principal Caller() => (registry.IsLoaded ? PrincipalClaims.Read(Context.User, registry.Current) : null)
        ?? throw new LiveRefusal("signIn", "Sign in again.");

    LiveMessage Sealed(LiveMessage message) =>
        message with { Position = cursors.Encode(long.Parse(message.Position, CultureInfo.InvariantCulture)) };

    /// <summary>For those who see only what is their own: the job that they name, when it is.</summary>
    async Task<JobId?> OwnJobAsync(SubscribeRequest request, Principal principal, CancellationToken cancellationToken)
    {
        var scope = AccessScope.Of(principal, registry.Current.Contracts.Values);
        if (!scope.OwnOnly || request.Kind != "job") return null;
        var named = await ledger.LoadJobAsync(JobOf(One(request.Names, request.Kind)), cancellationToken);
        return named is not null && scope.Sees(named) ? named.Id : null;
    }

    /// <summary>
    /// What is asked for. Names of others' records are not refused: nothing comes of them, as of names that nothing has.
    /// </summary>
    LiveFilter FilterOf(SubscribeRequest request, Principal principal)
    {
        if (request.Kind is null || !Kinds.TryGetValue(request.Kind, out var record))
            throw new LiveRefusal("kind", $"kind: '{Shown(request.Kind)}' is not one of {string.Join(", ", Kinds.Keys)}.");
        Demand(principal, record);
        var names = request.Names ?? [];
        if (names.Count == 0 || names.Count > options.NamesPerSubscription)
            throw new LiveRefusal("names", $"names: {names.Count} given; a subscription names 1 to {options.NamesPerSubscription}.");
        return request.Kind switch
        {
            "operatives" => LiveFilter.Operatives(names.Select(name => new OperativeId(NumberOf(name, "operative"))).ToHashSet()),
            "area" => LiveFilter.Area(CoversAny([.. names.Select(PatchOf)])),
            "contract" => LiveFilter.Contract(NumberOf(One(names, request.Kind), "contract")),
            "job" => LiveFilter.Job(JobOf(One(names, request.Kind))),
            "board" => LiveFilter.Board(NumberOf(One(names, request.Kind), "contractor")),
            _ => throw new InvalidOperationException($"{request.Kind} has no filter."),
        };
    }

    Func<OperativeId, bool> CoversAny(PatchCode[] patches) => operative =>
        registry.Current.Operatives.TryGetValue(operative, out var known) && patches.Any(known.Covers);

    static void Demand(Principal principal, RecordKind record)
    {
        if (!Policy.Allows(principal, AccessAction.Read, record)) throw new LiveRefusal("role", "Your role does not include this.");
    }

    SearchKey KeyOf(WatchRequest request, Principal principal, Asker asker)
    {
        Demand(principal, RecordKind.Window);
        var lines = request.Lines ?? [];
        if (lines.Count is 0 or > JobRequirement.MaxLines)
            throw new LiveRefusal("lines", $"lines: {lines.Count} given; a job has 1 to {JobRequirement.MaxLines}.");
        foreach (var line in lines)
        {
            if (!CodeText.IsValid(line))
                throw new LiveRefusal("lines", $"lines: '{Shown(line)}' is not a code; the rule is {CodeText.Rule}.");
        }

        if (request.Days is < 1 or > OpenSearches.MaxDays)
            throw new LiveRefusal("days", $"days: {request.Days} given; a search looks at 1 to {OpenSearches.MaxDays} days.");
        if (!registry.Current.Contracts.TryGetValue(new ContractId(request.Contract), out var contract)
            || !Viewpoint.Of(principal).Sees(contract))
            throw new LiveRefusal("contract", $"contract: {request.Contract} is not known.");
        // Only the holder's own browser sees its held window as available; its id never leaves the cookie.
        var job = request.Job is null ? default : JobOf(request.Job);
        var session = job.Value != 0 && Context.GetHttpContext() is { } context ? DeskSession.Read(context, principal.Subject) : null;
        return new SearchKey(request.Contract, request.Property, string.Join(' ', lines), request.From, request.Days, job.Value,
            session?.Holder ?? "", JsonSerializer.Serialize(asker));
    }

    long? AfterOf(string? after)
    {
        if (after is null) return null;
        return cursors.TryResume(after, out var position)
            ? position
            : throw new LiveRefusal("after", $"after: '{Shown(after)}' is not a feed position.");
    }

    static string One(IReadOnlyList<string> names, string kind) =>
        names.Count == 1 ? names[0] : throw new LiveRefusal("names", $"names: {names.Count} given; a subscription to a {kind} names one.");

    static int NumberOf(string text, string noun) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw new LiveRefusal("names", $"names: '{Shown(text)}' is not an id: {noun}.");

    static PatchCode PatchOf(string text) => CodeText.IsValid(text)
        ? new PatchCode(text)
        : throw new LiveRefusal("names", $"names: '{Shown(text)}' is not a patch; the rule is {CodeText.Rule}.");

    static JobId JobOf(string text) =>
        JobId.TryParse(text, out var job) ? job : throw new LiveRefusal("job", $"'{Shown(text)}' is not a job's reference.");

    /// <summary>A stranger's text, cut for an error message.</summary>
    static string Shown(string? text) => text is null ? "" : text.Length <= 40 ? text : text[..40] + "…";

    void Enter()
    {
        lock (Context.Items)
        {
            var open = Context.Items.TryGetValue(CountKey, out var count) ? (int)count! : 0;
            if (open >= options.SubscriptionsPerConnection)
                throw new LiveRefusal(
                    "subscriptions",
                    $"This connection has {open} subscriptions; it may have {options.SubscriptionsPerConnection}. Cancel one first.");
            Context.Items[CountKey] = open + 1;
        }
    }

    void Leave()
    {
        lock (Context.Items) Context.Items[CountKey] = (int)Context.Items[CountKey]! - 1;
    }
}
