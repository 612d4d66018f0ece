using System.Reflection;
using OrleansScheduling.GraphQL.Execution;
using OrleansScheduling.GraphQL.Types;

namespace OrleansScheduling.GraphQL.Building;

public sealed partial class SchemaBuilder
{
    static readonly string[] RecordMembers = [
        "Equals", "GetHashCode", "ToString", "Deconstruct", "PrintMembers", "<Clone>$", "GetType", "EqualityContract"];

    /// <param name="type">The class whose members become fields.</param>
    /// <param name="resolverClass">The class to make an instance of; null when the source itself is the instance.</param>
    /// <param name="role">What the class is to the schema.</param>
    IEnumerable<FieldDefinition> FieldsOf(Type type, Type? resolverClass, MemberRole role)
    {
        const BindingFlags Public = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static;
        var types = type.IsInterface ? type.GetInterfaces().Append(type) : [type];
        foreach (var member in types.SelectMany(t => t.GetMembers(Public)).OrderBy(member => member.MetadataToken))
        {
            if (member.DeclaringType == typeof(object) || RecordMembers.Contains(member.Name)
                || member.IsDefined(typeof(GraphQLIgnoreAttribute), true)) continue;
            if (member is PropertyInfo { GetMethod: { IsPublic: true, IsStatic: false } } property
                && property.GetIndexParameters().Length == 0)
                yield return PropertyField(property, resolverClass);
            if (member is MethodInfo { IsSpecialName: false, IsGenericMethod: false } method
                && (!method.IsStatic || resolverClass is not null)
                && method.ReturnType != typeof(void))
                yield return MethodField(method, resolverClass, role);
        }
    }

    FieldDefinition PropertyField(PropertyInfo property, Type? resolverClass)
    {
        var (type, info) = ClrShape.Awaited(property.PropertyType, nullability.Create(property));
        return new FieldDefinition(Naming.Field(property), Reference(type, info, input: false, property.IsDefined(typeof(IDAttribute))))
        {
            Description = DocComments.Of(property),
            DeprecationReason = Deprecation(property),
            Resolver = ResolverCompiler.Property(property, resolverClass),
            CostWeight = property.GetCustomAttribute<CostAttribute>()?.Weight,
            ListSize = property.GetCustomAttribute<ListSizeAttribute>()?.ToSize(),
        };
    }

    FieldDefinition MethodField(MethodInfo method, Type? resolverClass, MemberRole role)
    {
        var name = Naming.Field(method);
        var parameters = new List<ParameterBinding>();
        var arguments = new List<InputValue>();
        var paged = false;
        foreach (var parameter in method.GetParameters())
        {
            var source = SourceOf(parameter);
            if (parameter.ParameterType == typeof(PageArguments))
            {
                parameters.Add(new ParameterBinding(ParameterSource.Page, parameter.ParameterType, arguments.Count));
                arguments.AddRange(PageInputs());
                paged = true;
            }
            else if (source != ParameterSource.Argument)
            {
                parameters.Add(new ParameterBinding(source, parameter.ParameterType, 0));
            }
            else
            {
                parameters.Add(new ParameterBinding(source, parameter.ParameterType, arguments.Count));
                arguments.Add(Argument(parameter));
            }
        }

        var (type, info) = ClrShape.Awaited(method.ReturnType, nullability.Create(method.ReturnParameter));
        if (role == MemberRole.Subscription) return SubscriptionField(method, resolverClass, name, parameters, arguments, type, info);
        if (role == MemberRole.Mutation) return MutationField(method, resolverClass, name, parameters, arguments, type, info);
        return new FieldDefinition(name, Reference(type, info, input: false, method.IsDefined(typeof(IDAttribute))))
        {
            Description = DocComments.Of(method),
            DeprecationReason = Deprecation(method),
            Arguments = new NamedList<InputValue>(arguments),
            Resolver = ResolverCompiler.Method(method, resolverClass, parameters),
            CostWeight = method.GetCustomAttribute<CostAttribute>()?.Weight,
            ListSize = method.GetCustomAttribute<ListSizeAttribute>()?.ToSize(),
            IsPaged = paged,
        };
    }

    FieldDefinition SubscriptionField(
        MethodInfo method, Type? resolverClass, string name, List<ParameterBinding> parameters, List<InputValue> arguments, Type type,
            NullabilityInfo? info)
    {
        var eventType = ClrShape.Generic(type, typeof(IAsyncEnumerable<>))
            ?? throw new SchemaException(
                [new GraphQLError($"{method.DeclaringType}.{method.Name} must return IAsyncEnumerable<T> to be a subscription.")]);
        return new FieldDefinition(name, Reference(eventType, info?.GenericTypeArguments.FirstOrDefault(), input: false, id: false))
        {
            Description = DocComments.Of(method),
            DeprecationReason = Deprecation(method),
            Arguments = new NamedList<InputValue>(arguments),
            Resolver = new FieldResolver((PropertyResolver)(static source => source)),
            Subscriber = ResolverCompiler.Subscriber(method, resolverClass, parameters, eventType),
            CostWeight = method.GetCustomAttribute<CostAttribute>()?.Weight,
        };
    }

