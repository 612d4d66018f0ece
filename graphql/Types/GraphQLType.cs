using System.Diagnostics.CodeAnalysis;
using OrleansScheduling.GraphQL.Language;

namespace OrleansScheduling.GraphQL.Types;

/// <summary>A named type, or a list or non-null wrapper around one.</summary>
public abstract class GraphQLType
{
    public NamedType NamedType => this switch
    {
        NamedType named => named,
        ListType list => list.OfType.NamedType,
        NonNullType nonNull => nonNull.OfType.NamedType,
        _ => throw new InvalidOperationException("Unknown wrapper."),
    };

    public GraphQLType NullableType => this is NonNullType nonNull ? nonNull.OfType : this;

    public bool IsInput => NamedType is ScalarType or EnumType or InputObjectType;

    public bool IsOutput => NamedType is not InputObjectType;
}

public sealed class ListType(GraphQLType ofType) : GraphQLType
{
    public GraphQLType OfType { get; } = ofType;

    public override string ToString() => $"[{OfType}]";
}

public sealed class NonNullType(GraphQLType ofType) : GraphQLType
{
    public GraphQLType OfType { get; } = ofType is NonNullType
        ? throw new ArgumentException("Non-null can't wrap non-null.", nameof(ofType)) : ofType;

    public override string ToString() => $"{OfType}!";
}

public abstract class NamedType(string name) : GraphQLType
{
    public string Name { get; } = name;

    public string? Description { get; internal set; }

    public TypeDefinitionNode? AstNode { get; internal set; }

    public IReadOnlyList<TypeDefinitionNode> ExtensionNodes { get; internal set; } = [];

    public bool IsLeaf => this is ScalarType or EnumType;

    public bool IsComposite => this is ComplexType or UnionType;

    public bool IsAbstract => this is InterfaceType or UnionType;

    public override string ToString() => Name;
}

/// <summary>An object or an interface.</summary>
public abstract class ComplexType(string name) : NamedType(name)
{
    public NamedList<FieldDefinition> Fields { get; internal set; } = [];

    public IReadOnlyList<InterfaceType> Interfaces { get; internal set; } = [];
}

public sealed class ObjectType(string name) : ComplexType(name)
{
    /// <summary>The CLR types whose instances are of this type; empty when the schema came from SDL.</summary>
    public IReadOnlyList<Type> ClrTypes { get; internal set; } = [];

    /// <summary>The reference implementation's <c>isTypeOf</c>: how an abstract type finds its runtime type without
    /// <c>__typename</c>.</summary>
    public Func<object, bool>? IsTypeOf { get; internal set; }
}

public sealed class InterfaceType(string name) : ComplexType(name)
{
    public Func<object, string?>? ResolveType { get; internal set; }
}

public sealed class UnionType(string name) : NamedType(name)
{
    public IReadOnlyList<ObjectType> Types { get; internal set; } = [];

    public Func<object, string?>? ResolveType { get; internal set; }
}

public sealed class EnumType(string name) : NamedType(name)
{
    Dictionary<object, EnumValue>? byValue;

    public NamedList<EnumValue> Values { get; internal set; } = [];

    public bool TryGetByValue(object value, [MaybeNullWhen(false)] out EnumValue result)
    {
        byValue ??= Values.ToDictionary(v => v.Value);
        return byValue.TryGetValue(value, out result);
    }
}

public sealed class EnumValue(string name, object value) : INamed
{
    public string Name { get; } = name;

    /// <summary>What resolvers return and receive: a CLR enum constant, or the name itself when the schema came from SDL.</summary>
    public object Value { get; } = value;

    public string? Description { get; internal init; }

    public string? DeprecationReason { get; internal init; }

    public EnumValueDefinitionNode? AstNode { get; internal init; }
}

public sealed class InputObjectType(string name) : NamedType(name)
{
    public NamedList<InputValue> Fields { get; internal set; } = [];

