using System.Linq.Expressions;

namespace OrleansScheduling.Api.GraphQL.Paging;

/// <summary>Conditions put together from parts.</summary>
static class Rows
{
    /// <summary>A value that the database gets as a parameter, so that another value is not another statement.</summary>
    public static Expression Parameter<T>(T value) =>
        Expression.Property(Expression.Constant(new Box<T>(value)), nameof(Box<T>.Value));

    public static Expression Replace(Expression body, ParameterExpression parameter, Expression by) =>
        new Replacing(parameter, by).Visit(body);

    public static Expression<Func<TRow, bool>> Join<TRow>(
        IReadOnlyList<Expression<Func<TRow, bool>>> conditions, Func<Expression, Expression, Expression> join)
    {
        var row = Expression.Parameter(typeof(TRow), "row");
        return Expression.Lambda<Func<TRow, bool>>(
            conditions.Select(one => Replace(one.Body, one.Parameters[0], row)).Aggregate(join), row);
    }

    sealed class Replacing(ParameterExpression parameter, Expression by) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == parameter ? by : node;
    }

    /// <summary>What a compiler makes of a captured variable.</summary>
    sealed class Box<T>(T value)
    {
        public T Value { get; } = value;
    }
}
