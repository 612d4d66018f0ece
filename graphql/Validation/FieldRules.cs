using OrleansScheduling.GraphQL.Language;
using OrleansScheduling.GraphQL.Text;
using OrleansScheduling.GraphQL.Types;

namespace OrleansScheduling.GraphQL.Validation;

sealed class KnownTypeNamesRule : ValidationRule
{
    readonly HashSet<string> defined;
    DefinitionNode? definition;

    public KnownTypeNamesRule(ValidationContext context)
        : base(context)
    {
        Enters =
        [
            NodeKind.NamedType, NodeKind.OperationDefinition, NodeKind.FragmentDefinition, NodeKind.SchemaDefinition,
                NodeKind.SchemaExtension,
            NodeKind.ScalarTypeDefinition, NodeKind.ObjectTypeDefinition, NodeKind.InterfaceTypeDefinition, NodeKind.UnionTypeDefinition,
            NodeKind.EnumTypeDefinition, NodeKind.InputObjectTypeDefinition, NodeKind.DirectiveDefinition, NodeKind.ScalarTypeExtension,
            NodeKind.ObjectTypeExtension, NodeKind.InterfaceTypeExtension, NodeKind.UnionTypeExtension, NodeKind.EnumTypeExtension,
            NodeKind.InputObjectTypeExtension,
        ];
        defined = context.Document.Definitions.OfType<TypeDefinitionNode>().Where(node => !node.IsExtension)
            .Select(node => node.Name.Value).ToHashSet(StringComparer.Ordinal);
    }

    public override bool Enter(Node node, Node? parent)
    {
        if (node is DefinitionNode current)
        {
            definition = current;
            return true;
        }

        var name = ((NamedTypeNode)node).Name.Value;
        if (defined.Contains(name) || Context.SchemaOrNull?.FindType(name) is not null) return true;
        var isSdl = definition is TypeSystemNode;
        List<string> standard = [.. BuiltInScalars.All.Select(scalar => scalar.Name), .. Introspection.TypeNames];
        if (isSdl && standard.Contains(name)) return true;
        List<string> known = [.. Context.SchemaOrNull?.Types.Select(type => type.Name) ?? [], .. defined];
        var suggestions = Suggestions.For(name, isSdl ? [.. standard, .. known] : known);
        Context.Report($"Unknown type \"{name}\"." + Suggestions.DidYouMean(suggestions), node);
        return true;
    }
}

sealed class ScalarLeafsRule : ValidationRule
{
    public ScalarLeafsRule(ValidationContext context)
        : base(context) => Enters = [NodeKind.Field];

    public override bool Enter(Node node, Node? parent)
    {
        if (Context.Types.Type is not { } type) return true;
        var field = (FieldNode)node;
        var name = field.Name.Value;
        if (type.NamedType.IsLeaf)
        {
            if (field.SelectionSet is not null)
                Context.Report($"Field \"{name}\" must not have a selection since type \"{type}\" has no subfields.", field.SelectionSet);
        }
        else if (field.SelectionSet is null)
        {
            Context.Report(
                $"Field \"{name}\" of type \"{type}\" must have a selection of subfields. Did you mean \"{name} {{ ... }}\"?", node);
        }

        return true;
    }
}

sealed class FieldsOnCorrectTypeRule : ValidationRule
{
    public FieldsOnCorrectTypeRule(ValidationContext context)
        : base(context) => Enters = [NodeKind.Field];

    public override bool Enter(Node node, Node? parent)
    {
        if (Context.Types.ParentType is not { } type || Context.Types.Field is not null) return true;
        var name = ((FieldNode)node).Name.Value;
        var suggestion = Suggestions.DidYouMean(SuggestTypes(type, name), "to use an inline fragment on");
        if (suggestion.Length == 0 && type is ComplexType complex)
            suggestion = Suggestions.DidYouMean(Suggestions.For(name, complex.Fields.Select(field => field.Name)));
        Context.Report($"Cannot query field \"{name}\" on type \"{type}\"." + suggestion, node);
        return true;
    }

