using System.Collections.Concurrent;
using System.Text.Json;
using OrleansScheduling.GraphQL.Language;
using OrleansScheduling.GraphQL.Types;

namespace OrleansScheduling.GraphQL.Execution;

/// <summary>
/// An operation made ready for execution. Selections are merged once for each object type and each combination of the variables that
/// <c>@skip</c> and <c>@include</c> look at, so that execution itself only walks arrays.
/// </summary>
sealed class OperationPlan
{
    /// <summary>Two bits a variable in one 64-bit key.</summary>
    const int ConditionVariablesMax = 32;

    /// <summary>
    /// A client toggles a handful of conditions; more combinations than this are planned anew each time. A document is weighed with all the
    /// plans that are kept for it.
    /// </summary>
    const int VariantsMax = 8;

    readonly ConcurrentDictionary<ulong, SelectionPlan> variants = new();
    readonly string[] conditionVariables;

    public OperationPlan(Schema schema, OperationDefinitionNode operation, IReadOnlyDictionary<string, FragmentDefinitionNode> fragments)
    {
        Schema = schema;
        Operation = operation;
        Fragments = fragments;
        RootType = schema.FindRoot(operation.Operation)!;
        var finder = new ConditionFinder();
        finder.Visit(operation);
        foreach (var fragment in fragments.Values) finder.Visit(fragment);
        conditionVariables = [.. finder.Names];
        PlansMax = conditionVariables.Length == 0 ? 1 : VariantsMax;
    }

    /// <summary>Most plans that are kept.</summary>
    public int PlansMax { get; }

    public Schema Schema { get; }

    public OperationDefinitionNode Operation { get; }

    public IReadOnlyDictionary<string, FragmentDefinitionNode> Fragments { get; }

    /// <summary>There is one: operations of a kind that the schema does not have are not valid.</summary>
    public ObjectType RootType { get; }

    public SelectionPlan Variant(CoercedVariables variables)
    {
        if (conditionVariables.Length > ConditionVariablesMax) return Build(variables);
        ulong key = 0;
        foreach (var name in conditionVariables)
        {
            ulong state = !variables.TryGetValue(name, out var value) ? 3u : value switch { true => 1u, false => 0u, _ => 2u };
            key = (key << 2) | state;
        }

        if (variants.TryGetValue(key, out var found)) return found;
        var built = Build(variables);
        return variants.Count < PlansMax ? variants.GetOrAdd(key, built) : built;
    }

    SelectionPlan Build(CoercedVariables variables)
    {
        var conditions = new CoercedVariables();
        foreach (var name in conditionVariables)
            if (variables.TryGetValue(name, out var value)) conditions[name] = value;
        return new SelectionPlan(this, conditions, [Operation.SelectionSet]);
    }

    sealed class ConditionFinder : NodeVisitor
    {
        public SortedSet<string> Names { get; } = new(StringComparer.Ordinal);

        protected override bool Enter(Node node, Node? parent)
        {
            if (node is DirectiveNode { Name.Value: "skip" or "include" } directive
                && directive.Arguments.FirstOrDefault()?.Value is VariableNode variable)
                Names.Add(variable.Name.Value);
            return node is not VariableDefinitionNode;
        }
    }
}

/// <summary>Selection sets that belong to one place of the response, and the fields that they come to for each object type.</summary>
sealed class SelectionPlan(OperationPlan operation, CoercedVariables conditions, IReadOnlyList<SelectionSetNode> sets)
{
    readonly ConcurrentDictionary<ObjectType, FieldPlan[]> byType = new();
    volatile Collected? latest;

    /// <summary>Throws <see cref="GraphQLException"/> when a condition has no value.</summary>
    public FieldPlan[] FieldsFor(ObjectType type)
    {
        // Nearly every place of a response has one type only; the pair is one object, so that a reader never sees half of it.
        var last = latest;
        if (last is not null && ReferenceEquals(last.Type, type)) return last.Fields;
        if (!byType.TryGetValue(type, out var fields)) fields = byType.GetOrAdd(type, Collect(type));
        latest = new Collected(type, fields);
        return fields;
    }

    sealed record Collected(ObjectType Type, FieldPlan[] Fields);

    public bool Mentions(string fieldName) => sets.Any(set => Mentions(set, fieldName, 0));

    bool Mentions(SelectionSetNode set, string fieldName, int depth) => depth < 64 && set.Selections.Any(selection => selection switch
    {
        FieldNode field => field.Name.Value == fieldName,
        InlineFragmentNode inline => Mentions(inline.SelectionSet, fieldName, depth + 1),
        FragmentSpreadNode spread => operation.Fragments.TryGetValue(spread.Name.Value, out var fragment)
            && Mentions(fragment.SelectionSet, fieldName, depth + 1),
        _ => false,
    });

