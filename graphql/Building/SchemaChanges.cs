using OrleansScheduling.GraphQL.Language;
using OrleansScheduling.GraphQL.Types;

namespace OrleansScheduling.GraphQL.Building;

public enum SchemaChangeSeverity
{
    None = 0,

    /// <summary>A client that did nothing wrong may see something new, such as an enum value that it doesn't know.</summary>
    Dangerous,

    /// <summary>A document that was valid may not be so any longer, or a value may be null where it never was.</summary>
    Breaking,
}

/// <summary>One difference, with the reference implementation's kind and wording.</summary>
public sealed record SchemaChange(SchemaChangeSeverity Severity, string Kind, string Description);

/// <summary>Compares two versions of a schema and finds what would break or surprise clients.</summary>
public static class SchemaChanges
{
    public static IReadOnlyList<SchemaChange> Find(Schema before, Schema after) =>
        [.. FindTypeChanges(before, after), .. FindDirectiveChanges(before, after)];

    static SchemaChange Breaking(string kind, string description) => new(SchemaChangeSeverity.Breaking, kind, description);

    static SchemaChange Dangerous(string kind, string description) => new(SchemaChangeSeverity.Dangerous, kind, description);

    static (List<T> Added, List<T> Removed, List<(T Old, T New)> Kept) Diff<T>(
        IEnumerable<T> before, IEnumerable<T> after, Func<T, string> name)
    {
        var newByName = after.ToDictionary(name, StringComparer.Ordinal);
        var oldNames = new HashSet<string>(StringComparer.Ordinal);
        var (removed, kept) = (new List<T>(), new List<(T, T)>());
        foreach (var item in before)
        {
            oldNames.Add(name(item));
            if (newByName.TryGetValue(name(item), out var found)) kept.Add((item, found));
            else removed.Add(item);
        }

        return ([.. newByName.Where(pair => !oldNames.Contains(pair.Key)).Select(pair => pair.Value)], removed, kept);
    }

    static IEnumerable<SchemaChange> FindDirectiveChanges(Schema before, Schema after)
    {
        var diff = Diff(before.Directives, after.Directives, directive => directive.Name);
        foreach (var removed in diff.Removed) yield return Breaking("DIRECTIVE_REMOVED", $"{removed.Name} was removed.");
        foreach (var (old, current) in diff.Kept)
        {
            var arguments = Diff(old.Arguments, current.Arguments, argument => argument.Name);
            foreach (var added in arguments.Added.Where(argument => argument.IsRequired))
                yield return Breaking("REQUIRED_DIRECTIVE_ARG_ADDED", $"A required arg {added.Name} on directive {old.Name} was added.");
            foreach (var removed in arguments.Removed)
                yield return Breaking("DIRECTIVE_ARG_REMOVED", $"{removed.Name} was removed from {old.Name}.");
            if (old.IsRepeatable && !current.IsRepeatable)
                yield return Breaking("DIRECTIVE_REPEATABLE_REMOVED", $"Repeatable flag was removed from {old.Name}.");
            foreach (var location in old.Locations.Except(current.Locations))
                yield return Breaking("DIRECTIVE_LOCATION_REMOVED", $"{location} was removed from {old.Name}.");
        }
    }

    static IEnumerable<SchemaChange> FindTypeChanges(Schema before, Schema after)
    {
        var diff = Diff(before.Types, after.Types, type => type.Name);
        foreach (var removed in diff.Removed)
            yield return Breaking("TYPE_REMOVED", removed is ScalarType { IsSpecified: true }
                ? $"Standard scalar {removed.Name} was removed because it is not referenced anymore."
                : $"{removed.Name} was removed.");
        foreach (var (old, current) in diff.Kept)
        {
            var changes = (old, current) switch
            {
                (EnumType x, EnumType y) => FindEnumChanges(x, y),
                (UnionType x, UnionType y) => FindUnionChanges(x, y),
                (InputObjectType x, InputObjectType y) => FindInputChanges(x, y),
                (ObjectType x, ObjectType y) => FindComplexChanges(x, y),
                (InterfaceType x, InterfaceType y) => FindComplexChanges(x, y),
                (ScalarType, ScalarType) => [],
                _ => [Breaking("TYPE_CHANGED_KIND", $"{old.Name} changed from {KindName(old)} to {KindName(current)}.")],
            };
            foreach (var change in changes) yield return change;
        }
    }

    static string KindName(NamedType type) => type switch
    {
        ScalarType => "a Scalar type",
        ObjectType => "an Object type",
        InterfaceType => "an Interface type",
        UnionType => "a Union type",
        EnumType => "an Enum type",
        _ => "an Input type",
    };

    static IEnumerable<SchemaChange> FindInputChanges(InputObjectType old, InputObjectType current)
    {
        var diff = Diff(old.Fields, current.Fields, field => field.Name);
        foreach (var added in diff.Added)
            yield return added.IsRequired
                ? Breaking("REQUIRED_INPUT_FIELD_ADDED", $"A required field {added.Name} on input type {old.Name} was added.")
                : Dangerous("OPTIONAL_INPUT_FIELD_ADDED", $"An optional field {added.Name} on input type {old.Name} was added.");
        foreach (var removed in diff.Removed) yield return Breaking("FIELD_REMOVED", $"{old.Name}.{removed.Name} was removed.");
        foreach (var (before, after) in diff.Kept.Where(pair => !IsSafeInput(pair.Old.Type, pair.New.Type)))
            yield return Breaking("FIELD_CHANGED_KIND", $"{old.Name}.{before.Name} changed type from {before.Type} to {after.Type}.");
    }