    /// <summary>The types that have the field; interfaces that more of them share come first.</summary>
    List<string> SuggestTypes(NamedType type, string field)
    {
        if (!type.IsAbstract) return [];
        var usage = new Dictionary<ComplexType, int>();
        var order = new List<ComplexType>();
        void Count(ComplexType candidate)
        {
            if (usage.TryAdd(candidate, 0)) order.Add(candidate);
            usage[candidate]++;
        }

        foreach (var possible in Context.Schema.PossibleTypes(type).Where(possible => possible.Fields.Contains(field)))
        {
            Count(possible);
            foreach (var contract in possible.Interfaces.Where(contract => contract.Fields.Contains(field))) Count(contract);
        }

        // The order is not transitive in general, so the sort must be the stable merge that the reference uses; insertion keeps it simple.
        for (var i = 1; i < order.Count; i++)
            for (var j = i; j > 0 && Compare(order[j - 1], order[j], usage) > 0; j--) (order[j - 1], order[j]) = (order[j], order[j - 1]);
        return [.. order.Select(candidate => candidate.Name)];
    }

    int Compare(ComplexType a, ComplexType b, Dictionary<ComplexType, int> usage)
    {
        var difference = usage[b] - usage[a];
        if (difference != 0) return difference;
        if (a is InterfaceType && Context.Schema.IsSubType(a, b)) return -1;
        if (b is InterfaceType && Context.Schema.IsSubType(b, a)) return 1;
        return NaturalComparer.Instance.Compare(a.Name, b.Name);
    }
}

sealed class KnownArgumentNamesRule : ValidationRule
{
    readonly Dictionary<string, List<string>> directiveArguments;

    public KnownArgumentNamesRule(ValidationContext context)
        : base(context)
    {
        Enters = context.SchemaOrNull is null ? [NodeKind.Directive] : [NodeKind.Directive, NodeKind.Argument];
        directiveArguments = (context.SchemaOrNull?.Directives ?? BuiltInDirectives.All)
            .ToDictionary(
                directive => directive.Name, directive => directive.Arguments.Select(a => a.Name).ToList(), StringComparer.Ordinal);
        foreach (var definition in context.Document.Definitions.OfType<DirectiveDefinitionNode>())
            directiveArguments[definition.Name.Value] = [.. definition.Arguments.Select(argument => argument.Name.Value)];
    }

    public override bool Enter(Node node, Node? parent)
    {
        if (node is DirectiveNode directive)
        {
            if (!directiveArguments.TryGetValue(directive.Name.Value, out var known)) return false;
            foreach (var given in directive.Arguments)
                if (!known.Contains(given.Name.Value))
                    Context.Report($"Unknown argument \"{given.Name.Value}\" on directive \"@{directive.Name.Value}\"."
                        + Suggestions.DidYouMean(Suggestions.For(given.Name.Value, known)), given);
            return false;
        }

        var argument = (ArgumentNode)node;
        if (Context.Types.Argument is null && Context.Types.Field is { } field && Context.Types.ParentType is { } type)
            Context.Report($"Unknown argument \"{argument.Name.Value}\" on field \"{type}.{field.Name}\"."
                + Suggestions.DidYouMean(Suggestions.For(argument.Name.Value, field.Arguments.Select(a => a.Name))), argument);
        return true;
    }
}

sealed class UniqueArgumentNamesRule : ValidationRule
{
    public UniqueArgumentNamesRule(ValidationContext context)
        : base(context) => Enters = [NodeKind.Field, NodeKind.Directive];

    public override bool Enter(Node node, Node? parent)
    {
        var arguments = node is FieldNode field ? field.Arguments : ((DirectiveNode)node).Arguments;
        if (arguments.Count < 2) return true;
        foreach (var group in arguments.GroupBy(argument => argument.Name.Value).Where(group => group.Count() > 1))
            Context.Report($"There can be only one argument named \"{group.Key}\".", [.. group.Select(argument => argument.Name)]);
        return true;
    }
}

sealed class ProvidedRequiredArgumentsRule : ValidationRule
{
    readonly Dictionary<string, List<(string Name, string Type)>> directiveArguments;

    public ProvidedRequiredArgumentsRule(ValidationContext context)
        : base(context)
    {
        Leaves = context.SchemaOrNull is null ? [NodeKind.Directive] : [NodeKind.Directive, NodeKind.Field];
        directiveArguments = (context.SchemaOrNull?.Directives ?? BuiltInDirectives.All).ToDictionary(
            directive => directive.Name,
            directive => directive.Arguments.Where(a => a.IsRequired).Select(a => (a.Name, a.Type.ToString()!)).ToList(),
            StringComparer.Ordinal);
        foreach (var definition in context.Document.Definitions.OfType<DirectiveDefinitionNode>())
            directiveArguments[definition.Name.Value] =
            [
                .. definition.Arguments.Where(a => a.Type is NonNullTypeNode && a.DefaultValue is null)
                    .Select(a => (a.Name.Value, Printer.Print(a.Type))),
            ];
    }

