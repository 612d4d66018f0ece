using System.Collections.Concurrent;
using OrleansScheduling.GraphQL.Language;

namespace OrleansScheduling.GraphQL.Types;

/// <summary>A complete type system. It never changes once it is built, and many requests read it at once.</summary>
public sealed class Schema
{
    readonly Dictionary<string, NamedType> types = new(StringComparer.Ordinal);
    readonly Dictionary<string, (List<ObjectType> Objects, List<InterfaceType> Interfaces)> implementations = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<NamedType, HashSet<NamedType>> subTypes = new();
    readonly Dictionary<Type, ObjectType> byClrType = [];

    internal Schema(SchemaParts parts)
    {
        Query = parts.Query;
        Mutation = parts.Mutation;
        Subscription = parts.Subscription;
        Description = parts.Description;
        AstNode = parts.AstNode;
        ExtensionNodes = parts.ExtensionNodes;
        Directives = new NamedList<Directive>(
            parts.Directives.Concat(BuiltInDirectives.All.Where(d => parts.Directives.All(own => own.Name != d.Name))));
        foreach (var type in CollectTypes(parts)) types[type.Name] = type;
        foreach (var type in types.Values.OfType<ComplexType>()) Register(type);
    }

    public NamedType? Query { get; }

    public NamedType? Mutation { get; }

    public NamedType? Subscription { get; }

    public string? Description { get; }

    public SchemaNode? AstNode { get; }

    public IReadOnlyList<SchemaNode> ExtensionNodes { get; }

    public NamedList<Directive> Directives { get; }

    /// <summary>All types in a stable order: as defined, each type's scalars after its first use, introspection last.</summary>
    public IReadOnlyCollection<NamedType> Types => types.Values;

    public NamedType? FindType(string name) => types.GetValueOrDefault(name);

    public ObjectType? FindRoot(OperationKind operation) => operation switch
    {
        OperationKind.Query => Query as ObjectType,
        OperationKind.Mutation => Mutation as ObjectType,
        _ => Subscription as ObjectType,
    };

    /// <summary>The type that a reference in a document means; null when the name is unknown.</summary>
    public GraphQLType? Resolve(TypeNode node) => node switch
    {
        NonNullTypeNode nonNull => Resolve(nonNull.Type) is { } inner ? new NonNullType(inner) : null,
        ListTypeNode list => Resolve(list.Type) is { } item ? new ListType(item) : null,
        NamedTypeNode named => FindType(named.Name.Value),
        _ => null,
    };

    /// <summary>The field, or the meta field that every type (or the query type) has without declaring it.</summary>
    public FieldDefinition? FindField(NamedType parent, string name)
    {
        if (name.StartsWith("__", StringComparison.Ordinal))
        {
            if (parent == Query && name == Introspection.SchemaField.Name) return Introspection.SchemaField;
            if (parent == Query && name == Introspection.TypeField.Name) return Introspection.TypeField;
            if (name == Introspection.TypeNameField.Name && parent.IsComposite) return Introspection.TypeNameField;
        }

        return (parent as ComplexType)?.Fields.Find(name);
    }

    public IReadOnlyList<ObjectType> PossibleTypes(NamedType type) => type switch
    {
        UnionType union => union.Types,
        InterfaceType => implementations.TryGetValue(type.Name, out var found) ? found.Objects : [],
        ObjectType single => [single],
        _ => [],
    };

    public IReadOnlyList<InterfaceType> ImplementingInterfaces(InterfaceType type) =>
        implementations.TryGetValue(type.Name, out var found) ? found.Interfaces : [];

    /// <summary>Whether the abstract type may hold the other, directly or through an interface.</summary>
    public bool IsSubType(NamedType abstractType, NamedType type) => subTypes.GetOrAdd(abstractType, key =>
        key is InterfaceType contract ? [.. PossibleTypes(key), .. ImplementingInterfaces(contract)] : [.. PossibleTypes(key)])
            .Contains(type);

