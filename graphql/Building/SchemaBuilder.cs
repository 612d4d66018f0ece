using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using OrleansScheduling.GraphQL.Types;
using OrleansScheduling.GraphQL.Validation;

namespace OrleansScheduling.GraphQL.Building;

/// <summary>
/// Makes a schema from plain C#: public members become fields, nullable reference types decide nullability, doc comments become
/// descriptions.
/// The conventions are Hot Chocolate's.
/// </summary>
public sealed partial class SchemaBuilder
{
    readonly List<Type> queries = [];
    readonly List<Type> mutations = [];
    readonly List<Type> subscriptions = [];
    readonly List<Type> extraTypes = [];
    readonly List<Type> extensions = [];
    readonly Dictionary<Type, ScalarType> scalars = new(ClrScalars.ByClrType);
    readonly Dictionary<Type, NamedType> outputs = [];
    readonly Dictionary<Type, NamedType> inputs = [];
    readonly Dictionary<string, NamedType> byName = new(StringComparer.Ordinal);
    readonly Queue<Action> pending = new();
    readonly NullabilityInfoContext nullability = new();
    Func<FieldInfo, bool> isLeftOutOfEnum = static _ => false;
    Func<Type, bool> isService = static type => type == typeof(IServiceProvider);

    /// <summary>Adds a class whose members are fields of the query type; there may be several.</summary>
    public SchemaBuilder AddQuery<T>() => Add(queries, typeof(T));

    public SchemaBuilder AddMutation<T>() => Add(mutations, typeof(T));

    /// <summary>Adds a class whose methods give streams of events.</summary>
    public SchemaBuilder AddSubscription<T>() => Add(subscriptions, typeof(T));

    /// <summary>Adds a type that no field mentions, such as an implementation of an interface in another assembly.</summary>
    public SchemaBuilder AddType<T>() => Add(extraTypes, typeof(T));

    /// <summary>Adds a class marked with <see cref="ExtendObjectTypeAttribute"/>.</summary>
    public SchemaBuilder AddExtension<T>() => Add(extensions, typeof(T));

    /// <summary>The CLR type travels as this scalar.</summary>
    public SchemaBuilder BindScalar<T>(ScalarType scalar)
    {
        scalars[typeof(T)] = scalar;
        return this;
    }

    /// <summary>Keeps enum values out of the schema, such as a zero that means "not said"; like <see cref="GraphQLIgnoreAttribute"/>, for
    /// enums of other assemblies.</summary>
    public SchemaBuilder LeaveOutEnumValues(Func<FieldInfo, bool> isLeftOut)
    {
        isLeftOutOfEnum = isLeftOut;
        return this;
    }

    /// <summary>Parameters of types that the container knows are services, not arguments.</summary>
    public SchemaBuilder UseServices(IServiceProviderIsService known)
    {
        // The container has an answer for every list, if an empty one.
        isService = type => type == typeof(IServiceProvider) || (ClrShape.ItemOf(type) is null && known.IsService(type));
        return this;
    }

    SchemaBuilder Add(List<Type> types, Type type)
    {
        types.Add(type);
        return this;
    }

    /// <summary>Throws <see cref="SchemaException"/> when the classes don't make a valid schema.</summary>
    public Schema Build()
    {
        var parts = new SchemaParts
        {
            Query = Root("Query", queries, MemberRole.Query),
            Mutation = Root("Mutation", mutations, MemberRole.Mutation),
            Subscription = Root("Subscription", subscriptions, MemberRole.Subscription),
        };
        foreach (var type in extraTypes) Output(type);
        Drain();
        while (AddImplementations()) Drain();
        parts.Types.AddRange(
        [
            .. new[] { parts.Query, parts.Mutation, parts.Subscription }.OfType<NamedType>(),
            .. byName.Values.Where(type => type is not ScalarType { IsSpecified: true }).OrderBy(type => type.Name, StringComparer.Ordinal),
        ]);
        var schema = new Schema(parts);
        SchemaException.ThrowIfAny(SchemaValidator.Validate(schema));
        return schema;
    }

    void Drain()
    {
        while (pending.TryDequeue(out var complete)) complete();
    }

    ObjectType? Root(string name, List<Type> classes, MemberRole role)
    {
        if (classes.Count == 0) return null;
        var root = new ObjectType(name);
        pending.Enqueue(() => root.Fields = new NamedList<FieldDefinition>(classes.SelectMany(type => FieldsOf(type, type, role))));
        return root;
    }

    /// <summary>Interfaces and unions are completed by the classes of their assembly; that may bring new interfaces in.</summary>
    bool AddImplementations()
    {
        var before = outputs.Count;
        foreach (var contract in outputs.Where(pair => pair.Value.IsAbstract).Select(pair => pair.Key).ToList())
            foreach (var type in contract.Assembly.GetTypes())
                if (type is { IsClass: true, IsAbstract: false, IsGenericTypeDefinition: false } && contract.IsAssignableFrom(type)
                    && (type.IsPublic || type.IsNestedPublic)) Output(type);
        LinkAbstractTypes();
        return outputs.Count > before;
    }

