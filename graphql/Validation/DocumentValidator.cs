using OrleansScheduling.GraphQL.Language;
using OrleansScheduling.GraphQL.Types;

namespace OrleansScheduling.GraphQL.Validation;

/// <summary>A rule sees the nodes of the kinds that it names, in document order.</summary>
abstract class ValidationRule(ValidationContext context)
{
    protected ValidationContext Context => context;

    public ulong EntersOn { get; private init; }

    public ulong LeavesOn { get; private init; }

    protected NodeKind[] Enters
    {
        init => EntersOn = Mask(value);
    }

    protected NodeKind[] Leaves
    {
        init => LeavesOn = Mask(value);
    }

    /// <summary>False keeps this rule, and no other, out of what is inside the node.</summary>
    public virtual bool Enter(Node node, Node? parent) => true;

    public virtual void Leave(Node node)
    {
    }

    static ulong Mask(NodeKind[] kinds)
    {
        ulong mask = 0;
        foreach (var kind in kinds) mask |= 1UL << (int)kind;
        return mask;
    }
}

/// <summary>Runs all rules over a document in one walk.</summary>
public static class DocumentValidator
{
    /// <summary>An empty list means that the document is valid.</summary>
    public static IReadOnlyList<GraphQLError> Validate(Schema schema, DocumentNode document) =>
        Validate(schema, document, FieldMergingLimits.Default);

    internal static IReadOnlyList<GraphQLError> Validate(Schema schema, DocumentNode document, FieldMergingLimits merging)
    {
        var types = new TypeInfo(schema);
        var context = new ValidationContext(schema, document, types, merging);
        return Run(context, types,
        [
            new ExecutableDefinitionsRule(context),
            new KnownOperationTypesRule(context),
            new UniqueOperationNamesRule(context),
            new LoneAnonymousOperationRule(context),
            new SingleFieldSubscriptionsRule(context),
            new KnownTypeNamesRule(context),
            new FragmentsOnCompositeTypesRule(context),
            new VariablesAreInputTypesRule(context),
            new ScalarLeafsRule(context),
            new FieldsOnCorrectTypeRule(context),
            new UniqueFragmentNamesRule(context),
            new KnownFragmentNamesRule(context),
            new NoUnusedFragmentsRule(context),
            new PossibleFragmentSpreadsRule(context),
            new NoFragmentCyclesRule(context),
            new UniqueVariableNamesRule(context),
            new NoUndefinedVariablesRule(context),
            new NoUnusedVariablesRule(context),
            new KnownDirectivesRule(context),
            new UniqueDirectivesPerLocationRule(context),
            new KnownArgumentNamesRule(context),
            new UniqueArgumentNamesRule(context),
            new ValuesOfCorrectTypeRule(context),
            new ProvidedRequiredArgumentsRule(context),
            new VariablesInAllowedPositionRule(context),
            new OverlappingFieldsRule(context),
            new UniqueInputFieldNamesRule(context),
            new MaxIntrospectionDepthRule(context),
        ]);
    }

    /// <summary>The rules for the text of a schema.</summary>
    public static IReadOnlyList<GraphQLError> ValidateSdl(DocumentNode document)
    {
        var context = new ValidationContext(null, document, null);
        return Run(context, null,
        [
            new LoneSchemaDefinitionRule(context),
            new UniqueOperationTypesRule(context),
            new UniqueTypeNamesRule(context),
            new UniqueEnumValueNamesRule(context),
            new UniqueFieldDefinitionNamesRule(context),
            new UniqueArgumentDefinitionNamesRule(context),
            new UniqueDirectiveNamesRule(context),
            new KnownTypeNamesRule(context),
            new KnownDirectivesRule(context),
            new UniqueDirectivesPerLocationRule(context),
            new PossibleTypeExtensionsRule(context),
            new KnownArgumentNamesRule(context),
            new UniqueArgumentNamesRule(context),
            new UniqueInputFieldNamesRule(context),
            new ProvidedRequiredArgumentsRule(context),
        ]);
    }

    static List<GraphQLError> Run(ValidationContext context, TypeInfo? types, ValidationRule[] rules)
    {
        try
        {
            new Walk(types, rules).Visit(context.Document);
        }
        catch (ValidationAbortedException aborted)
        {
            context.Errors.Add(aborted.Error);
        }
        catch (InsufficientExecutionStackException)
        {
            context.Errors.Add(new GraphQLError(ValidationAbortedException.TooComplex, code: GraphQLErrorCodes.ValidationFailed));
        }

        return context.Errors;
    }

    sealed class Walk : NodeVisitor
    {
        static readonly int KindCount = Enum.GetValues<NodeKind>().Length;

        readonly TypeInfo? types;
        readonly ValidationRule[] rules;
        readonly Node?[] skipping;
        readonly int[][] entering;
        readonly int[][] leaving;
        int skippingCount;

        public Walk(TypeInfo? types, ValidationRule[] rules)
        {
            this.types = types;
            this.rules = rules;
            skipping = new Node?[rules.Length];

            // Most rules care for one or two kinds of nodes, so each kind knows its rules.
            entering = ByKind(rule => rule.EntersOn);
            leaving = ByKind(rule => rule.LeavesOn);
        }

        protected override bool VisitDescriptions => types is null;

        int[][] ByKind(Func<ValidationRule, ulong> mask)
        {
            var lists = new int[KindCount][];
            var found = new List<int>(rules.Length);
            for (var kind = 0; kind < KindCount; kind++)
            {
                found.Clear();
                for (var i = 0; i < rules.Length; i++)
                    if ((mask(rules[i]) & (1UL << kind)) != 0) found.Add(i);
                lists[kind] = found.Count == 0 ? [] : [.. found];
            }

            return lists;
        }

        protected override bool Enter(Node node, Node? parent)
        {
            types?.Enter(node);
            foreach (var i in entering[(int)node.Kind])
            {
                if (skipping[i] is not null || rules[i].Enter(node, parent)) continue;
                skipping[i] = node;
                skippingCount++;
            }

            return true;
        }

        protected override void Leave(Node node, Node? parent)
        {
            foreach (var i in leaving[(int)node.Kind])
                if (skipping[i] is null) rules[i].Leave(node);
            if (skippingCount > 0) StopSkipping(node);
            types?.Leave(node);
        }

        void StopSkipping(Node node)
        {
            for (var i = 0; i < skipping.Length; i++)
            {
                if (!ReferenceEquals(skipping[i], node)) continue;
                skipping[i] = null;
                skippingCount--;
            }
        }
    }
}
