using OrleansScheduling.GraphQL.Language;
using OrleansScheduling.GraphQL.Types;

namespace OrleansScheduling.GraphQL.Validation;

/// <summary>One use of a variable, with what is known of the place where it stands.</summary>
readonly record struct VariableUsage(VariableNode Node, GraphQLType? Type, bool HasDefault, GraphQLType? ParentType);

/// <summary>What the rules share during one validation.</summary>
sealed class ValidationContext(Schema? schema, DocumentNode document, TypeInfo? typeInfo, FieldMergingLimits? merging = null)
{
    /// <summary>A hostile document could make the rules that follow fragments do quadratic work; beyond this they give up.</summary>
    const int FragmentWorkMax = 50_000;

    /// <summary>More errors than anybody reads; the rest of the document isn't looked at.</summary>
    const int ErrorsMax = 100;

    readonly Dictionary<SelectionSetNode, List<FragmentSpreadNode>> spreads = [];
    readonly Dictionary<OperationDefinitionNode, List<VariableUsage>> recursiveUsages = [];
    readonly Dictionary<Node, List<VariableUsage>> usages = [];
    Dictionary<string, FragmentDefinitionNode>? fragments;
    int remainingFragmentWork = FragmentWorkMax;

    public Schema Schema => schema ?? throw new InvalidOperationException("A schema text is validated without a schema.");

    public Schema? SchemaOrNull => schema;

    public FieldMergingLimits Merging => merging ?? FieldMergingLimits.Default;

    public DocumentNode Document => document;

    public TypeInfo Types => typeInfo ?? throw new InvalidOperationException("A schema text is validated without a schema.");

    public List<GraphQLError> Errors { get; } = [];

    public void Report(string message, params ReadOnlySpan<Node> nodes) =>
        Report(GraphQLError.At(message, GraphQLErrorCodes.ValidationFailed, nodes));

    public void Report(GraphQLError error)
    {
        if (Errors.Count >= ErrorsMax) throw new ValidationAbortedException(
            "Too many validation errors, error limit reached. Validation aborted.");
        Errors.Add(error);
    }

    public FragmentDefinitionNode? FindFragment(string name)
    {
        if (fragments is null)
        {
            fragments = new Dictionary<string, FragmentDefinitionNode>(StringComparer.Ordinal);
            foreach (var definition in document.Definitions)
                if (definition is FragmentDefinitionNode fragment) fragments[fragment.Name.Value] = fragment;
        }

        return fragments.GetValueOrDefault(name);
    }

    public List<FragmentSpreadNode> SpreadsOf(SelectionSetNode set)
    {
        if (spreads.TryGetValue(set, out var found)) return found;
        found = [];
        var pending = new Stack<SelectionSetNode>([set]);
        while (pending.TryPop(out var current))
            foreach (var selection in current.Selections)
            {
                if (selection is FragmentSpreadNode spread) found.Add(spread);
                else if (selection is FieldNode { SelectionSet: { } fields }) pending.Push(fields);
                else if (selection is InlineFragmentNode inline) pending.Push(inline.SelectionSet);
            }

        return spreads[set] = found;
    }

    /// <summary>All fragments that the operations reach, in the order in which they are first met.</summary>
    public List<FragmentDefinitionNode> FragmentsReachedFrom(IEnumerable<OperationDefinitionNode> operations)
    {
        var names = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var spread in operations.SelectMany(operation => SpreadsOf(operation.SelectionSet)))
            if (seen.Add(spread.Name.Value)) names.Add(spread.Name.Value);
        SpendFragmentWork(names.Count);
        var reached = new List<FragmentDefinitionNode>();
        for (var i = 0; i < names.Count; i++)
        {
            if (FindFragment(names[i]) is not { } fragment) continue;
            reached.Add(fragment);
            var next = SpreadsOf(fragment.SelectionSet);
            SpendFragmentWork(next.Count);
            foreach (var spread in next)
                if (seen.Add(spread.Name.Value)) names.Add(spread.Name.Value);
        }

        return reached;
    }

    public void SpendFragmentWork(int cost)
    {
        remainingFragmentWork -= cost;
        if (remainingFragmentWork < 0) throw new ValidationAbortedException();
    }

    public List<VariableUsage> UsagesIn(OperationDefinitionNode operation)
    {
        if (recursiveUsages.TryGetValue(operation, out var found)) return found;
        found = [.. UsagesOf(operation)];
        foreach (var fragment in FragmentsReachedFrom([operation]))
        {
            var local = UsagesOf(fragment);
            SpendFragmentWork(local.Count + 1);
            found.AddRange(local);
        }

        return recursiveUsages[operation] = found;
    }

    List<VariableUsage> UsagesOf(Node node)
    {
        if (usages.TryGetValue(node, out var found)) return found;
        var collector = new UsageCollector(Schema);
        collector.Visit(node);
        return usages[node] = collector.Found;
    }

    sealed class UsageCollector(Schema schema) : NodeVisitor
    {
        readonly TypeInfo types = new(schema);

        public List<VariableUsage> Found { get; } = [];

        protected override bool VisitDescriptions => false;

        protected override bool Enter(Node node, Node? parent)
        {
            if (node is VariableDefinitionNode) return false;
            types.Enter(node);
            if (node is VariableNode variable)
                Found.Add(new VariableUsage(variable, types.InputType, types.PositionHasDefault, types.ParentInputType));
            return true;
        }

        protected override void Leave(Node node, Node? parent) => types.Leave(node);
    }
}

/// <summary>The document would cost too much to judge, or has more errors than are worth listing.</summary>
sealed class ValidationAbortedException(GraphQLError error) : Exception(error.Message)
{
    public const string TooComplex = "Validation aborted.";

    public ValidationAbortedException(string message = TooComplex)
        : this(new GraphQLError(message, code: GraphQLErrorCodes.ValidationFailed))
    {
    }

    public GraphQLError Error { get; } = error;
}

/// <summary>What "Field Selection Merging" may cost: the work grows with the square of what a document says.</summary>
/// <param name="SameNameMax">Fields with one response name in one selection set.</param>
/// <param name="ComparisonsMax">Steps of comparing, in the whole document.</param>
sealed record FieldMergingLimits(int SameNameMax, int ComparisonsMax)
{
    /// <summary>A fifth of the steps that the reference implementation allows: documents are smaller here, and a refusal must be
    /// quick.</summary>
    public static FieldMergingLimits Default { get; } = new(200, 100_000);
}
