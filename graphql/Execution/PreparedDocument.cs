using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using OrleansScheduling.GraphQL.Language;
using OrleansScheduling.GraphQL.Types;

namespace OrleansScheduling.GraphQL.Execution;

/// <summary>A document that was found valid, with plans for its operations.</summary>
sealed class PreparedDocument
{
    readonly Schema schema;
    readonly GraphQLOptions options;
    readonly Dictionary<string, FragmentDefinitionNode> fragments = new(StringComparer.Ordinal);
    readonly List<OperationPlan> operations = [];
    readonly ConcurrentDictionary<OperationPlan, StrongBox<long>> constantCosts = new();

    public PreparedDocument(Schema schema, GraphQLOptions options, DocumentNode document)
    {
        this.schema = schema;
        this.options = options;
        foreach (var fragment in document.Definitions.OfType<FragmentDefinitionNode>()) fragments[fragment.Name.Value] = fragment;
        foreach (var operation in document.Definitions.OfType<OperationDefinitionNode>())
            operations.Add(new OperationPlan(schema, operation, fragments));
        var finder = new IntrospectionFinder();
        finder.Visit(document);
        UsesIntrospection = finder.Found;
    }

    public bool UsesIntrospection { get; }

    /// <summary>Most plans that are kept, of all its operations together; each may come to all of the text.</summary>
    public int PlansMax => operations.Sum(plan => plan.PlansMax);

    public (OperationPlan? Plan, GraphQLError? Error) FindOperation(string? name)
    {
        if (name is null)
            return operations.Count switch
            {
                1 => (operations[0], null),
                0 => (null, new GraphQLError("Must provide an operation.", code: GraphQLErrorCodes.OperationResolutionFailed)),
                _ => (null, new GraphQLError(
                    "Must provide operation name if query contains multiple operations.",
                        code: GraphQLErrorCodes.OperationResolutionFailed)),
            };
        return operations.FindLast(plan => plan.Operation.Name?.Value == name) is { } found
            ? (found, null)
            : (null, new GraphQLError($"Unknown operation named \"{name}\".", code: GraphQLErrorCodes.OperationResolutionFailed));
    }

    public long CostOf(OperationPlan plan, CoercedVariables variables)
    {
        if (constantCosts.TryGetValue(plan, out var known)) return known.Value;
        var model = new CostModel(schema, options, fragments, variables);
        var cost = model.Of(plan.Operation, plan.RootType);
        if (!model.DependsOnVariables) constantCosts[plan] = new StrongBox<long>(cost);
        return cost;
    }

    sealed class IntrospectionFinder : NodeVisitor
    {
        public bool Found { get; private set; }

        protected override bool Enter(Node node, Node? parent)
        {
            if (node is FieldNode { Name.Value: "__schema" or "__type" }) Found = true;
            return !Found;
        }
    }
}
