using System.Linq.Expressions;
using OrleansScheduling.Api.GraphQL.Paging;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.GraphQL;
using OrleansScheduling.GraphQL.Building;

namespace OrleansScheduling.Api.GraphQL.Filtering;

/// <summary>
/// What a value is compared with. "More than nothing" is true of no row or of all, as one likes: a client that sends null has forgotten to
/// fill something in, and an answer that leaves its condition out would be taken for the one that was wanted.
/// </summary>
static class Operand
{
    /// <returns>Null: left out, so nothing is asked.</returns>
    /// <exception cref="GraphQLException">It was given as null.</exception>
    public static T? Of<T>(Optional<T?> given, string name)
        where T : struct => given.IsSet ? given.Value ?? throw IsNull(name) : null;

    /// <inheritdoc cref="Of{T}(Optional{T?}, string)"/>
    public static T? Of<T>(Optional<T?> given, string name)
        where T : class => given.IsSet ? given.Value ?? throw IsNull(name) : null;

    static GraphQLException IsNull(string name) => new(
        $"The condition `{name}` takes a value, and null is none: leave it out to ask for nothing, or use `eq` or `neq`.",
        GraphQLErrorCodes.BadUserInput);
}

/// <summary>What may be asked of one value. All that is given must hold.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
public abstract class EqualityFilter<T>
    where T : struct
{
    /// <summary>The same; null: no value.</summary>
    public Optional<T?> Eq { get; init; }

    /// <summary>Not the same; null: any value.</summary>
    public Optional<T?> Neq { get; init; }

    /// <summary>One of these.</summary>
    public Optional<IReadOnlyList<T>?> In { get; init; }

    /// <summary>None of these.</summary>
    public Optional<IReadOnlyList<T>?> Nin { get; init; }

    internal virtual IEnumerable<Expression> On(Expression value)
    {
        if (Eq.IsSet) yield return Expression.Equal(Nullable(value), Rows.Parameter(Eq.Value));
        if (Neq.IsSet) yield return Expression.NotEqual(Nullable(value), Rows.Parameter(Neq.Value));
        if (Operand.Of(In, "in") is { } within) yield return IsOneOf(value, within);
        if (Operand.Of(Nin, "nin") is { } without) yield return Expression.Not(IsOneOf(value, without));
    }

    private protected static Expression Nullable(Expression value) =>
        value.Type == typeof(T?) ? value : Expression.Convert(value, typeof(T?));

    static MethodCallExpression IsOneOf(Expression value, IReadOnlyList<T> values) => Expression.Call(
        typeof(Enumerable), nameof(Enumerable.Contains), [typeof(T?)], Rows.Parameter(values.Select(one => (T?)one).ToArray()),
        Nullable(value));
}

/// <inheritdoc cref="EqualityFilter{T}"/>
public abstract class ComparableFilter<T> : EqualityFilter<T>
    where T : struct
{
    /// <summary>After or more than.</summary>
    public Optional<T?> Gt { get; init; }

    /// <summary>The same, after or more.</summary>
    public Optional<T?> Gte { get; init; }

    /// <summary>Before or less than.</summary>
    public Optional<T?> Lt { get; init; }

    /// <summary>The same, before or less.</summary>
    public Optional<T?> Lte { get; init; }

    internal override IEnumerable<Expression> On(Expression value)
    {
        foreach (var condition in base.On(value)) yield return condition;
        if (Operand.Of(Gt, "gt") is { } gt) yield return Expression.GreaterThan(Nullable(value), Rows.Parameter<T?>(gt));
        if (Operand.Of(Gte, "gte") is { } gte) yield return Expression.GreaterThanOrEqual(Nullable(value), Rows.Parameter<T?>(gte));
        if (Operand.Of(Lt, "lt") is { } lt) yield return Expression.LessThan(Nullable(value), Rows.Parameter<T?>(lt));
        if (Operand.Of(Lte, "lte") is { } lte) yield return Expression.LessThanOrEqual(Nullable(value), Rows.Parameter<T?>(lte));
    }
}

/// <inheritdoc cref="EqualityFilter{T}"/>
public sealed class IntOperationFilterInput : ComparableFilter<int>;

/// <inheritdoc cref="EqualityFilter{T}"/>
public sealed class FloatOperationFilterInput : ComparableFilter<double>;

/// <inheritdoc cref="EqualityFilter{T}"/>
public sealed class DateOperationFilterInput : ComparableFilter<DateOnly>;

/// <inheritdoc cref="EqualityFilter{T}"/>
public sealed class DateTimeOperationFilterInput : ComparableFilter<DateTimeOffset>
{
    internal override IEnumerable<Expression> On(Expression value) => Utc().OnUtc(value);

    IEnumerable<Expression> OnUtc(Expression value) => base.On(value);

    // PostgreSQL's timestamps have no offset; neither database keeps more than microseconds.
    DateTimeOperationFilterInput Utc() => new()
    {
        Eq = Utc(Eq),
        Neq = Utc(Neq),
        In = Utc(In),
        Nin = Utc(Nin),
        Gt = Utc(Gt),
        Gte = Utc(Gte),
        Lt = Utc(Lt),
        Lte = Utc(Lte),
    };

    static Optional<DateTimeOffset?> Utc(Optional<DateTimeOffset?> moment) =>
        moment.IsSet ? new Optional<DateTimeOffset?>(moment.Value?.ToUniversalTime()) : default;

