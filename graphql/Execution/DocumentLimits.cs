using System.Runtime.CompilerServices;
using OrleansScheduling.GraphQL.Language;

namespace OrleansScheduling.GraphQL.Execution;

/// <summary>
/// Measures a document before it is validated. Each fragment is measured once, so that the work is linear in the document however often
/// fragments spread each other.
/// </summary>
sealed class DocumentLimits : NodeVisitor
{
    /// <summary>Beyond any limit; sums stop here.</summary>
    const int Ceiling = 1_000_000;

    readonly GraphQLOptions options;
    readonly Dictionary<string, FragmentDefinitionNode> fragments;
    readonly Dictionary<string, Measure> measured = new(StringComparer.Ordinal);
    readonly HashSet<string> open = new(StringComparer.Ordinal);
    readonly List<GraphQLError> errors = [];

    DocumentLimits(DocumentNode document, GraphQLOptions options)
    {
        this.options = options;
        fragments = new Dictionary<string, FragmentDefinitionNode>(StringComparer.Ordinal);
        foreach (var fragment in document.Definitions.OfType<FragmentDefinitionNode>()) fragments[fragment.Name.Value] = fragment;
    }

    readonly record struct Measure(int Depth, int Aliases, int FragmentVisits)
    {
        public Measure Beside(Measure other) => new(
            Math.Max(Depth, other.Depth),
            Math.Min(Ceiling, Aliases + other.Aliases),
            Math.Min(Ceiling, FragmentVisits + other.FragmentVisits));
    }

    public static IReadOnlyList<GraphQLError> Check(DocumentNode document, GraphQLOptions options)
    {
        if (document.Definitions.OfType<OperationDefinitionNode>().Skip(options.OperationsMax).FirstOrDefault() is { } beyond)
            return
            [
                GraphQLError.At(
                    $"The document has more than {options.OperationsMax} operations.", GraphQLErrorCodes.OperationsExceeded, beyond),
            ];
        var limits = new DocumentLimits(document, options);
        limits.Visit(document);
        foreach (var operation in document.Definitions.OfType<OperationDefinitionNode>()) limits.Check(operation);
        return limits.errors;
    }

    void Check(OperationDefinitionNode operation)
    {
        var measure = Of(operation.SelectionSet);
        Compare(operation, measure.FragmentVisits, options.FragmentVisitsMax, "spreads fragments", "times",
            GraphQLErrorCodes.FragmentVisitsExceeded);
        Compare(operation, measure.Depth, options.DepthMax, "is", "levels deep", GraphQLErrorCodes.DepthExceeded);
        Compare(operation, measure.Aliases, options.AliasesMax, "uses", "aliases", GraphQLErrorCodes.AliasesExceeded);
    }

    void Compare(OperationDefinitionNode operation, int actual, int max, string verb, string unit, string code)
    {
        if (actual <= max) return;
        var shown = actual >= Ceiling ? "far more than that" : actual.ToString(System.Globalization.CultureInfo.InvariantCulture);
        errors.Add(GraphQLError.At($"The operation {verb} {shown} {unit}; at most {max} are allowed.", code, operation));
    }

    protected override bool Enter(Node node, Node? parent)
    {
        var directives = node switch
        {
            SelectionNode selection => selection.Directives,
            DefinitionNode definition => definition.Directives,
            VariableDefinitionNode variable => variable.Directives,
            _ => [],
        };
        if (directives.Count > options.DirectivesMax)
            errors.Add(GraphQLError.At(
                $"There are {directives.Count} directives at this place; at most {options.DirectivesMax} are allowed.",
                GraphQLErrorCodes.DirectivesExceeded, node));
        return node is DocumentNode or DefinitionNode or SelectionNode or SelectionSetNode;
    }

    Measure Of(SelectionSetNode set)
    {
        var total = default(Measure);
        foreach (var selection in set.Selections)
        {
            total = total.Beside(selection switch
            {
                FieldNode field => OfField(field),
                InlineFragmentNode inline => Of(inline.SelectionSet),
                FragmentSpreadNode spread => OfSpread(spread.Name.Value),
                _ => default,
            });
        }

        return total;
    }

    Measure OfField(FieldNode field)
    {
        var below = field.SelectionSet is { } set ? Of(set) : default;
        return new Measure(
            Math.Min(Ceiling, below.Depth + 1), Math.Min(Ceiling, below.Aliases + (field.Alias is null ? 0 : 1)), below.FragmentVisits);
    }

    Measure OfSpread(string name)
    {
        var visit = new Measure(0, 0, 1);

        // A cycle is an error of its own, which validation words better. A chain of fragments can be longer than the stack allows.
        if (open.Count > options.FragmentVisitsMax || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            return new Measure(0, 0, Ceiling);
        if (!fragments.TryGetValue(name, out var fragment) || open.Contains(name)) return visit;
        if (!measured.TryGetValue(name, out var inner))
        {
            open.Add(name);
            inner = Of(fragment.SelectionSet);
            open.Remove(name);
            measured[name] = inner;
        }

        return inner.Beside(visit);
    }
}
