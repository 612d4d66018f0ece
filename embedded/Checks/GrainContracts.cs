using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Numerics;
using System.Reflection;
using System.Runtime.CompilerServices;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace OrleansScheduling.Embedded;

/// <summary>
/// Checks what grain interfaces pass to each other. The engine in one process passes arguments by reference, so they must be
/// immutable or be
/// promised to be; the engine of a cluster serializes them, so they must carry explicit ids, and names that
/// a new release may not change with the code's. Both hold for code that passes this check.
/// </summary>
public static class GrainContracts
{
    private static readonly HashSet<Type> Values =
    [
        typeof(string), typeof(decimal), typeof(Guid), typeof(DateTime), typeof(DateTimeOffset),
        typeof(DateOnly), typeof(TimeOnly), typeof(TimeSpan),
        typeof(Uri), typeof(Version), typeof(BigInteger), typeof(Int128), typeof(UInt128), typeof(Half),
        typeof(GrainId), typeof(GrainType), typeof(IdSpan), typeof(TickStatus),
    ];

    private static readonly HashSet<Type> ReadOnlyContainers =
    [
        typeof(IReadOnlyList<>), typeof(IReadOnlyCollection<>), typeof(IReadOnlyDictionary<,>), typeof(IReadOnlySet<>),
        typeof(KeyValuePair<,>), typeof(ReadOnlyMemory<>), typeof(Nullable<>), typeof(Immutable<>),
        typeof(Tuple<>), typeof(Tuple<,>), typeof(Tuple<,,>),
    ];

