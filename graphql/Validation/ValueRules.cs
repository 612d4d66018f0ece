using OrleansScheduling.GraphQL.Language;
using OrleansScheduling.GraphQL.Text;
using OrleansScheduling.GraphQL.Types;

namespace OrleansScheduling.GraphQL.Validation;

sealed class ValuesOfCorrectTypeRule : ValidationRule
{
    public ValuesOfCorrectTypeRule(ValidationContext context)
        : base(context) => Enters =
        [
            NodeKind.ListValue, NodeKind.ObjectValue, NodeKind.ObjectField, NodeKind.NullValue, NodeKind.EnumValue, NodeKind.IntValue,
            NodeKind.FloatValue, NodeKind.StringValue, NodeKind.BooleanValue,
        ];

    public override bool Enter(Node node, Node? parent)
    {
        switch (node)
        {
            case ListValueNode list:
                // The type information has gone into the list already, so its own type is the parent.
                if (Context.Types.ParentInputType?.NullableType is ListType) return true;
                CheckLeaf(list);
                return false;
            case ObjectValueNode fields:
                return CheckObject(fields);
            case ObjectFieldNode field:
                CheckField(field);
                return true;
            case NullValueNode:
                if (Context.Types.InputType is NonNullType type) Context.Report($"Expected value of type \"{type}\", found null.", node);
                return true;
            default:
                CheckLeaf((ValueNode)node);
                return true;
        }
    }

    bool CheckObject(ObjectValueNode node)
    {
        if (Context.Types.InputType?.NamedType is not InputObjectType type)
        {
            CheckLeaf(node);
            return false;
        }

        var given = new Dictionary<string, ObjectFieldNode>(StringComparer.Ordinal);
        foreach (var field in node.Fields) given[field.Name.Value] = field;
        foreach (var field in type.Fields)
            if (field.IsRequired && !given.ContainsKey(field.Name))
                Context.Report($"Field \"{type.Name}.{field.Name}\" of required type \"{field.Type}\" was not provided.", node);
        if (!type.IsOneOf) return true;
        if (given.Count != 1) Context.Report($"OneOf Input Object \"{type.Name}\" must specify exactly one key.", node);
        else if (given.Values.First().Value is NullValueNode)
            Context.Report($"Field \"{type.Name}.{given.Keys.First()}\" must be non-null.", node);
        return true;
    }

    void CheckField(ObjectFieldNode node)
    {
        if (Context.Types.InputType is not null || Context.Types.ParentInputType?.NamedType is not InputObjectType type) return;
        Context.Report($"Field \"{node.Name.Value}\" is not defined by type \"{type.Name}\"."
            + Suggestions.DidYouMean(Suggestions.For(node.Name.Value, type.Fields.Select(field => field.Name))), node);
    }

    void CheckLeaf(ValueNode node)
    {
        if (Context.Types.InputType is not { } expected) return;
        if (!expected.NamedType.IsLeaf)
        {
            Context.Report($"Expected value of type \"{expected}\", found {Printer.Value(node)}.", node);
            return;
        }

        try
        {
            InputCoercion.ParseLeaf(node, expected.NamedType);
        }
        catch (GraphQLException refused)
        {
            Context.Report(
                refused.Error.Code is null ? GraphQLError.At(refused.Message, GraphQLErrorCodes.ValidationFailed, node) : refused.Error);
        }
    }
}

sealed class UniqueInputFieldNamesRule : ValidationRule
{
    readonly Stack<Dictionary<string, NameNode>> known = new();

    public UniqueInputFieldNamesRule(ValidationContext context)
        : base(context)
    {
        Enters = [NodeKind.ObjectValue, NodeKind.ObjectField];
        Leaves = [NodeKind.ObjectValue];
    }

    public override bool Enter(Node node, Node? parent)
    {
        if (node is not ObjectFieldNode { Name: var name }) known.Push(new Dictionary<string, NameNode>(StringComparer.Ordinal));
        else if (!known.Peek().TryAdd(name.Value, name))
            Context.Report($"There can be only one input field named \"{name.Value}\".", known.Peek()[name.Value], name);
        return true;
    }

    public override void Leave(Node node) => known.Pop();
}

sealed class VariablesAreInputTypesRule : ValidationRule
{
    public VariablesAreInputTypesRule(ValidationContext context)
        : base(context) => Enters = [NodeKind.VariableDefinition];

