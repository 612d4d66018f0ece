using System.Linq.Expressions;
using OrleansScheduling.Api.GraphQL.Paging;
using OrleansScheduling.Api.GraphQL.Relay;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.GraphQL;

namespace OrleansScheduling.Api.GraphQL.Filtering;

/// <summary>What a filter and an order add to the price of a list: without them a page looks at its own rows alone.</summary>
static class FilterCosts
{
    public const int Filter = 10;
    public const int Sort = 5;
}

/// <summary>A filter of rows: its own conditions, and others joined by "and" and "or".</summary>
interface IRowFilter<TRow, TFilter>
    where TFilter : IRowFilter<TRow, TFilter>
{
    IReadOnlyList<TFilter>? And { get; }

    IReadOnlyList<TFilter>? Or { get; }

    /// <summary>Whether the filter's own conditions ask whose visit it is.</summary>
    bool NamesOperative => false;

    void Add(Conditions<TRow> conditions);
}

/// <summary>Puts the conditions of a filter together, as an expression for the database.</summary>
sealed class Conditions<TRow>(GlobalIds ids)
{
    /// <summary>Filters within filters; more is no longer a question of a person or a report.</summary>
    const int MaxFilters = 50;

    readonly List<Expression<Func<TRow, bool>>> all = [];

    public GlobalIds Ids => ids;

    /// <exception cref="GraphQLException">More filters than the bound.</exception>
    public static IQueryable<TRow> Filter<TFilter>(IQueryable<TRow> rows, TFilter? filter, GlobalIds ids)
        where TFilter : class, IRowFilter<TRow, TFilter>
    {
        var left = MaxFilters;
        return filter is not null && Of(filter, ids, ref left) is { } condition ? rows.Where(condition) : rows;
    }

    /// <summary>Whether a filter, or one within it, asks whose visit it is.</summary>
    public static bool NamesOperative<TFilter>(TFilter? filter)
        where TFilter : class, IRowFilter<TRow, TFilter> =>
        filter is not null && (filter.NamesOperative || (filter.And ?? []).Concat(filter.Or ?? []).Any(NamesOperative));

    static Expression<Func<TRow, bool>>? Of<TFilter>(TFilter filter, GlobalIds ids, ref int left)
        where TFilter : IRowFilter<TRow, TFilter>
    {
        if (--left < 0) throw new GraphQLException($"A filter has at most {MaxFilters} parts.", GraphQLErrorCodes.BadUserInput);
        var conditions = new Conditions<TRow>(ids);
        filter.Add(conditions);
        var all = conditions.all;
        foreach (var part in filter.And ?? [])
        {
            if (Of(part, ids, ref left) is { } condition) all.Add(condition);
        }

        var either = new List<Expression<Func<TRow, bool>>>();
        foreach (var part in filter.Or ?? [])
        {
            if (Of(part, ids, ref left) is { } condition) either.Add(condition);
        }

        // What asks for nothing is fulfilled by every row, and so is "or" with it.
        if (either.Count > 0 && either.Count == filter.Or!.Count) all.Add(Rows.Join(either, Expression.OrElse));
        return all.Count == 0 ? null : Rows.Join(all, Expression.AndAlso);
    }

    public Conditions<TRow> On<T>(EqualityFilter<T>? filter, Expression<Func<TRow, T>> field)
        where T : struct => filter is null ? this : Add(field, filter.On);

    public Conditions<TRow> On<T>(EqualityFilter<T>? filter, Expression<Func<TRow, T?>> field)
        where T : struct => filter is null ? this : Add(field, filter.On);

    public Conditions<TRow> On(BooleanOperationFilterInput? filter, Expression<Func<TRow, bool?>> field) =>
        filter is null ? this : Add(field, filter.On);

    public Conditions<TRow> On(StringOperationFilterInput? filter, Expression<Func<TRow, string?>> field) =>
        filter is null ? this : Add(field, filter.On);