    static IEnumerable<SchemaChange> FindUnionChanges(UnionType old, UnionType current)
    {
        var diff = Diff(old.Types, current.Types, type => type.Name);
        foreach (var added in diff.Added) yield return Dangerous(
            "TYPE_ADDED_TO_UNION", $"{added.Name} was added to union type {old.Name}.");
        foreach (var removed in diff.Removed)
            yield return Breaking("TYPE_REMOVED_FROM_UNION", $"{removed.Name} was removed from union type {old.Name}.");
    }

    static IEnumerable<SchemaChange> FindEnumChanges(EnumType old, EnumType current)
    {
        var diff = Diff(old.Values, current.Values, value => value.Name);
        foreach (var added in diff.Added) yield return Dangerous("VALUE_ADDED_TO_ENUM", $"{added.Name} was added to enum type {old.Name}.");
        foreach (var removed in diff.Removed)
            yield return Breaking("VALUE_REMOVED_FROM_ENUM", $"{removed.Name} was removed from enum type {old.Name}.");
    }

    static IEnumerable<SchemaChange> FindComplexChanges(ComplexType old, ComplexType current)
    {
        var fields = Diff(old.Fields, current.Fields, field => field.Name);
        foreach (var removed in fields.Removed) yield return Breaking("FIELD_REMOVED", $"{old.Name}.{removed.Name} was removed.");
        foreach (var (before, after) in fields.Kept)
        {
            foreach (var change in FindArgumentChanges(old.Name, before, after)) yield return change;
            if (!IsSafeOutput(before.Type, after.Type))
                yield return Breaking("FIELD_CHANGED_KIND", $"{old.Name}.{before.Name} changed type from {before.Type} to {after.Type}.");
        }

        var interfaces = Diff(old.Interfaces, current.Interfaces, type => type.Name);
        foreach (var added in interfaces.Added)
            yield return Dangerous("IMPLEMENTED_INTERFACE_ADDED", $"{added.Name} added to interfaces implemented by {old.Name}.");
        foreach (var removed in interfaces.Removed)
            yield return Breaking("IMPLEMENTED_INTERFACE_REMOVED", $"{old.Name} no longer implements interface {removed.Name}.");
    }

    static IEnumerable<SchemaChange> FindArgumentChanges(string typeName, FieldDefinition old, FieldDefinition current)
    {
        var diff = Diff(old.Arguments, current.Arguments, argument => argument.Name);
        foreach (var removed in diff.Removed) yield return Breaking(
            "ARG_REMOVED", $"{typeName}.{old.Name} arg {removed.Name} was removed.");
        foreach (var (before, after) in diff.Kept)
        {
            if (!IsSafeInput(before.Type, after.Type))
                yield return Breaking("ARG_CHANGED_KIND",
                    $"{typeName}.{old.Name} arg {before.Name} has changed type from {before.Type} to {after.Type}.");
            else if (before.HasDefault && !after.HasDefault)
                yield return Dangerous("ARG_DEFAULT_VALUE_CHANGE", $"{typeName}.{old.Name} arg {before.Name} defaultValue was removed.");
            else if (before.HasDefault && DefaultText(before) != DefaultText(after))
                yield return Dangerous("ARG_DEFAULT_VALUE_CHANGE",
                    $"{typeName}.{old.Name} arg {before.Name} has changed defaultValue from {DefaultText(before)} to "
                        + $"{DefaultText(after)}.");
        }

        foreach (var added in diff.Added)
            yield return added.IsRequired
                ? Breaking("REQUIRED_ARG_ADDED", $"A required arg {added.Name} on {typeName}.{old.Name} was added.")
                : Dangerous("OPTIONAL_ARG_ADDED", $"An optional arg {added.Name} on {typeName}.{old.Name} was added.");
    }

    static string DefaultText(InputValue value) =>
        ValueLiterals.From(value.DefaultValue, value.Type) is { } literal ? Printer.Value(Sorted(literal)) : "";

    /// <summary>The order of an object's fields means nothing to a client.</summary>
    static ValueNode Sorted(ValueNode node) => node switch
    {
        ListValueNode list => new ListValueNode(list.Span, [.. list.Values.Select(Sorted)]),
        ObjectValueNode fields => new ObjectValueNode(
            fields.Span,
            [
                .. fields.Fields.Select(field => new ObjectFieldNode(field.Span, field.Name, Sorted(field.Value)))
                    .OrderBy(field => field.Name.Value, Text.NaturalComparer.Instance),
            ]),
        _ => node,
    };

    static bool IsSafeOutput(GraphQLType old, GraphQLType current) => old switch
    {
        ListType list => (current is ListType currentList && IsSafeOutput(list.OfType, currentList.OfType))
            || (current is NonNullType strict && IsSafeOutput(old, strict.OfType)),
        NonNullType nonNull => current is NonNullType strict && IsSafeOutput(nonNull.OfType, strict.OfType),
        _ => (current is NamedType named && named.Name == ((NamedType)old).Name)
            || (current is NonNullType strict && IsSafeOutput(old, strict.OfType)),
    };

    static bool IsSafeInput(GraphQLType old, GraphQLType current) => old switch
    {
        ListType list => current is ListType currentList && IsSafeInput(list.OfType, currentList.OfType),
        NonNullType nonNull =>
            current is NonNullType strict ? IsSafeInput(nonNull.OfType, strict.OfType) : IsSafeInput(nonNull.OfType, current),
        _ => current is NamedType named && named.Name == ((NamedType)old).Name,
    };
}