    void LinkAbstractTypes()
    {
        var objects = outputs.Where(pair => pair.Value is ObjectType).OrderBy(pair => pair.Value.Name, StringComparer.Ordinal).ToList();
        foreach (var (clrType, type) in outputs)
        {
            if (type is UnionType union)
                union.Types = [
                    .. objects.Where(pair => clrType.IsAssignableFrom(pair.Key)).Select(pair => (ObjectType)pair.Value).Distinct()];
            if (type is not ComplexType complex) continue;
            var contracts = outputs.Where(pair => pair.Value is InterfaceType && pair.Key != clrType && pair.Key.IsAssignableFrom(clrType))
                .Select(pair => (InterfaceType)pair.Value);
            complex.Interfaces = [
                .. complex.Interfaces.Concat(contracts).Distinct().OrderBy(contract => contract.Name, StringComparer.Ordinal)];
        }
    }

    /// <summary>The named type for a CLR type in the response.</summary>
    NamedType Output(Type type)
    {
        if (scalars.TryGetValue(type, out var scalar)) return Register(scalar);
        if (outputs.TryGetValue(type, out var known)) return known;
        var name = Naming.Type(type, input: false);
        if (type.IsEnum) return outputs[type] = inputs[type] = Register(Enumeration(type));
        if (type == typeof(object) || type.IsPrimitive || type.Namespace == "System")
            throw new SchemaException([new GraphQLError($"There is no GraphQL type for {type}.")]);
        NamedType result = type switch
        {
            _ when type.IsDefined(typeof(UnionTypeAttribute), false) => new UnionType(name),
            { IsInterface: true } or { IsAbstract: true, IsClass: true } => new InterfaceType(name),
            _ => new ObjectType(name) { ClrTypes = [type] },
        };
        result.Description = DocComments.Of(type);
        outputs[type] = Register(result);
        if (result is ComplexType complex) pending.Enqueue(() => complex.Fields = new NamedList<FieldDefinition>(OutputFields(type)));
        return result;
    }

    IEnumerable<FieldDefinition> OutputFields(Type type)
    {
        var own = FieldsOf(type, null, MemberRole.Object);
        var added = extensions.Where(extension => extension.GetCustomAttribute<ExtendObjectTypeAttribute>()?.Type is { } extended
                && extended.IsAssignableFrom(type))
            .SelectMany(extension => FieldsOf(extension, extension, MemberRole.Object));
        return own.Concat(added);
    }

    NamedType Register(NamedType type)
    {
        if (byName.TryGetValue(type.Name, out var other) && !ReferenceEquals(other, type))
            throw new SchemaException(
                [new GraphQLError($"Two C# types would both be called {type.Name}; give one of them a [GraphQLName].")]);
        return byName[type.Name] = type;
    }

    EnumType Enumeration(Type type) => new(Naming.Type(type, input: false))
    {
        Description = DocComments.Of(type),
        Values = new NamedList<EnumValue>(type.GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => !field.IsDefined(typeof(GraphQLIgnoreAttribute)) && !isLeftOutOfEnum(field))
            .Select(field => new EnumValue(Naming.EnumValue(field), field.GetValue(null)!)
            {
                Description = DocComments.Of(field),
                DeprecationReason = Deprecation(field),
            })),
    };

    static string? Deprecation(MemberInfo member) =>
        member.GetCustomAttribute<ObsoleteAttribute>() is { } obsolete ? obsolete.Message ?? BuiltInDirectives.DefaultDeprecationReason
            : null;

    /// <summary>A type reference with its nullability and lists.</summary>
    GraphQLType Reference(Type type, NullabilityInfo? info, bool input, bool id)
    {
        var underlying = Nullable.GetUnderlyingType(type);
        var nullable = underlying is not null
            || (!type.IsValueType && (input ? info?.WriteState : info?.ReadState) == NullabilityState.Nullable);
        var core = underlying ?? type;
        GraphQLType inner;
        if (ClrShape.ItemOf(core) is { } item && !scalars.ContainsKey(core))
            inner = new ListType(Reference(item, core.IsArray ? info?.ElementType : ItemInfo(core, info), input, id));
        else inner = id ? BuiltInScalars.ID : input ? Input(core) : Output(core);
        return nullable ? inner : new NonNullType(inner);
    }

    static NullabilityInfo? ItemInfo(Type list, NullabilityInfo? info) =>
        list.IsGenericType && info?.GenericTypeArguments.Length == 1 ? info.GenericTypeArguments[0] : null;
}

/// <summary>What a member's class is to the schema.</summary>
enum MemberRole
{
    None = 0,
    Query,
    Mutation,
    Subscription,
    Object,
}

/// <summary>Looks through the wrappers of C#: tasks, lists, optional values.</summary>
static class ClrShape
{
    /// <summary>The item type of anything enumerable but strings and dictionaries.</summary>
    public static Type? ItemOf(Type type)
    {
        if (type == typeof(string) || type == typeof(byte[])) return type == typeof(string) ? null : typeof(byte);
        if (type.IsArray) return type.GetElementType();
        var contract = new[] { type }.Concat(type.GetInterfaces())
            .FirstOrDefault(t => t.IsGenericType && t.GetGenericTypeDefinition() == typeof(IEnumerable<>));
        if (contract is not null) return contract.GetGenericArguments()[0];
        return Generic(type, typeof(IAsyncEnumerable<>));
    }

    public static Type? Generic(Type type, Type definition) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == definition ? type.GetGenericArguments()[0] : null;

    /// <summary>The result of a task, with what is known of its nullability; the type itself when it is no task.</summary>
    public static (Type Type, NullabilityInfo? Info) Awaited(Type type, NullabilityInfo? info) =>
        (Generic(type, typeof(Task<>)) ?? Generic(type, typeof(ValueTask<>))) is { } result
            ? (result, info?.GenericTypeArguments.FirstOrDefault()) : (type, info);
}
