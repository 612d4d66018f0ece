using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using OrleansScheduling.Api.GraphQL.Relay;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.Ledger.Reading;

namespace OrleansScheduling.Api.GraphQL.Paging;

/// <summary>Reads one page of a list: one statement for the page, one more for the count when the client asks for it.</summary>
public sealed class PageReader(Records records, GlobalIds ids)
{
    internal GlobalIds Ids => ids;

    /// <inheritdoc cref="Records.DemandOperatives"/>
    internal void DemandOperatives(bool asked) => records.DemandOperatives(asked);

    /// <param name="kind">What the list is of, for the policy.</param>
    /// <param name="query">The list, filtered and not sorted.</param>
    /// <param name="columns">Those of a row that the order and the node look at; null for all.</param>
    internal async Task<Connection<TNode>> ReadAsync<TRow, TNode>(
        RecordKind kind,
        Func<ReadingContext, IQueryable<TRow>> query,
        SortOrder<TRow> order,
        PageArguments page,
        Func<TRow, TNode> node,
        CancellationToken cancellationToken,
        Expression<Func<TRow, TRow>>? columns = null)
        where TRow : class
        where TNode : notnull
    {
        var rows = await records.AskAsync(kind, (context, stop) => WantedOf(context).ToListAsync(stop), cancellationToken);
        var isMore = rows.Count > page.Size;
        if (isMore) rows.RemoveAt(page.Size);
        if (page.Backward) rows.Reverse();
        var edges = rows.ConvertAll(row => new Edge<TNode>(() => order.CursorOf(row, ids), node(row)));
        var info = new PageInfo(
            page.Backward ? page.Before is not null : isMore,
            page.Backward ? isMore : page.After is not null,
            () => edges.Count > 0 ? edges[0].Cursor : null,
            () => edges.Count > 0 ? edges[^1].Cursor : null);
        return new Connection<TNode>(edges, info, CountAsync);

        IQueryable<TRow> WantedOf(ReadingContext context)
        {
            var wanted = query(context);
            if (page.After is { } after) wanted = wanted.Where(order.Behind(after, backward: false, ids));
            if (page.Before is { } before) wanted = wanted.Where(order.Behind(before, backward: true, ids));
            // One row more tells whether there is another page.
            wanted = order.Sort(wanted, page.Backward).Take(page.Size + 1);
            return columns is null ? wanted : wanted.Select(columns);
        }

        Task<int> CountAsync(CancellationToken token) =>
            records.AskAsync(kind, (context, stop) => query(context).CountAsync(stop), token);
    }
}
