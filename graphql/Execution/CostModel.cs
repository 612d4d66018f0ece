using OrleansScheduling.GraphQL.Language;
using OrleansScheduling.GraphQL.Types;

namespace OrleansScheduling.GraphQL.Execution;

/// <summary>
/// Prices an operation before it runs: a leaf costs nothing, an object 1 (or the field's own weight), a list its own weight and its size
/// times what an item costs; an argument may add to a field's price. The size of a page is what <c>first</c> or <c>last</c> really are in
/// this request, and so is that of a list whose argument says it (<see cref="Building.ListSizeAttribute"/>); other lists are assumed. Of
/// fragments on different object types only the dearest counts, since a value has one type.
/// </summary>
public sealed class CostModel
{
    /// <summary>Beyond any limit; sums stop here.</summary>
    const long Ceiling = 1_000_000_000;

    /// <summary>What all types of a schema count as.</summary>
    const long TypesAssumed = 50;

    readonly Schema schema;
    readonly GraphQLOptions options;
    readonly IReadOnlyDictionary<string, FragmentDefinitionNode> fragments;
    readonly CoercedVariables variables;
    readonly Dictionary<(SelectionSetNode Set, NamedType Type, bool InConnection, Sized Sized), Price> priced = [];

    internal CostModel(
        Schema schema, GraphQLOptions options, IReadOnlyDictionary<string, FragmentDefinitionNode> fragments, CoercedVariables variables)
    {
        this.schema = schema;
        this.options = options;
        this.fragments = fragments;
        this.variables = variables;
    }

    /// <summary>Whether a variable had a say: if not, the price is the same for each request of the operation.</summary>
    internal bool DependsOnVariables { get; private set; }

    /// <summary>The size of the next list of a name, which a field above it knows.</summary>
    readonly record struct Sized(string? Field, long Size);

    /// <summary>In a connection the lists of edges and nodes share a page size that only the field above knows.</summary>
    readonly record struct Price(long Fixed, long PerItem)
    {
        public Price Plus(Price other) => new(Math.Min(Ceiling, Fixed + other.Fixed), Math.Min(Ceiling, PerItem + other.PerItem));

        public Price Or(Price other) => new(Math.Max(Fixed, other.Fixed), Math.Max(PerItem, other.PerItem));

        public long For(long items) => Math.Min(Ceiling, Fixed + (PerItem * items));
    }

    internal long Of(OperationDefinitionNode operation, ObjectType root) => Of(operation.SelectionSet, root, false, default).Fixed;

    Price Of(SelectionSetNode set, NamedType type, bool inConnection, Sized sized)
    {
        var key = (set, type, inConnection, sized);
        if (priced.TryGetValue(key, out var known)) return known;
        var total = default(Price);
        var exclusive = new Dictionary<NamedType, Price>();
        foreach (var selection in set.Selections)
        {
            if (!IsIncluded(selection)) continue;
            switch (selection)
            {
                case FieldNode field:
                    total = total.Plus(OfField(field, type, inConnection, sized));
                    break;
                case InlineFragmentNode inline:
                    Add(inline.TypeCondition, inline.SelectionSet);
                    break;
                case FragmentSpreadNode spread when fragments.TryGetValue(spread.Name.Value, out var fragment):
                    Add(fragment.TypeCondition, fragment.SelectionSet);
                    break;
            }
        }

        if (exclusive.Count > 0) total = total.Plus(exclusive.Values.Aggregate((a, b) => a.Or(b)));
        return priced[key] = total;

        void Add(NamedTypeNode? condition, SelectionSetNode inner)
        {
            var target = condition is null ? type : schema.FindType(condition.Name.Value) ?? type;
            var price = Of(inner, target, inConnection, sized);
            if (target is ObjectType && type.IsAbstract) exclusive[target] = exclusive.GetValueOrDefault(target).Plus(price);
            else total = total.Plus(price);
        }
    }

    Price OfField(FieldNode node, NamedType parent, bool inConnection, Sized sized)
    {
        if (schema.FindField(parent, node.Name.Value) is not { } field) return default;
        var named = field.Type.NamedType;
        var item = named.IsComposite ? 1 : 0;
        var call = (field.CostWeight ?? (IsList(field.Type) ? 0 : item)) + OfArguments(node, field);
        if (Introspection.IsIntrospectionType(parent) || Introspection.IsIntrospectionType(named))
            return new Price(OfIntrospection(node, field, named), 0);
        if (node.SelectionSet is null) return new Price(call, 0);
        var own = SizeOf(node, field);
        var isSized = sized.Field == field.Name;
        var next = field.ListSize?.SizedField is { } list ? new Sized(list, own) : isSized ? default : sized;
        var below = Of(node.SelectionSet, named, field.IsPaged, next);
        if (field.IsPaged) return new Price(Math.Min(Ceiling, call + below.For(PageSize(node))), 0);
        if (!IsList(field.Type)) return new Price(Math.Min(Ceiling, call + below.Fixed), 0);
        var each = Math.Min(Ceiling, item + below.Fixed);
        if (inConnection) return new Price(call, each);
        return new Price(Math.Min(Ceiling, call + (each * (isSized ? sized.Size : own))), 0);
    }