    ParameterSource SourceOf(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (type == typeof(CancellationToken)) return ParameterSource.Cancellation;
        if (type == typeof(ResolverContext)) return ParameterSource.Context;
        if (type == typeof(System.Security.Claims.ClaimsPrincipal)) return ParameterSource.User;
        if (typeof(IDataLoader).IsAssignableFrom(type)) return ParameterSource.DataLoader;
        if (parameter.IsDefined(typeof(ParentAttribute))) return ParameterSource.Parent;
        return parameter.IsDefined(typeof(ServiceAttribute)) || (!scalars.ContainsKey(type) && isService(type)) ? ParameterSource.Service
            : ParameterSource.Argument;
    }

    static IEnumerable<InputValue> PageInputs() =>
    [
        new InputValue("first", BuiltInScalars.Int) { Description = "The size of a page from the start." },
        new InputValue("after", BuiltInScalars.String) { Description = "The cursor that the page begins behind." },
        new InputValue("last", BuiltInScalars.Int) { Description = "The size of a page from the end." },
        new InputValue("before", BuiltInScalars.String) { Description = "The cursor that the page ends before." },
    ];

    /// <summary>
    /// The convention for mutations: the parameters become one input object, the result a payload with typed errors beside it.
    /// A method that already takes `input` and returns a payload class is left as it is.
    /// </summary>
    FieldDefinition MutationField(
        MethodInfo method, Type? resolverClass, string name, List<ParameterBinding> parameters, List<InputValue> arguments, Type type,
            NullabilityInfo? info)
    {
        var pascal = Naming.Pascal(name);
        if (arguments.Count > 0 && arguments is not [{ Name: "input" }])
        {
            var input = new InputObjectType(pascal + "Input") { Fields = new NamedList<InputValue>(arguments) };
            Register(input);
            parameters = [
                .. parameters.Select(p => p.Source == ParameterSource.Argument ? p with { Source = ParameterSource.InputField } : p)];
            var inner = arguments;
            arguments = [
                new InputValue("input", new NonNullType(input)) { Convert = value => InputConverters.Unpack((InputObject)value!, inner) }];
        }

        var wrapped = typeof(IFieldResult).IsAssignableFrom(type) || !type.Name.EndsWith("Payload", StringComparison.Ordinal);
        return new FieldDefinition(
            name, wrapped ? new NonNullType(Payload(pascal, type, info)) : Reference(type, info, input: false, id: false))
        {
            Description = DocComments.Of(method),
            DeprecationReason = Deprecation(method),
            Arguments = new NamedList<InputValue>(arguments),
            Resolver = ResolverCompiler.Method(method, resolverClass, parameters),
            CostWeight = method.GetCustomAttribute<CostAttribute>()?.Weight,
        };
    }

    ObjectType Payload(string mutation, Type type, NullabilityInfo? info)
    {
        var payload = new ObjectType(mutation + "Payload");
        Register(payload);
        var isResult = typeof(IFieldResult).IsAssignableFrom(type);
        var resultType = isResult ? type.GetGenericArguments()[0] : type;
        var reference = Reference(resultType, isResult ? null : info, input: false, id: false);
        var fieldName = reference.NamedType.IsLeaf ? "value" : Naming.Camel(reference.NamedType.Name);
        var fields = new List<FieldDefinition>
        {
            new(fieldName, isResult ? reference.NullableType : reference)
            {
                Resolver = new FieldResolver((PropertyResolver)(static source => source is IFieldResult result ? result.Value : source)),
            },
        };
        if (isResult)
        {
            var errors = new UnionType(mutation + "Error") { Types = [.. type.GetGenericArguments().Skip(1).Select(ErrorType)] };
            Register(errors);
            fields.Add(new FieldDefinition("errors", new ListType(new NonNullType(errors)))
            {
                Description = "Why the mutation was refused; null when it was done.",
                Resolver = new FieldResolver((PropertyResolver)(static source => ((IFieldResult)source!).Errors)),
                ListSize = new ListSize(1),
            });
        }

        payload.Fields = new NamedList<FieldDefinition>(fields);
        return payload;
    }

    ObjectType ErrorType(Type type)
    {
        if (Output(type) is not ObjectType result || type.GetProperty("Message")?.PropertyType != typeof(string))
            throw new SchemaException([new GraphQLError($"{type} must be a class with a Message to be an error of a mutation.")]);
        if (!byName.TryGetValue("Error", out var contract))
            contract = Register(new InterfaceType("Error")
            {
                Description = "Why something was refused.",
                Fields = [new FieldDefinition("message", new NonNullType(BuiltInScalars.String)) { Description = "For people." }],
            });
        if (!result.Interfaces.Contains((InterfaceType)contract)) result.Interfaces = [.. result.Interfaces, (InterfaceType)contract];
        return result;
    }
}