    /// <summary>The faults of all grain interfaces in these assemblies; empty if there are none.</summary>
    public static IReadOnlyList<ContractFault> Faults(params Assembly[] assemblies) =>
        Faults(assemblies
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.IsInterface && typeof(IGrain).IsAssignableFrom(type)));

    /// <summary>The faults of these grain interfaces.</summary>
    public static IReadOnlyList<ContractFault> Faults(IEnumerable<Type> grainInterfaces)
    {
        List<ContractFault> faults = [];
        Dictionary<string, Type> aliases = [];
        foreach (var grainInterface in grainInterfaces.Where(type => type.Namespace is not ("Orleans" or "Orleans.Runtime")))
        {
            if (AliasFault(grainInterface, aliases) is { } fault)
                faults.Add(new(grainInterface.Name, "interface", fault));
            foreach (var method in grainInterface.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance))
                Check(method, faults, aliases);
        }

        return [.. faults.Distinct()];
    }

    /// <summary>A type's name on the wire is its alias, and no other type's.</summary>
    private static string? AliasFault(Type type, Dictionary<string, Type> aliases)
    {
        if (type.GetCustomAttributes<AliasAttribute>(inherit: false).FirstOrDefault() is not { } alias)
            return $"{NameOf(type)} has no [Alias]";
        return aliases.TryAdd(alias.Alias, type) || aliases[alias.Alias] == type
            ? null
            : $"{NameOf(type)} has the same [Alias(\"{alias.Alias}\")] as {NameOf(aliases[alias.Alias])}";
    }

    private static string NameOf(Type type) => type.IsGenericType
        ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>"
        : type.Name;

    private static void Check(MethodInfo method, List<ContractFault> faults, Dictionary<string, Type> aliases)
    {
        var name = $"{method.DeclaringType!.Name}.{method.Name}";
        foreach (var parameter in method.GetParameters().Where(parameter => parameter.ParameterType != typeof(CancellationToken)))
        {
            var walk = new Walk(name, faults, aliases);
            walk.Visit(parameter.ParameterType, $"argument {parameter.Name}", IsPromised(parameter));
        }

        var returns = method.ReturnType;
        var definition = returns.IsGenericType ? returns.GetGenericTypeDefinition() : null;
        if (definition == typeof(Task<>) || definition == typeof(ValueTask<>))
            new Walk(name, faults, aliases).Visit(returns.GetGenericArguments()[0], "result", IsPromised(method.ReturnParameter));
        else if (returns != typeof(Task) && returns != typeof(ValueTask))
            faults.Add(new(name, "result", "a grain method returns Task, Task<T>, ValueTask or ValueTask<T>"));
    }

    private static bool IsPromised(ICustomAttributeProvider place) => place.IsDefined(typeof(ImmutableAttribute), inherit: false);

    /// <summary>A walk from one argument or result through everything that it holds.</summary>
    private sealed class Walk(string method, List<ContractFault> faults, Dictionary<string, Type> aliases)
    {
        private readonly HashSet<(Type, bool)> _seen = [];

        public void Visit(Type type, string path, bool promised)
        {
            if (!_seen.Add((type, promised)) || IsValue(type) || typeof(IAddressable).IsAssignableFrom(type))
                return;
            if (type.IsGenericType && IsContainer(type))
            {
                var inside = promised || type.GetGenericTypeDefinition() == typeof(Immutable<>);
                foreach (var argument in type.GetGenericArguments())
                    Visit(argument, path, inside);
            }
            else if (type.IsArray)
            {
                VisitMutable(type, [type.GetElementType()!], path, promised);
            }
            else if (type.Namespace?.StartsWith("System", StringComparison.Ordinal) == true)
            {
                if (type == typeof(object) || !type.IsGenericType)
                    Fault(path, $"{NameOf(type)} is not a type for the wire");
                else
                    VisitMutable(type, type.GetGenericArguments(), path, promised);
            }
            else
            {
                VisitOwn(type, path, promised);
            }
        }

        private static bool IsValue(Type type) =>
            type.IsPrimitive || type.IsEnum || Values.Contains(type) || type.Namespace == "NodaTime";

        private static bool IsContainer(Type type)
        {
            var definition = type.GetGenericTypeDefinition();
            return ReadOnlyContainers.Contains(definition)
                || typeof(ITuple).IsAssignableFrom(definition)
                || definition.Namespace == typeof(ImmutableArray).Namespace
                || definition.Namespace == typeof(FrozenSet).Namespace;
        }

        private void VisitMutable(Type type, Type[] elements, string path, bool promised)
        {
            if (!promised)
                Fault(path, $"{NameOf(type)} can be changed after it was passed; use an immutable collection, or promise with [Immutable]");
            foreach (var element in elements)
                Visit(element, path, promised);
        }

        private void VisitOwn(Type type, string path, bool promised)
        {
            promised |= IsPromised(type);
            if (!type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false))
                Fault(path, $"{NameOf(type)} has no [GenerateSerializer]");
            else if (AliasFault(type, aliases) is { } fault)
                Fault(path, fault);
            if (type.IsInterface || type.IsAbstract)
                VisitKinds(type, path, promised);
            VisitMembers(type, path, promised);
            if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType))
                Visit(parent, path, promised);
        }

        /// <summary>What is behind an abstract type: its kinds in the same assembly.</summary>
        private void VisitKinds(Type type, string path, bool promised)
        {
            var kinds = type.Assembly.GetTypes().Where(kind => kind is { IsInterface: false, IsGenericTypeDefinition: false }
                && kind != type && type.IsAssignableFrom(kind)).ToArray();
            if (kinds.Length == 0)
                Fault(path, $"{NameOf(type)} is abstract and has no kinds in its assembly");
            foreach (var kind in kinds)
                Visit(kind, $"{path} as {kind.Name}", promised);
        }

        private void VisitMembers(Type type, string path, bool promised)
        {
            Dictionary<uint, string> ids = [];
            const BindingFlags Own = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly;
            var properties = type.GetProperties(Own).ToDictionary(property => $"<{property.Name}>k__BackingField");
            foreach (var field in type.GetFields(Own))
            {
                MemberInfo member = properties.TryGetValue(field.Name, out var property) ? property : field;
                var made = property is null && field.Name.Contains('<', StringComparison.Ordinal);
                if (made || member.IsDefined(typeof(NonSerializedAttribute)))
                    continue;
                var where = $"{path}.{member.Name}";
                var settable = property is null ? !field.IsInitOnly : property.SetMethod is { } setter && !IsInit(setter);
                var memberPromised = promised || IsPromised(member);
                if (settable && !promised)
                    Fault(where, $"{member.Name} of {NameOf(type)} can be set after it was passed; make it init or get only");
                if (IdOf(type, member) is not { } id)
                    Fault(where, $"{member.Name} of {NameOf(type)} has no [Id(n)]");
                else if (!ids.TryAdd(id, member.Name))
                    Fault(where, $"{member.Name} of {NameOf(type)} has the same [Id({id})] as {ids[id]}");
                Visit(field.FieldType, where, memberPromised);
            }
        }

        /// <summary>The id stands on the member, or on the parameter of the primary constructor that it is made from.</summary>
        private static uint? IdOf(Type type, MemberInfo member) =>
            (member.GetCustomAttribute<IdAttribute>()
                ?? type.GetConstructors().SelectMany(constructor => constructor.GetParameters())
                    .Where(parameter => string.Equals(parameter.Name, member.Name, StringComparison.OrdinalIgnoreCase))
                    .Select(parameter => parameter.GetCustomAttribute<IdAttribute>())
                    .FirstOrDefault(id => id is not null))?.Id;

        private static bool IsInit(MethodInfo setter) =>
            setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

        private void Fault(string path, string rule) => faults.Add(new(method, path, rule));
    }
}