    /// <summary>
    /// The schema told of itself, as often as it is asked for: aliases would otherwise make megabytes of it for the price of a few fields.
    /// The query that tools send costs about three quarters of what an operation may.
    /// </summary>
    long OfIntrospection(FieldNode node, FieldDefinition field, NamedType named)
    {
        if (node.SelectionSet is null) return node.Alias is null ? 0 : 1;
        // What a list or non-null is of costs nothing: it is one chain, as long as the depth allows.
        var own = IsList(field.Type) ? 2 : node.Name.Value == "ofType" && node.Alias is null ? 0 : 1;
        var each = own + Of(node.SelectionSet, named, inConnection: false, default).Fixed;
        return Math.Min(Ceiling, node.Name.Value == "types" ? each * TypesAssumed : each);
    }

    /// <summary>What a list is reckoned to have, by the argument that says it, or else as assumed.</summary>
    long SizeOf(FieldNode node, FieldDefinition field)
    {
        if (field.ListSize is not { } declared) return options.ListSizeAssumed;
        if (declared.SlicingArgument is not { } path) return declared.Assumed;
        var names = path.Split('.');
        var given = node.Arguments.LastOrDefault(argument => argument.Name.Value == names[0])?.Value;
        var size = given is null ? null : SizeOf(given, names.AsSpan(1));
        return Math.Clamp(size ?? declared.Assumed, 0, Ceiling) * declared.Times;
    }

    long? SizeOf(ValueNode given, ReadOnlySpan<string> path)
    {
        if (given is VariableNode variable)
        {
            DependsOnVariables = true;
            return SizeOf(variables.GetValueOrDefault(variable.Name.Value), path);
        }

        if (path.Length > 0)
        {
            var name = path[0];
            return given is ObjectValueNode members && members.Fields.FirstOrDefault(one => one.Name.Value == name) is { } member
                ? SizeOf(member.Value, path[1..]) : null;
        }

        return given switch
        {
            IntValueNode number => long.TryParse(number.Value, out var read) ? read : Ceiling,
            ListValueNode items => items.Values.Count,
            NullValueNode => null,
            _ => 1,
        };
    }

    static long? SizeOf(object? value, ReadOnlySpan<string> path)
    {
        foreach (var name in path) value = value is InputObject members && members.TryGetValue(name, out var member) ? member : null;
        return value switch
        {
            null => null,
            int number => number,
            object?[] items => items.Length,
            _ => 1,
        };
    }

    /// <summary>What is given as null asks for nothing.</summary>
    int OfArguments(FieldNode node, FieldDefinition field)
    {
        var sum = 0;
        foreach (var argument in node.Arguments)
        {
            if (field.Arguments.Find(argument.Name.Value) is not { CostWeight: > 0 and var weight }) continue;
            if (argument.Value is NullValueNode) continue;
            if (argument.Value is VariableNode variable)
            {
                DependsOnVariables = true;
                if (variables.GetValueOrDefault(variable.Name.Value) is null) continue;
            }

            sum += weight;
        }

        return sum;
    }

    static bool IsList(GraphQLType type) => type.NullableType is ListType;

    long PageSize(FieldNode node)
    {
        var size = Argument(node, "first") ?? Argument(node, "last") ?? options.PageSizeDefault;
        return Math.Clamp(size, 0, int.MaxValue);
    }

    long? Argument(FieldNode node, string name)
    {
        var value = node.Arguments.LastOrDefault(argument => argument.Name.Value == name)?.Value;
        if (value is IntValueNode literal) return long.TryParse(literal.Value, out var number) ? number : int.MaxValue;
        if (value is not VariableNode variable) return null;
        DependsOnVariables = true;
        return variables.GetValueOrDefault(variable.Name.Value) as int?;
    }

    bool IsIncluded(SelectionNode selection) => selection.Directives.Count == 0
        || (Condition(selection, BuiltInDirectives.Skip.Name) is not true
            && Condition(selection, BuiltInDirectives.Include.Name) is not false);

    bool? Condition(SelectionNode selection, string name)
    {
        var value = selection.Directives.FirstOrDefault(d => d.Name.Value == name)?.Arguments.FirstOrDefault()?.Value;
        if (value is BooleanValueNode literal) return literal.Value;
        if (value is not VariableNode variable) return null;
        DependsOnVariables = true;
        return variables.GetValueOrDefault(variable.Name.Value) as bool?;
    }
}
