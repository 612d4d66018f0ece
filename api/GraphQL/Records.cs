using OrleansScheduling.Api.Access;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains.Wire;
using OrleansScheduling.GraphQL;
using OrleansScheduling.Ledger.Reading;

namespace OrleansScheduling.Api.GraphQL;

/// <summary>
/// The record as the caller of one request may see it: every resolver reads through here, so the policy is asked and the scope is set in
/// one place.
/// </summary>
public sealed class Records(IPrincipalAccessor caller, ReadingSide reading)
{
    public const string Unauthenticated = "UNAUTHENTICATED";
    public const string Forbidden = "FORBIDDEN";

    /// <summary>Who asks.</summary>
    /// <exception cref="GraphQLException">Nobody has signed in.</exception>
    public Principal Principal => caller.Current ?? throw new GraphQLException("Sign in first.", Unauthenticated);

    /// <exception cref="GraphQLException">Nobody has signed in.</exception>
    public AccessScope Scope => caller.Scope ?? throw new GraphQLException("Sign in first.", Unauthenticated);

    /// <summary>The caller, in the grains' terms.</summary>
    public Asker Asker => Viewpoint.Of(Principal).ToWire();

    public bool May(AccessAction action, RecordKind kind) => Principal is not null && caller.May(action, kind);

    /// <summary>For one question; the caller disposes it.</summary>
    /// <exception cref="GraphQLException">Nobody has signed in, or the caller's roles may not read records of this kind.</exception>
    public ReadingContext Open(RecordKind kind)
    {
        Demand(AccessAction.Read, kind);
        return reading.Open(ReadingScopeNow());
    }

    /// <summary>
    /// As <see cref="Open"/>, for a field below another record: null where the caller may not read that kind, which shows as a field
    /// without a value.
    /// </summary>
    public ReadingContext? TryOpen(RecordKind kind) =>
        May(AccessAction.Read, kind) ? reading.Open(ReadingScopeNow()) : null;

    /// <summary>The rows of one question by keys (<see cref="ReadingSide.OpenByKeys"/>); none where the caller may not read such
    /// records.</summary>
    /// <param name="plannedAnew">Whether a plan that knows the scope is worth its planning.</param>
    internal async Task<List<TRow>> ReadByKeysAsync<TRow>(
        RecordKind kind, Func<ReadingContext, IAsyncEnumerable<TRow>> ask, CancellationToken cancellationToken, bool plannedAnew = false)
    {
        var rows = new List<TRow>();
        if (!May(AccessAction.Read, kind)) return rows;
        var scope = ReadingScopeNow();
        await using var context = plannedAnew ? reading.Open(scope) : reading.OpenByKeys(scope);
        await foreach (var row in ask(context).WithCancellation(cancellationToken)) rows.Add(row);
        return rows;
    }

    /// <summary>As the registry stands now; a subscription may last longer than a scope.</summary>
    ReadingScope ReadingScopeNow() => ReadingScope.Of(Scope);

    /// <summary>
    /// Whoever may not read operatives may not ask which visits are one person's either: neither by a filter nor by an order or a group.
    /// </summary>
    /// <exception cref="GraphQLException">It is asked for, and the caller's roles may not.</exception>
    internal void DemandOperatives(bool asked)
    {
        if (asked) Demand(AccessAction.Read, RecordKind.Operative);
    }

    /// <exception cref="GraphQLException">Nobody has signed in, or the caller's roles may not.</exception>
    public void Demand(AccessAction action, RecordKind kind)
    {
        if (!May(action, kind)) throw new GraphQLException("Your role does not allow this.", Forbidden);
    }
}