    static Optional<IReadOnlyList<DateTimeOffset>?> Utc(Optional<IReadOnlyList<DateTimeOffset>?> moments) => moments.IsSet
        ? new Optional<IReadOnlyList<DateTimeOffset>?>(moments.Value?.Select(moment => moment.ToUniversalTime()).ToList())
        : default;
}

/// <inheritdoc cref="EqualityFilter{T}"/>
public sealed class JobStatusOperationFilterInput : EqualityFilter<JobStatus>;

/// <inheritdoc cref="EqualityFilter{T}"/>
public sealed class VisitStateOperationFilterInput : EqualityFilter<VisitState>;

/// <inheritdoc cref="EqualityFilter{T}"/>
public sealed class PropertyKindOperationFilterInput : EqualityFilter<PropertyKind>;

/// <inheritdoc cref="EqualityFilter{T}"/>
public sealed class OrganisationKindOperationFilterInput : EqualityFilter<OrganisationKind>;

/// <summary>What may be asked of a yes or no.</summary>
public sealed class BooleanOperationFilterInput
{
    public Optional<bool?> Eq { get; init; }

    public Optional<bool?> Neq { get; init; }

    internal IEnumerable<Expression> On(Expression value)
    {
        var own = value.Type == typeof(bool?) ? value : Expression.Convert(value, typeof(bool?));
        if (Operand.Of(Eq, "eq") is { } eq) yield return Expression.Equal(own, Rows.Parameter<bool?>(eq));
        if (Operand.Of(Neq, "neq") is { } neq) yield return Expression.NotEqual(own, Rows.Parameter<bool?>(neq));
    }
}

/// <summary>What may be asked of an id. An id that names nothing is the same as that of no row.</summary>
public sealed class IdOperationFilterInput
{
    /// <summary>The same; null: no value.</summary>
    [ID]
    public Optional<string?> Eq { get; init; }

    /// <summary>Not the same; null: any value.</summary>
    [ID]
    public Optional<string?> Neq { get; init; }

    /// <summary>One of these.</summary>
    [ID]
    public Optional<IReadOnlyList<string>?> In { get; init; }

    /// <summary>None of these.</summary>
    [ID]
    public Optional<IReadOnlyList<string>?> Nin { get; init; }
}

/// <summary>What may be asked of a text. <c>eq</c> and <c>in</c> compare exactly; the others leave upper and lower case of A to Z
/// aside.</summary>
public sealed class StringOperationFilterInput
{
    /// <summary>The same; null: no value.</summary>
    public Optional<string?> Eq { get; init; }

    /// <summary>Not the same; null: any value.</summary>
    public Optional<string?> Neq { get; init; }

    /// <summary>One of these.</summary>
    public Optional<IReadOnlyList<string>?> In { get; init; }

    /// <summary>None of these.</summary>
    public Optional<IReadOnlyList<string>?> Nin { get; init; }

    public Optional<string?> Contains { get; init; }

    public Optional<string?> StartsWith { get; init; }

    public Optional<string?> EndsWith { get; init; }

    internal IEnumerable<Expression> On(Expression value)
    {
        if (Eq.IsSet) yield return Expression.Equal(value, Rows.Parameter(Storable(Eq.Value)));
        if (Neq.IsSet) yield return Expression.NotEqual(value, Rows.Parameter(Storable(Neq.Value)));
        if (Operand.Of(In, "in") is { } within) yield return IsOneOf(value, within);
        if (Operand.Of(Nin, "nin") is { } without) yield return Expression.Not(IsOneOf(value, without));
        if (Operand.Of(Contains, "contains") is { } part) yield return Of(nameof(string.Contains), value, part);
        if (Operand.Of(StartsWith, "startsWith") is { } start) yield return Of(nameof(string.StartsWith), value, start);
        if (Operand.Of(EndsWith, "endsWith") is { } end) yield return Of(nameof(string.EndsWith), value, end);
    }

    static MethodCallExpression IsOneOf(Expression value, IReadOnlyList<string> values) =>
        Expression.Call(
            typeof(Enumerable), nameof(Enumerable.Contains), [typeof(string)], Rows.Parameter(values.Select(Storable).ToArray()), value);

    static MethodCallExpression Of(string method, Expression value, string part)
    {
        var lower = Expression.Call(value, typeof(string).GetMethod(nameof(string.ToLower), Type.EmptyTypes)!);
        return Expression.Call(
            lower, typeof(string).GetMethod(method, [typeof(string)])!, Rows.Parameter(LowerAscii(Storable(part)!)));
    }

    /// <summary>
    /// No recorded text has a NUL or half a surrogate pair, and PostgreSQL takes none: a character that nothing has stands for them.
    /// </summary>
    static string? Storable(string? text) => text is null || (!text.Contains('\0', StringComparison.Ordinal) && IsWhole(text))
        ? text
        : System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD');

    static bool IsWhole(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return false;
            i++;
        }

        return true;
    }

    /// <summary>SQLite lowers A to Z only; so that both databases find the same, so does this.</summary>
    static string LowerAscii(string text) => string.Create(text.Length, text, static (letters, from) =>
    {
        for (var i = 0; i < letters.Length; i++) letters[i] = char.IsAsciiLetterUpper(from[i]) ? (char)(from[i] | 0x20) : from[i];
    });
}

/// <summary>What may be asked of a list of codes.</summary>
[NullRefused]
public sealed class ListStringOperationFilterInput
{
    /// <summary>At least one is like this.</summary>
    public StringOperationFilterInput? Some { get; init; }

    /// <summary>None is like this.</summary>
    public StringOperationFilterInput? None { get; init; }

    /// <summary>Whether there is any at all.</summary>
    public Optional<bool?> Any { get; init; }
}
