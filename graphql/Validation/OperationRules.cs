using OrleansScheduling.GraphQL.Language;
using OrleansScheduling.GraphQL.Types;

namespace OrleansScheduling.GraphQL.Validation;

sealed class ExecutableDefinitionsRule : ValidationRule
{
    public ExecutableDefinitionsRule(ValidationContext context)
        : base(context) => Enters = [NodeKind.Document];

    public override bool Enter(Node node, Node? parent)
    {
        foreach (var definition in ((DocumentNode)node).Definitions)
        {
            var name = definition switch
            {
                SchemaNode => "schema",
                TypeDefinitionNode type => $"\"{type.Name.Value}\"",
                DirectiveDefinitionNode directive => $"\"{directive.Name.Value}\"",
                _ => null,
            };
            if (name is not null) Context.Report($"The {name} definition is not executable.", definition);
        }

        return false;
    }
}

sealed class KnownOperationTypesRule : ValidationRule
{
    public KnownOperationTypesRule(ValidationContext context)
        : base(context) => Enters = [NodeKind.OperationDefinition];

    public override bool Enter(Node node, Node? parent)
    {
        var operation = ((OperationDefinitionNode)node).Operation;
        if (Context.Schema.FindRoot(operation) is null)
            Context.Report($"The {operation.Keyword()} operation is not supported by the schema.", node);
        return true;
    }
}

sealed class UniqueOperationNamesRule : ValidationRule
{
    readonly Dictionary<string, NameNode> known = new(StringComparer.Ordinal);

    public UniqueOperationNamesRule(ValidationContext context)
        : base(context) => Enters = [NodeKind.OperationDefinition, NodeKind.FragmentDefinition];

    public override bool Enter(Node node, Node? parent)
    {
        if (node is OperationDefinitionNode { Name: { } name } && !known.TryAdd(name.Value, name))
            Context.Report($"There can be only one operation named \"{name.Value}\".", known[name.Value], name);
        return false;
    }
}

sealed class LoneAnonymousOperationRule : ValidationRule
{
    readonly int operations;

    public LoneAnonymousOperationRule(ValidationContext context)
        : base(context)
    {
        Enters = [NodeKind.OperationDefinition];
        operations = context.Document.Definitions.Count(definition => definition is OperationDefinitionNode);
    }

    public override bool Enter(Node node, Node? parent)
    {
        if (((OperationDefinitionNode)node).Name is null && operations > 1)
            Context.Report("This anonymous operation must be the only defined operation.", node);
        return true;
    }
}

sealed class SingleFieldSubscriptionsRule : ValidationRule
{
    public SingleFieldSubscriptionsRule(ValidationContext context)
        : base(context) => Enters = [NodeKind.OperationDefinition];

    public override bool Enter(Node node, Node? parent)
    {
        var operation = (OperationDefinitionNode)node;
        if (operation.Operation != OperationKind.Subscription
            || Context.Schema.FindRoot(OperationKind.Subscription) is not { } root) return true;
        var collected = new Collected();
        Collect(operation.SelectionSet, root, collected);
        var subject = operation.Name is { } name ? $"Subscription \"{name.Value}\"" : "Anonymous Subscription";
        if (collected.Conditions.Count > 0)
        {
            // What is selected depends on them, so nothing else can be said of the operation's root.
            Context.Report(
                $"{subject} must not use `@skip` or `@include` directives in the top level selection.", [.. collected.Conditions]);
            return true;
        }

        var (order, fields) = (collected.Order, collected.Fields);
        if (order.Count > 1)
            Context.Report($"{subject} must select only one top level field.", [.. order.Skip(1).SelectMany(key => fields[key])]);
        foreach (var key in order)
            if (fields[key][0].Name.Value.StartsWith("__", StringComparison.Ordinal))
                Context.Report($"{subject} must not select an introspection top level field.", [.. fields[key]]);
        return true;
    }

    /// <summary>The root's fields by response name, and the directives that would let a variable decide on them.</summary>
    sealed class Collected
    {
        public List<string> Order { get; } = [];

        public Dictionary<string, List<FieldNode>> Fields { get; } = new(StringComparer.Ordinal);

        public HashSet<string> VisitedFragments { get; } = new(StringComparer.Ordinal);

        public List<DirectiveNode> Conditions { get; } = [];
    }

    void Collect(SelectionSetNode set, ObjectType root, Collected collected)
    {
        Context.SpendFragmentWork(set.Selections.Count);
        foreach (var selection in set.Selections)
        {
            if (Condition(selection) is { } condition)
            {
                collected.Conditions.Add(condition);
                continue;
            }

            switch (selection)
            {
                case FieldNode field:
                    if (!collected.Fields.TryGetValue(field.ResponseName, out var list))
                    {
                        collected.Fields[field.ResponseName] = list = [];
                        collected.Order.Add(field.ResponseName);
                    }

                    list.Add(field);
                    break;
                case InlineFragmentNode inline when Matches(inline.TypeCondition, root):
                    Collect(inline.SelectionSet, root, collected);
                    break;
                case FragmentSpreadNode spread when collected.VisitedFragments.Add(spread.Name.Value)
                    && Context.FindFragment(spread.Name.Value) is { } fragment && Matches(fragment.TypeCondition, root):
                    Collect(fragment.SelectionSet, root, collected);
                    break;
            }
        }
    }

    /// <summary>One a selection is enough to say, whatever its condition: a literal one too.</summary>
    static DirectiveNode? Condition(SelectionNode selection) =>
        selection.Directives.FirstOrDefault(directive => directive.Name.Value == BuiltInDirectives.Skip.Name)
        ?? selection.Directives.FirstOrDefault(directive => directive.Name.Value == BuiltInDirectives.Include.Name);