    public override void Leave(Node node)
    {
        if (node is DirectiveNode directive)
        {
            if (!directiveArguments.TryGetValue(directive.Name.Value, out var required)) return;
            foreach (var (name, type) in required)
                if (directive.Arguments.All(argument => argument.Name.Value != name))
                    Context.Report(
                        $"Directive \"@{directive.Name.Value}\" argument \"{name}\" of type \"{type}\" is required, but it was not "
                            + $"provided.", node);
            return;
        }

        if (Context.Types.Field is not { } definition) return;
        var given = ((FieldNode)node).Arguments;
        foreach (var argument in definition.Arguments)
            if (argument.IsRequired && given.All(a => a.Name.Value != argument.Name))
                Context.Report(
                    $"Field \"{definition.Name}\" argument \"{argument.Name}\" of type \"{argument.Type}\" is required, but it was not "
                        + $"provided.", node);
    }
}

sealed class KnownDirectivesRule : ValidationRule
{
    readonly Dictionary<string, IReadOnlyList<string>> locations;
    Node? enclosing;

    public KnownDirectivesRule(ValidationContext context)
        : base(context)
    {
        Enters =
        [
            NodeKind.Directive, NodeKind.FieldDefinition, NodeKind.DirectiveDefinition, NodeKind.InputObjectTypeDefinition,
                NodeKind.InputObjectTypeExtension,
        ];
        locations = (context.SchemaOrNull?.Directives ?? BuiltInDirectives.All)
            .ToDictionary(directive => directive.Name, directive => directive.Locations, StringComparer.Ordinal);
        foreach (var definition in context.Document.Definitions.OfType<DirectiveDefinitionNode>())
            locations[definition.Name.Value] = [.. definition.Locations.Select(location => location.Value)];
    }

    public override bool Enter(Node node, Node? parent)
    {
        if (node is not DirectiveNode directive)
        {
            enclosing = node;
            return true;
        }

        var name = directive.Name.Value;
        if (!locations.TryGetValue(name, out var allowed)) Context.Report($"Unknown directive \"@{name}\".", node);
        else if (LocationOf(parent) is { } location && !allowed.Contains(location))
            Context.Report($"Directive \"@{name}\" may not be used on {location}.", node);
        return true;
    }

    string? LocationOf(Node? parent) => parent switch
    {
        OperationDefinitionNode { Operation: OperationKind.Query } => DirectiveLocations.Query,
        OperationDefinitionNode { Operation: OperationKind.Mutation } => DirectiveLocations.Mutation,
        OperationDefinitionNode => DirectiveLocations.Subscription,
        FieldNode => DirectiveLocations.Field,
        FragmentSpreadNode => DirectiveLocations.FragmentSpread,
        InlineFragmentNode => DirectiveLocations.InlineFragment,
        FragmentDefinitionNode => DirectiveLocations.FragmentDefinition,
        VariableDefinitionNode => DirectiveLocations.VariableDefinition,
        SchemaNode => DirectiveLocations.Schema,
        ScalarTypeNode => DirectiveLocations.Scalar,
        ObjectTypeNode => DirectiveLocations.Object,
        FieldDefinitionNode => DirectiveLocations.FieldDefinition,
        InterfaceTypeNode => DirectiveLocations.Interface,
        UnionTypeNode => DirectiveLocations.Union,
        EnumTypeNode => DirectiveLocations.Enum,
        EnumValueDefinitionNode => DirectiveLocations.EnumValue,
        InputObjectTypeNode => DirectiveLocations.InputObject,
        InputValueDefinitionNode =>
            enclosing is InputObjectTypeNode ? DirectiveLocations.InputFieldDefinition : DirectiveLocations.ArgumentDefinition,
        _ => null,
    };
}

sealed class UniqueDirectivesPerLocationRule : ValidationRule
{
    readonly Dictionary<string, bool> unique;
    readonly Dictionary<string, Dictionary<string, DirectiveNode>> seenByType = new(StringComparer.Ordinal);
    readonly Dictionary<string, DirectiveNode> seenOnSchema = new(StringComparer.Ordinal);

