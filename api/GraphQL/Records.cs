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

    /// <summary>The answer to a question about records of a kind.</summary>
    /// <param name="question">As <see cref="ReadingSide.AskAsync"/> takes it.</param>
    /// <exception cref="GraphQLException">Nobody has signed in, or the caller's roles may not read records of this kind.</exception>
    public Task<T> AskAsync<T>(
        RecordKind kind, Func<ReadingContext, CancellationToken, Task<T>> question, CancellationToken cancellationToken)
    {
        Demand(AccessAction.Read, kind);
        return reading.AskAsync(ReadingScopeNow(), question, cancellationToken);
    }

    /// <summary>As <see cref="AskAsync"/>, for a report: few run at a time (<see cref="ReadingSide.ReportAsync"/>).</summary>
    /// <exception cref="GraphQLException">Nobody has signed in, or the caller's roles may not read records of this kind.</exception>
    public Task<T> ReportAsync<T>(
        RecordKind kind, Func<ReadingContext, CancellationToken, Task<T>> question, CancellationToken cancellationToken)
    {
        Demand(AccessAction.Read, kind);
        return reading.ReportAsync(ReadingScopeNow(), question, cancellationToken);
    }

    /// <summary>
    /// The rows of one question by keys (<see cref="ReadingSide.AskByKeysAsync"/>), for a field below another record: none where the caller
    /// may not read such records, which shows as a field without a value.
    /// </summary>
    /// <param name="plannedAnew">Whether a plan that knows the scope is worth its planning.</param>
    internal async Task<List<TRow>> ReadByKeysAsync<TRow>(
        RecordKind kind, Func<ReadingContext, IAsyncEnumerable<TRow>> ask, CancellationToken cancellationToken, bool plannedAnew = false)
    {
        if (!May(AccessAction.Read, kind)) return [];
        var scope = ReadingScopeNow();
        return plannedAnew
            ? await reading.AskAsync(scope, AllAsync, cancellationToken) : await reading.AskByKeysAsync(scope, AllAsync, cancellationToken);

        async Task<List<TRow>> AllAsync(ReadingContext context, CancellationToken stop)
        {
            var rows = new List<TRow>();
            await foreach (var row in ask(context).WithCancellation(stop)) rows.Add(row);
            return rows;
        }
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
