using System.Linq.Expressions;
using System.Text.Json;
using OrleansScheduling.GraphQL.Building;

namespace OrleansScheduling.Api.GraphQL.Paging;

/// <summary>Which way a list is sorted.</summary>
[GraphQLName("SortEnumType")]
public enum SortDirection
{
    None = 0,
    Asc = 1,
    Desc = 2,
}

/// <summary>A column that a list can be sorted by. It is never null: where there may be no value, the field says what stands for
/// it.</summary>
abstract class SortField<TRow>(string name)
{
    public string Name { get; } = name;

    public abstract IOrderedQueryable<TRow> Sort(IQueryable<TRow> rows, bool isFirst, bool descending);

    /// <summary>The row's own value, for a cursor.</summary>
    public abstract object ValueOf(TRow row);

    /// <summary>Whether a row comes strictly behind a value, or has the same value, as conditions on one row.</summary>
    public abstract (Expression Behind, Expression Same, Expression NotBefore) Compare(
        ParameterExpression row, JsonElement value, bool descending);
}

static class SortField
{
    public static SortField<TRow> Of<TRow, T>(string name, Expression<Func<TRow, T>> column)
        where T : notnull => new Column<TRow, T>(name, column);

    sealed class Column<TRow, T>(string name, Expression<Func<TRow, T>> column) : SortField<TRow>(name)
        where T : notnull
    {
        static readonly System.Reflection.MethodInfo CompareText =
            typeof(string).GetMethod(nameof(string.Compare), [typeof(string), typeof(string)])!;

        readonly Lazy<Func<TRow, T>> read = new(column.Compile);

        public override IOrderedQueryable<TRow> Sort(IQueryable<TRow> rows, bool isFirst, bool descending) => (isFirst, descending) switch
        {
            (true, false) => rows.OrderBy(column),
            (true, true) => rows.OrderByDescending(column),
            (false, false) => ((IOrderedQueryable<TRow>)rows).ThenBy(column),
            (false, true) => ((IOrderedQueryable<TRow>)rows).ThenByDescending(column),
        };

        public override object ValueOf(TRow row) => read.Value(row);

        public override (Expression Behind, Expression Same, Expression NotBefore) Compare(
            ParameterExpression row, JsonElement value, bool descending)
        {
            var wanted = value.Deserialize<T>() ?? throw new JsonException("A cursor holds no null.");
            var own = Rows.Replace(column.Body, column.Parameters[0], row);
            var other = Rows.Parameter(wanted);
            var same = Expression.Equal(own, other);
            if (typeof(T) == typeof(string))
            {
                // Texts have no > in C#; both databases compare them as they sort them.
                own = Expression.Call(CompareText, own, other);
                other = Expression.Constant(0);
            }

            return descending
                ? (Expression.LessThan(own, other), same, Expression.LessThanOrEqual(own, other))
                : (Expression.GreaterThan(own, other), same, Expression.GreaterThanOrEqual(own, other));
        }
    }
}