    /// <summary><c>@oneOf</c>: exactly one field must be given, and it must not be null.</summary>
    public bool IsOneOf { get; internal set; }
}

/// <summary>An argument or a field of an input object.</summary>
public sealed class InputValue(string name, GraphQLType type) : INamed
{
    public string Name { get; } = name;

    public GraphQLType Type { get; } = type;

    public string? Description { get; internal init; }

    public string? DeprecationReason { get; internal init; }

    /// <summary>Of an argument: what it adds to the price of a field that it is given to; 0 for most.</summary>
    public int CostWeight { get; internal init; }

    public bool HasDefault
    {
        get => ComputeDefault() && field;
        internal set;
    }

    /// <summary>The coerced default; meaningful only with <see cref="HasDefault"/>, since null is a value too.</summary>
    public object? DefaultValue
    {
        get => ComputeDefault() ? field : null;
        internal set;
    }

    /// <summary>
    /// The literal of the default, coerced when it is first needed: by then the input objects that it is made of are complete.
    /// </summary>
    internal ValueNode? DefaultLiteral { get; set; }

    bool computing;

    bool ComputeDefault()
    {
        if (DefaultLiteral is not { } literal) return true;
        if (computing)
            throw new Building.SchemaException(
                [GraphQLError.At($"Invalid circular reference. The default value of \"{Name}\" references itself.", null, literal)]);
        computing = true;
        object? value = null;
        var has = Type.IsInput && InputCoercion.TryCoerce(literal, Type, null, out value);
        computing = false;
        DefaultLiteral = null;
        (HasDefault, DefaultValue) = (has, value);
        return true;
    }

    public InputValueDefinitionNode? AstNode { get; internal init; }

    /// <summary>Turns the coerced value into what the resolver's parameter wants; null when it can be passed as it is.</summary>
    internal Func<object?, object?>? Convert { get; init; }

    public bool IsRequired => Type is NonNullType && !HasDefault;
}

public sealed class FieldDefinition(string name, GraphQLType type) : INamed
{
    public string Name { get; } = name;

    public GraphQLType Type { get; } = type;

    public NamedList<InputValue> Arguments { get; internal init; } = [];

    public string? Description { get; internal init; }

    public string? DeprecationReason { get; internal init; }

    public FieldDefinitionNode? AstNode { get; internal init; }

    /// <summary>Null: the default resolver looks the field up by name in the source.</summary>
    public FieldResolver? Resolver { get; internal set; }

    /// <summary>For fields of the subscription type: where the events come from.</summary>
    public Subscriber? Subscriber { get; internal set; }

    /// <summary>What the field costs, when that isn't 0 for a leaf and 1 for an object.</summary>
    public int? CostWeight { get; internal set; }

    /// <summary>How many items a list without pages has, for the price; null: as the options assume.</summary>
    public ListSize? ListSize { get; internal set; }

    /// <summary>The field is a connection, whose page size is bounded and whose price follows <c>first</c> or <c>last</c>.</summary>
    public bool IsPaged { get; internal set; }
}

public sealed class Directive(string name, IReadOnlyList<string> locations) : INamed
{
    public string Name { get; } = name;

    public IReadOnlyList<string> Locations { get; } = locations;

    public NamedList<InputValue> Arguments { get; internal init; } = [];

    public string? Description { get; internal init; }

    public bool IsRepeatable { get; internal init; }

    public DirectiveDefinitionNode? AstNode { get; internal init; }
}

/// <summary>How many items a list has, for the price of an operation.</summary>
/// <param name="Assumed">Where nothing in the request says it.</param>
/// <param name="SlicingArgument">The argument that says it; a dot leads into an input object.</param>
/// <param name="SizedField">The list below the field that has this size; null: the field itself.</param>
/// <param name="Times">Items for each one that the argument says.</param>
public sealed record ListSize(int Assumed, string? SlicingArgument = null, string? SizedField = null, int Times = 1);