    public static bool AreEqual(GraphQLType a, GraphQLType b) => (a, b) switch
    {
        (NonNullType x, NonNullType y) => AreEqual(x.OfType, y.OfType),
        (ListType x, ListType y) => AreEqual(x.OfType, y.OfType),
        _ => ReferenceEquals(a, b),
    };

    /// <summary>Covariance: a value of the first type may stand where the second is expected.</summary>
    public bool IsSubTypeOf(GraphQLType type, GraphQLType super)
    {
        if (ReferenceEquals(type, super)) return true;
        if (super is NonNullType superNonNull) return type is NonNullType strict && IsSubTypeOf(strict.OfType, superNonNull.OfType);
        if (type is NonNullType nonNull) return IsSubTypeOf(nonNull.OfType, super);
        if (super is ListType superList) return type is ListType list && IsSubTypeOf(list.OfType, superList.OfType);
        return type is not ListType && super is NamedType { IsAbstract: true } abstractType && type is ComplexType complex
            && IsSubType(abstractType, complex);
    }

    /// <summary>Whether some object could be of both types at once.</summary>
    public bool Overlap(NamedType a, NamedType b)
    {
        if (a == b) return true;
        if (a.IsAbstract) return b.IsAbstract ? PossibleTypes(a).Any(type => IsSubType(b, type)) : IsSubType(a, b);
        return b.IsAbstract && IsSubType(b, a);
    }

    /// <summary>The object type of a CLR instance, for schemas that were built from C#.</summary>
    internal ObjectType? FindByClrType(Type type) => byClrType.GetValueOrDefault(type);

    void Register(ComplexType type)
    {
        foreach (var contract in type.Interfaces)
        {
            if (!implementations.TryGetValue(contract.Name, out var found))
                implementations[contract.Name] = found = ([], []);
            if (type is ObjectType implementation) found.Objects.Add(implementation);
            else found.Interfaces.Add((InterfaceType)type);
        }

        foreach (var clrType in (type as ObjectType)?.ClrTypes ?? []) byClrType.TryAdd(clrType, (ObjectType)type);
    }

    IEnumerable<NamedType> CollectTypes(SchemaParts parts)
    {
        var order = new List<NamedType>();
        var seen = new HashSet<NamedType>(parts.Types);
        foreach (var type in parts.Types)
        {
            order.Add(type);
            CollectReferenced(type, seen, order);
        }

        foreach (var root in new[] { parts.Query, parts.Mutation, parts.Subscription })
            if (root is not null) Collect(root, seen, order);
        foreach (var argument in Directives.SelectMany(directive => directive.Arguments)) Collect(argument.Type, seen, order);
        Collect(Introspection.SchemaType, seen, order);
        return order;
    }

    static void Collect(GraphQLType type, HashSet<NamedType> seen, List<NamedType> order)
    {
        if (!seen.Add(type.NamedType)) return;
        order.Add(type.NamedType);
        CollectReferenced(type.NamedType, seen, order);
    }

    static void CollectReferenced(NamedType type, HashSet<NamedType> seen, List<NamedType> order)
    {
        switch (type)
        {
            case UnionType union:
                foreach (var member in union.Types) Collect(member, seen, order);
                break;
            case ComplexType complex:
                foreach (var contract in complex.Interfaces) Collect(contract, seen, order);
                foreach (var field in complex.Fields)
                {
                    Collect(field.Type, seen, order);
                    foreach (var argument in field.Arguments) Collect(argument.Type, seen, order);
                }

                break;
            case InputObjectType input:
                foreach (var field in input.Fields) Collect(field.Type, seen, order);
                break;
        }
    }
}

/// <summary>What a schema is made of, before it is closed.</summary>
sealed class SchemaParts
{
    public NamedType? Query { get; set; }

    public NamedType? Mutation { get; set; }

    public NamedType? Subscription { get; set; }

    public string? Description { get; set; }

    public SchemaNode? AstNode { get; set; }

    public IReadOnlyList<SchemaNode> ExtensionNodes { get; set; } = [];

    public List<NamedType> Types { get; } = [];

    public List<Directive> Directives { get; } = [];
}
