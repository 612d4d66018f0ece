using System.Linq.Expressions;

namespace OrleansScheduling.Api.GraphQL.Reports;

/// <summary>Builds the key that rows are grouped by: the members that are wanted from the row, nothing for the others.</summary>
static class Grouping
{
    /// <param name="all">The whole key, as a member initialiser.</param>
    /// <param name="wanted">The names of the members that count.</param>
    public static Expression<Func<TRow, TKey>> KeyOf<TRow, TKey>(Expression<Func<TRow, TKey>> all, IReadOnlySet<string> wanted)
    {
        var made = (MemberInitExpression)all.Body;
        var bindings = made.Bindings.Cast<MemberAssignment>().Select(binding => wanted.Contains(binding.Member.Name)
            ? binding
            : Expression.Bind(binding.Member, Expression.Constant(null, binding.Expression.Type)));
        return Expression.Lambda<Func<TRow, TKey>>(Expression.MemberInit(made.NewExpression, bindings), all.Parameters);
    }
}