    public override bool Enter(Node node, Node? parent)
    {
        var definition = (VariableDefinitionNode)node;
        if (Context.Schema.Resolve(definition.Type) is { IsInput: false })
            Context.Report(
                $"Variable \"${definition.Variable.Name.Value}\" cannot be non-input type \"{Printer.Print(definition.Type)}\".",
                    definition.Type);
        return true;
    }
}

sealed class UniqueVariableNamesRule : ValidationRule
{
    public UniqueVariableNamesRule(ValidationContext context)
        : base(context) => Enters = [NodeKind.OperationDefinition];

    public override bool Enter(Node node, Node? parent)
    {
        foreach (
            var group in ((OperationDefinitionNode)node).VariableDefinitions.GroupBy(d => d.Variable.Name.Value).Where(g => g.Count() > 1))
            Context.Report(
                $"There can be only one variable named \"${group.Key}\".", [.. group.Select(definition => definition.Variable.Name)]);
        return true;
    }
}

sealed class NoUndefinedVariablesRule : ValidationRule
{
    public NoUndefinedVariablesRule(ValidationContext context)
        : base(context) => Leaves = [NodeKind.OperationDefinition];

    public override void Leave(Node node)
    {
        var operation = (OperationDefinitionNode)node;
        var defined = operation.VariableDefinitions.Select(d => d.Variable.Name.Value).ToHashSet(StringComparer.Ordinal);
        foreach (var usage in Context.UsagesIn(operation))
        {
            var name = usage.Node.Name.Value;
            if (defined.Contains(name)) continue;
            Context.Report(operation.Name is { } operationName
                ? $"Variable \"${name}\" is not defined by operation \"{operationName.Value}\"."
                : $"Variable \"${name}\" is not defined.", usage.Node, operation);
        }
    }
}

sealed class NoUnusedVariablesRule : ValidationRule
{
    public NoUnusedVariablesRule(ValidationContext context)
        : base(context) => Leaves = [NodeKind.OperationDefinition];

    public override void Leave(Node node)
    {
        var operation = (OperationDefinitionNode)node;
        var used = Context.UsagesIn(operation).Select(usage => usage.Node.Name.Value).ToHashSet(StringComparer.Ordinal);
        foreach (var definition in operation.VariableDefinitions)
        {
            var name = definition.Variable.Name.Value;
            if (used.Contains(name)) continue;
            Context.Report(operation.Name is { } operationName
                ? $"Variable \"${name}\" is never used in operation \"{operationName.Value}\"."
                : $"Variable \"${name}\" is never used.", definition);
        }
    }
}

sealed class VariablesInAllowedPositionRule : ValidationRule
{
    public VariablesInAllowedPositionRule(ValidationContext context)
        : base(context) => Leaves = [NodeKind.OperationDefinition];

    public override void Leave(Node node)
    {
        var operation = (OperationDefinitionNode)node;
        var definitions = new Dictionary<string, VariableDefinitionNode>(StringComparer.Ordinal);
        foreach (var definition in operation.VariableDefinitions) definitions[definition.Variable.Name.Value] = definition;
        foreach (var usage in Context.UsagesIn(operation))
        {
            var name = usage.Node.Name.Value;
            if (usage.Type is not { } expected || !definitions.TryGetValue(name, out var definition)) continue;
            var type = Context.Schema.Resolve(definition.Type);
            if (type is not null && !IsAllowed(type, definition.DefaultValue, expected, usage.HasDefault))
                Context.Report(
                    $"Variable \"${name}\" of type \"{type}\" used in position expecting type \"{expected}\".", definition, usage.Node);
            if (usage.ParentType?.NullableType is InputObjectType { IsOneOf: true } oneOf && type is not null and not NonNullType)
                Context.Report(
                    $"Variable \"${name}\" is of type \"{type}\" but must be non-nullable to be used for OneOf Input Object \"{oneOf}\".",
                        definition, usage.Node);
        }
    }

    bool IsAllowed(GraphQLType type, ValueNode? defaultValue, GraphQLType expected, bool positionHasDefault)
    {
        if (expected is not NonNullType nonNull || type is NonNullType) return Context.Schema.IsSubTypeOf(type, expected);
        return (defaultValue is not (null or NullValueNode) || positionHasDefault) && Context.Schema.IsSubTypeOf(type, nonNull.OfType);
    }
}