    public UniqueDirectivesPerLocationRule(ValidationContext context)
        : base(context)
    {
        Enters =
        [
            NodeKind.Field, NodeKind.FragmentSpread, NodeKind.InlineFragment, NodeKind.OperationDefinition, NodeKind.FragmentDefinition,
            NodeKind.VariableDefinition, NodeKind.SchemaDefinition, NodeKind.SchemaExtension, NodeKind.ScalarTypeDefinition,
            NodeKind.ScalarTypeExtension, NodeKind.ObjectTypeDefinition, NodeKind.ObjectTypeExtension, NodeKind.InterfaceTypeDefinition,
            NodeKind.InterfaceTypeExtension, NodeKind.UnionTypeDefinition, NodeKind.UnionTypeExtension, NodeKind.EnumTypeDefinition,
            NodeKind.EnumTypeExtension, NodeKind.InputObjectTypeDefinition, NodeKind.InputObjectTypeExtension, NodeKind.FieldDefinition,
            NodeKind.InputValueDefinition, NodeKind.EnumValueDefinition,
        ];
        unique = (context.SchemaOrNull?.Directives ?? BuiltInDirectives.All)
            .ToDictionary(directive => directive.Name, directive => !directive.IsRepeatable, StringComparer.Ordinal);
        foreach (var definition in context.Document.Definitions.OfType<DirectiveDefinitionNode>())
            unique[definition.Name.Value] = !definition.Repeatable;
    }

    public override bool Enter(Node node, Node? parent)
    {
        var directives = node switch
        {
            SelectionNode selection => selection.Directives,
            DefinitionNode definition => definition.Directives,
            VariableDefinitionNode variable => variable.Directives,
            FieldDefinitionNode field => field.Directives,
            InputValueDefinitionNode value => value.Directives,
            EnumValueDefinitionNode value => value.Directives,
            _ => [],
        };
        if (directives.Count == 0) return true;
        var seen = node switch
        {
            SchemaNode => seenOnSchema,
            TypeDefinitionNode type => seenByType.TryGetValue(type.Name.Value, out var found)
                ? found
                : seenByType[type.Name.Value] = new Dictionary<string, DirectiveNode>(StringComparer.Ordinal),
            _ => new Dictionary<string, DirectiveNode>(StringComparer.Ordinal),
        };
        foreach (var directive in directives)
        {
            var name = directive.Name.Value;
            if (unique.GetValueOrDefault(name) && !seen.TryAdd(name, directive))
                Context.Report($"The directive \"@{name}\" can only be used once at this location.", seen[name], directive);
        }

        return true;
    }
}

/// <summary>Lists of fields inside lists of types grow without bound in an introspection query; three levels are enough for every
/// tool.</summary>
sealed class MaxIntrospectionDepthRule : ValidationRule
{
    const int ListDepthMax = 3;

    readonly Dictionary<string, int> checkedFragments = new(StringComparer.Ordinal);
    readonly Dictionary<string, int> exceededFragments = new(StringComparer.Ordinal);

    public MaxIntrospectionDepthRule(ValidationContext context)
        : base(context) => Enters = [NodeKind.Field];

    public override bool Enter(Node node, Node? parent)
    {
        if (((FieldNode)node).Name.Value is not ("__schema" or "__type")) return true;
        if (!Exceeds(node, new Dictionary<string, int>(StringComparer.Ordinal), 0)) return true;
        Context.Report("Maximum introspection depth exceeded", node);
        return false;
    }

    bool Exceeds(Node node, Dictionary<string, int> visited, int depth)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        if (node is FragmentSpreadNode spread) return FragmentExceeds(spread.Name.Value, visited, depth);
        if (node is FieldNode { Name.Value: "fields" or "interfaces" or "possibleTypes" or "inputFields" }
            && ++depth >= ListDepthMax) return true;
        var set = node switch
        {
            FieldNode field => field.SelectionSet,
            InlineFragmentNode inline => inline.SelectionSet,
            FragmentDefinitionNode fragment => fragment.SelectionSet,
            _ => null,
        };
        return set is not null && set.Selections.Any(child => Exceeds(child, visited, depth));
    }

    bool FragmentExceeds(string name, Dictionary<string, int> visited, int depth)
    {
        if (exceededFragments.TryGetValue(name, out var exceeded) && exceeded <= depth) return true;
        if (visited.TryGetValue(name, out var entry) && entry >= depth) return false;
        if (checkedFragments.TryGetValue(name, out var done) && done >= depth) return false;
        if (Context.FindFragment(name) is not { } fragment) return false;
        visited[name] = depth;
        if (Exceeds(fragment, visited, depth))
        {
            exceededFragments[name] = depth;
            return true;
        }

        checkedFragments[name] = depth;
        return false;
    }
}