    FieldPlan[] Collect(ObjectType type)
    {
        var order = new List<(string Name, List<FieldNode> Nodes)>();
        var byName = new Dictionary<string, List<FieldNode>>(StringComparer.Ordinal);
        var visited = new HashSet<string>(StringComparer.Ordinal);
        foreach (var set in sets) Collect(set, type, order, byName, visited);
        var plans = new List<FieldPlan>(order.Count);
        foreach (var (name, nodes) in order)
            if (operation.Schema.FindField(type, nodes[0].Name.Value) is { } definition)
                plans.Add(new FieldPlan(name, definition, nodes, Subselections(nodes)));
        return [.. plans];
    }

    SelectionPlan? Subselections(List<FieldNode> nodes)
    {
        var below = nodes.Select(node => node.SelectionSet).OfType<SelectionSetNode>().ToList();
        return below.Count == 0 ? null : new SelectionPlan(operation, conditions, below);
    }

    void Collect(
        SelectionSetNode set, ObjectType type, List<(string, List<FieldNode>)> order, Dictionary<string, List<FieldNode>> byName,
            HashSet<string> visited)
    {
        foreach (var selection in set.Selections)
        {
            switch (selection)
            {
                case FieldNode field when IsIncluded(field):
                    if (!byName.TryGetValue(field.ResponseName, out var nodes))
                    {
                        byName[field.ResponseName] = nodes = [];
                        order.Add((field.ResponseName, nodes));
                    }

                    nodes.Add(field);
                    break;
                case InlineFragmentNode inline when IsIncluded(inline) && Matches(inline.TypeCondition, type):
                    Collect(inline.SelectionSet, type, order, byName, visited);
                    break;
                case FragmentSpreadNode spread when !visited.Contains(spread.Name.Value) && IsIncluded(spread):
                    visited.Add(spread.Name.Value);
                    if (operation.Fragments.TryGetValue(spread.Name.Value, out var fragment) && Matches(fragment.TypeCondition, type))
                        Collect(fragment.SelectionSet, type, order, byName, visited);
                    break;
            }
        }
    }

    bool Matches(NamedTypeNode? condition, ObjectType type) => condition is null
        || (operation.Schema.FindType(condition.Name.Value) is { } found
            && (found == type || (found.IsAbstract && operation.Schema.IsSubType(found, type))));

    bool IsIncluded(SelectionNode node) =>
        node.Directives.Count == 0
            || (Condition(node, BuiltInDirectives.Skip.Name) is not true && Condition(node, BuiltInDirectives.Include.Name) is not false);

    bool? Condition(SelectionNode node, string directiveName)
    {
        var directive = node.Directives.FirstOrDefault(d => d.Name.Value == directiveName);
        if (directive is null) return null;
        var argument = directive.Arguments.LastOrDefault(a => a.Name.Value == "if")?.Value;
        if (argument is BooleanValueNode literal) return literal.Value;
        if (argument is not VariableNode variable)
            throw new GraphQLException(GraphQLError
                .At("Argument \"if\" of required type \"Boolean!\" was not provided.", GraphQLErrorCodes.BadUserInput, directive));
        if (!conditions.TryGetValue(variable.Name.Value, out var value))
            throw new GraphQLException(GraphQLError.At(
                $"Argument \"if\" of required type \"Boolean!\" was provided the variable \"${variable.Name.Value}\" which was not "
                    + $"provided a runtime value.",
                GraphQLErrorCodes.BadUserInput, variable));
        return value as bool?
            ?? throw new GraphQLException(GraphQLError
                .At("Argument \"if\" of non-null type \"Boolean!\" must not be null.", GraphQLErrorCodes.BadUserInput, variable));
    }
}

/// <summary>One field of the response, with everything about it that no request changes.</summary>
sealed class FieldPlan
{
    public FieldPlan(string responseName, FieldDefinition definition, IReadOnlyList<FieldNode> nodes, SelectionPlan? selections)
    {
        ResponseName = responseName;
        EncodedName = JsonEncodedText.Encode(responseName);
        Definition = definition;
        Nodes = nodes;
        Selections = selections;
        Arguments = ArgumentPlan.Create(definition, nodes[0]);
        Resolver = definition.Resolver ?? DefaultResolver.For(definition.Name);
        IsTypeName = ReferenceEquals(definition, Introspection.TypeNameField);
    }

    public string ResponseName { get; }

    public JsonEncodedText EncodedName { get; }

    public FieldDefinition Definition { get; }

    public IReadOnlyList<FieldNode> Nodes { get; }

    public SelectionPlan? Selections { get; }

    public ArgumentPlan Arguments { get; }

    public FieldResolver Resolver { get; }

    public bool IsTypeName { get; }

    public IReadOnlyList<SourceLocation> Locations => [.. Nodes.Select(node => node.Location)];
}