    public Conditions<TRow> On(IdOperationFilterInput? filter, NodeKind kind, Expression<Func<TRow, int?>> field) =>
        OnId<int>(filter, field, text => text is null ? null : ids.DecodeSmall(kind, text));

    /// <summary>As the one before, for jobs: their numbers are long.</summary>
    public Conditions<TRow> OnJob(IdOperationFilterInput? filter, Expression<Func<TRow, long?>> field) =>
        // No job has -1.
        OnId<long>(filter, field, text => text is null ? null : ids.Decode(NodeKind.Job, text) ?? -1);

    /// <summary>As the one before, by the reference that a job's number is written as.</summary>
    public Conditions<TRow> OnReference(IdOperationFilterInput? filter, Expression<Func<TRow, long?>> field) => OnId<long>(
        filter, field, text => text is null ? null : JobId.TryParse(text, out var job) ? job.Value : -1);

    Conditions<TRow> OnId<T>(IdOperationFilterInput? filter, LambdaExpression field, Func<string?, T?> decode)
        where T : struct
    {
        if (filter is null) return this;
        if (filter.Eq.IsSet) Add(field, value => [Expression.Equal(value, Rows.Parameter(decode(filter.Eq.Value)))]);
        if (filter.Neq.IsSet) Add(field, value => [Expression.NotEqual(value, Rows.Parameter(decode(filter.Neq.Value)))]);
        if (Operand.Of(filter.In, "in") is { } within) Add(field, value => [IsOneOf(value, within)]);
        if (Operand.Of(filter.Nin, "nin") is { } without) Add(field, value => [Expression.Not(IsOneOf(value, without))]);
        return this;

        MethodCallExpression IsOneOf(Expression value, IReadOnlyList<string> texts) => Expression.Call(
            typeof(Enumerable), nameof(Enumerable.Contains), [typeof(T?)], Rows.Parameter(texts.Select(decode).ToArray()), value);
    }

    public Conditions<TRow> On<TItem>(
        ListStringOperationFilterInput? filter,
        Expression<Func<TRow, IEnumerable<TItem>>> items,
        Expression<Func<TItem, string?>> code)
    {
        if (filter is null) return this;
        if (filter.Some is { } some) Add(items, value => [Any(value, some)]);
        if (filter.None is { } none) Add(items, value => [Expression.Not(Any(value, none))]);
        if (Operand.Of(filter.Any, "any") is { } any)
        {
            Add(items, value =>
            {
                Expression exists = Expression.Call(typeof(Enumerable), nameof(Enumerable.Any), [typeof(TItem)], value);
                return [any ? exists : Expression.Not(exists)];
            });
        }

        return this;

        Expression Any(Expression list, StringOperationFilterInput wanted)
        {
            var conditions = wanted.On(code.Body).ToList();
            var isLike = conditions.Count == 0 ? Expression.Constant(true) : conditions.Aggregate(Expression.AndAlso);
            return Expression.Call(
                typeof(Enumerable), nameof(Enumerable.Any), [typeof(TItem)], list,
                Expression.Lambda<Func<TItem, bool>>(isLike, code.Parameters[0]));
        }
    }

    /// <summary>A condition of its own.</summary>
    public Conditions<TRow> On(Expression<Func<TRow, bool>>? condition)
    {
        if (condition is not null) all.Add(condition);
        return this;
    }

    Conditions<TRow> Add(LambdaExpression field, Func<Expression, IEnumerable<Expression>> conditions)
    {
        foreach (var condition in conditions(Plain(field.Body)))
            all.Add(Expression.Lambda<Func<TRow, bool>>(condition, field.Parameters[0]));
        return this;
    }

    /// <summary>Lists are given as the interface that they are enumerated by; the database knows the property.</summary>
    static Expression Plain(Expression body) =>
        body is UnaryExpression { NodeType: ExpressionType.Convert } cast && !body.Type.IsValueType ? cast.Operand : body;
}
