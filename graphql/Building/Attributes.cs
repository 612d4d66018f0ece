using OrleansScheduling.GraphQL.Types;

namespace OrleansScheduling.GraphQL.Building;

/// <summary>Gives a type, field, argument or enum value another name than the convention would.</summary>
[AttributeUsage(AttributeTargets.All)]
public sealed class GraphQLNameAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

/// <summary>Keeps a member out of the schema.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Method | AttributeTargets.Field)]
public sealed class GraphQLIgnoreAttribute : Attribute;

/// <summary>The value is an opaque identifier: <c>ID</c> rather than <c>String</c> or <c>Int</c>.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter | AttributeTargets.Method)]
public sealed class IDAttribute : Attribute;

/// <summary>The object that the field belongs to, for resolvers that stand in a class of their own.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ParentAttribute : Attribute;

/// <summary>The parameter comes from the request's services.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ServiceAttribute : Attribute;

/// <summary>The class holds further fields of another type.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ExtendObjectTypeAttribute(Type type) : Attribute
{
    public Type Type { get; } = type;
}

/// <summary>A C# interface or base class without fields of its own that becomes a union of what implements it.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Interface)]
public sealed class UnionTypeAttribute : Attribute;

/// <summary>An input of which exactly one field must be given.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OneOfAttribute : Attribute;

/// <summary>
/// What one call of the field costs, when that is more than an object in memory. On the class of an input: what an argument of that type
/// adds to the price of the field that it is given to.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Method | AttributeTargets.Class)]
public sealed class CostAttribute(int weight) : Attribute
{
    public int Weight { get; } = weight;
}

/// <summary>
/// How many items a list without pages has, for the price of an operation. As <c>@listSize</c> of the GraphQL Cost Directives
/// specification (IBM, 2023).
/// </summary>
/// <param name="assumed">Where nothing in the request says it.</param>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Method)]
public sealed class ListSizeAttribute(int assumed) : Attribute
{
    public int Assumed { get; } = assumed;

    /// <summary>
    /// The argument that says it: a number, or a list that has as many. A dot leads into an input object (<c>search.days</c>).
    /// </summary>
    public string? SlicingArgument { get; init; }

    /// <summary>The list that has this size when it is not the field itself: the next one of this name below it.</summary>
    public string? SizedField { get; init; }

    /// <summary>Items for each one that the argument says.</summary>
    public int Times { get; init; } = 1;

    internal ListSize ToSize() => new(Assumed, SlicingArgument, SizedField, Times);
}

/// <summary>
/// An input whose fields are conditions: one that is given as null is refused, since an answer without it would be taken for the one that
/// was wanted. Fields of type <see cref="Optional{T}"/> see null themselves.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NullRefusedAttribute : Attribute;