    bool Matches(NamedTypeNode? condition, ObjectType root) =>
        condition is null || Context.Schema.FindType(condition.Name.Value) is { } type
        && (type == root || (type.IsAbstract && Context.Schema.IsSubType(type, root)));
}

sealed class FragmentsOnCompositeTypesRule : ValidationRule
{
    public FragmentsOnCompositeTypesRule(ValidationContext context)
        : base(context) => Enters = [NodeKind.InlineFragment, NodeKind.FragmentDefinition];

    public override bool Enter(Node node, Node? parent)
    {
        var condition = node is FragmentDefinitionNode definition ? definition.TypeCondition : ((InlineFragmentNode)node).TypeCondition;
        if (condition is null || Context.Schema.FindType(condition.Name.Value) is not { IsComposite: false }) return true;
        var subject = node is FragmentDefinitionNode named ? $"Fragment \"{named.Name.Value}\"" : "Fragment";
        Context.Report($"{subject} cannot condition on non composite type \"{condition.Name.Value}\".", condition);
        return true;
    }
}

sealed class UniqueFragmentNamesRule : ValidationRule
{
    readonly Dictionary<string, NameNode> known = new(StringComparer.Ordinal);

    public UniqueFragmentNamesRule(ValidationContext context)
        : base(context) => Enters = [NodeKind.OperationDefinition, NodeKind.FragmentDefinition];

    public override bool Enter(Node node, Node? parent)
    {
        if (node is FragmentDefinitionNode { Name: { } name } && !known.TryAdd(name.Value, name))
            Context.Report($"There can be only one fragment named \"{name.Value}\".", known[name.Value], name);
        return false;
    }
}

sealed class KnownFragmentNamesRule : ValidationRule
{
    public KnownFragmentNamesRule(ValidationContext context)
        : base(context) => Enters = [NodeKind.FragmentSpread];

    public override bool Enter(Node node, Node? parent)
    {
        var name = ((FragmentSpreadNode)node).Name;
        if (Context.FindFragment(name.Value) is null) Context.Report($"Unknown fragment \"{name.Value}\".", name);
        return true;
    }
}

sealed class NoUnusedFragmentsRule : ValidationRule
{
    public NoUnusedFragmentsRule(ValidationContext context)
        : base(context) => Leaves = [NodeKind.Document];

    public override void Leave(Node node)
    {
        var definitions = Context.Document.Definitions;
        var used = Context.FragmentsReachedFrom(definitions.OfType<OperationDefinitionNode>())
            .Select(fragment => fragment.Name.Value).ToHashSet(StringComparer.Ordinal);
        foreach (var fragment in definitions.OfType<FragmentDefinitionNode>())
            if (!used.Contains(fragment.Name.Value)) Context.Report($"Fragment \"{fragment.Name.Value}\" is never used.", fragment);
    }
}

sealed class PossibleFragmentSpreadsRule : ValidationRule
{
    public PossibleFragmentSpreadsRule(ValidationContext context)
        : base(context) => Enters = [NodeKind.InlineFragment, NodeKind.FragmentSpread];

    public override bool Enter(Node node, Node? parent)
    {
        var spread = node as FragmentSpreadNode;
        var type = spread is null
            ? Context.Types.Type as NamedType
            : Context.FindFragment(spread.Name.Value) is { } fragment ? Context.Schema.FindType(fragment.TypeCondition.Name.Value) : null;
        if (type is not { IsComposite: true } || Context.Types.ParentType is not { } parentType
            || Context.Schema.Overlap(type, parentType)) return true;
        var subject = spread is null ? "Fragment" : $"Fragment \"{spread.Name.Value}\"";
        Context.Report($"{subject} cannot be spread here as objects of type \"{parentType}\" can never be of type \"{type}\".", node);
        return true;
    }
}

sealed class NoFragmentCyclesRule : ValidationRule
{
    readonly HashSet<string> visited = new(StringComparer.Ordinal);
    readonly List<FragmentSpreadNode> path = [];
    readonly Dictionary<string, int> indexByName = new(StringComparer.Ordinal);

    public NoFragmentCyclesRule(ValidationContext context)
        : base(context) => Enters = [NodeKind.OperationDefinition, NodeKind.FragmentDefinition];

    public override bool Enter(Node node, Node? parent)
    {
        if (node is FragmentDefinitionNode fragment) Detect(fragment);
        return false;
    }

    void Detect(FragmentDefinitionNode fragment)
    {
        var name = fragment.Name.Value;
        if (!visited.Add(name)) return;
        // A chain of fragments may be as long as the document; the stack of a thread is not.
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        var spreads = Context.SpreadsOf(fragment.SelectionSet);
        if (spreads.Count == 0) return;
        indexByName[name] = path.Count;
        foreach (var spread in spreads)
        {
            path.Add(spread);
            if (indexByName.TryGetValue(spread.Name.Value, out var index)) ReportCycle(spread.Name.Value, path[index..]);
            else if (Context.FindFragment(spread.Name.Value) is { } next) Detect(next);
            path.RemoveAt(path.Count - 1);
        }

        indexByName.Remove(name);
    }

    void ReportCycle(string name, List<FragmentSpreadNode> cycle)
    {
        var via = string.Join(", ", cycle.Take(cycle.Count - 1).Select(spread => $"\"{spread.Name.Value}\""));
        Context.Report($"Cannot spread fragment \"{name}\" within itself" + (via.Length > 0 ? $" via {via}." : "."), [.. cycle]);
    }
}
