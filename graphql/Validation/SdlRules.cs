using OrleansScheduling.GraphQL.Language;
using OrleansScheduling.GraphQL.Text;

namespace OrleansScheduling.GraphQL.Validation;

sealed class LoneSchemaDefinitionRule : ValidationRule
{
    int count;

    public LoneSchemaDefinitionRule(ValidationContext context)
        : base(context) => Enters = [NodeKind.SchemaDefinition];

    public override bool Enter(Node node, Node? parent)
    {
        if (count++ > 0) Context.Report("Must provide only one schema definition.", node);
        return true;
    }
}

sealed class UniqueOperationTypesRule : ValidationRule
{
    readonly Dictionary<OperationKind, OperationTypeDefinitionNode> defined = [];

    public UniqueOperationTypesRule(ValidationContext context)
        : base(context) => Enters = [NodeKind.SchemaDefinition, NodeKind.SchemaExtension];

    public override bool Enter(Node node, Node? parent)
    {
        foreach (var type in ((SchemaNode)node).OperationTypes)
            if (!defined.TryAdd(type.Operation, type))
                Context.Report($"There can be only one {type.Operation.Keyword()} type in schema.", defined[type.Operation], type);
        return false;
    }
}

sealed class UniqueTypeNamesRule : ValidationRule
{
    readonly Dictionary<string, NameNode> known = new(StringComparer.Ordinal);

    public UniqueTypeNamesRule(ValidationContext context)
        : base(context) => Enters =
        [
            NodeKind.ScalarTypeDefinition, NodeKind.ObjectTypeDefinition, NodeKind.InterfaceTypeDefinition, NodeKind.UnionTypeDefinition,
            NodeKind.EnumTypeDefinition, NodeKind.InputObjectTypeDefinition,
        ];

    public override bool Enter(Node node, Node? parent)
    {
        var name = ((TypeDefinitionNode)node).Name;
        if (!known.TryAdd(name.Value, name)) Context.Report($"There can be only one type named \"{name.Value}\".", known[name.Value], name);
        return false;
    }
}

sealed class UniqueDirectiveNamesRule : ValidationRule
{
    readonly Dictionary<string, NameNode> known = new(StringComparer.Ordinal);

    public UniqueDirectiveNamesRule(ValidationContext context)
        : base(context) => Enters = [NodeKind.DirectiveDefinition];

    public override bool Enter(Node node, Node? parent)
    {
        var name = ((DirectiveDefinitionNode)node).Name;
        if (!known.TryAdd(name.Value, name)) Context
            .Report($"There can be only one directive named \"@{name.Value}\".", known[name.Value], name);
        return false;
    }
}

sealed class UniqueEnumValueNamesRule : ValidationRule
{
    readonly Dictionary<(string Type, string Value), NameNode> known = [];

    public UniqueEnumValueNamesRule(ValidationContext context)
        : base(context) => Enters = [NodeKind.EnumTypeDefinition, NodeKind.EnumTypeExtension];

    public override bool Enter(Node node, Node? parent)
    {
        var type = (EnumTypeNode)node;
        foreach (var value in type.Values)
        {
            var key = (type.Name.Value, value.Name.Value);
            if (!known.TryAdd(key, value.Name))
                Context.Report($"Enum value \"{type.Name.Value}.{value.Name.Value}\" can only be defined once.", known[key], value.Name);
        }

        return false;
    }
}

sealed class UniqueFieldDefinitionNamesRule : ValidationRule
{
    readonly Dictionary<(string Type, string Field), NameNode> known = [];

    public UniqueFieldDefinitionNamesRule(ValidationContext context)
        : base(context) => Enters =
        [
            NodeKind.InputObjectTypeDefinition, NodeKind.InputObjectTypeExtension, NodeKind.InterfaceTypeDefinition,
            NodeKind.InterfaceTypeExtension, NodeKind.ObjectTypeDefinition, NodeKind.ObjectTypeExtension,
        ];

    public override bool Enter(Node node, Node? parent)
    {
        var type = (TypeDefinitionNode)node;
        var names = type is ComplexTypeNode complex
            ? complex.Fields.Select(field => field.Name)
            : ((InputObjectTypeNode)type).Fields.Select(field => field.Name);
        foreach (var name in names)
        {
            var key = (type.Name.Value, name.Value);
            if (!known.TryAdd(key, name)) Context
                .Report($"Field \"{type.Name.Value}.{name.Value}\" can only be defined once.", known[key], name);
        }

        return false;
    }
}

sealed class UniqueArgumentDefinitionNamesRule : ValidationRule
{
    public UniqueArgumentDefinitionNamesRule(ValidationContext context)
        : base(context) => Enters =
        [
            NodeKind.DirectiveDefinition, NodeKind.InterfaceTypeDefinition, NodeKind.InterfaceTypeExtension,
            NodeKind.ObjectTypeDefinition, NodeKind.ObjectTypeExtension,
        ];

    public override bool Enter(Node node, Node? parent)
    {
        if (node is DirectiveDefinitionNode directive)
        {
            Check($"@{directive.Name.Value}", directive.Arguments);
            return false;
        }

        var type = (ComplexTypeNode)node;
        foreach (var field in type.Fields) Check($"{type.Name.Value}.{field.Name.Value}", field.Arguments);
        return false;
    }

    void Check(string owner, IReadOnlyList<InputValueDefinitionNode> arguments)
    {
        foreach (var group in arguments.GroupBy(argument => argument.Name.Value).Where(group => group.Count() > 1))
            Context.Report($"Argument \"{owner}({group.Key}:)\" can only be defined once.", [.. group.Select(argument => argument.Name)]);
    }
}

sealed class PossibleTypeExtensionsRule : ValidationRule
{
    readonly Dictionary<string, TypeDefinitionNode> defined = new(StringComparer.Ordinal);

    public PossibleTypeExtensionsRule(ValidationContext context)
        : base(context)
    {
        Enters =
        [
            NodeKind.ScalarTypeExtension, NodeKind.ObjectTypeExtension, NodeKind.InterfaceTypeExtension, NodeKind.UnionTypeExtension,
            NodeKind.EnumTypeExtension, NodeKind.InputObjectTypeExtension,
        ];
        foreach (var node in context.Document.Definitions.OfType<TypeDefinitionNode>())
            if (!node.IsExtension) defined[node.Name.Value] = node;
    }

    public override bool Enter(Node node, Node? parent)
    {
        var extension = (TypeDefinitionNode)node;
        var name = extension.Name.Value;
        if (!defined.TryGetValue(name, out var definition))
            Context.Report($"Cannot extend type \"{name}\" because it is not defined."
                + Suggestions.DidYouMean(Suggestions.For(name, defined.Keys)), extension.Name);
        else if (definition.GetType() != extension.GetType())
            Context.Report($"Cannot extend non-{KindName(extension)} type \"{name}\".", definition, extension);
        return true;
    }

    static string KindName(TypeDefinitionNode node) => node switch
    {
        ScalarTypeNode => "scalar",
        ObjectTypeNode => "object",
        InterfaceTypeNode => "interface",
        UnionTypeNode => "union",
        EnumTypeNode => "enum",
        _ => "input object",
    };
}
