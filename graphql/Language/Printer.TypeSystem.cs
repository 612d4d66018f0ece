namespace OrleansScheduling.GraphQL.Language;

public static partial class Printer
{
    static string TypeSystem(Node node) => node switch
    {
        SchemaNode schema => Head(schema.Description, schema.IsExtension,
            "schema", Directives(schema.Directives), Block(schema.OperationTypes.Select(Print))),
        OperationTypeDefinitionNode type => $"{type.Operation.Keyword()}: {type.Type.Name.Value}",
        ScalarTypeNode scalar => Head(scalar.Description, scalar.IsExtension, "scalar", scalar.Name.Value, Directives(scalar.Directives)),
        ComplexTypeNode complex => Head(complex.Description, complex.IsExtension,
            complex is ObjectTypeNode ? "type" : "interface",
            complex.Name.Value,
            Wrap("implements ", Join(complex.Interfaces.Select(Print), " & ")),
            Directives(complex.Directives),
            Block(complex.Fields.Select(Print))),
        UnionTypeNode union => Head(union.Description, union.IsExtension,
            "union", union.Name.Value, Directives(union.Directives), Wrap("= ", Join(union.Types.Select(Print), " | "))),
        EnumTypeNode type => Head(type.Description, type.IsExtension,
            "enum", type.Name.Value, Directives(type.Directives), Block(type.Values.Select(Print))),
        InputObjectTypeNode input => Head(input.Description, input.IsExtension,
            "input", input.Name.Value, Directives(input.Directives), Block(input.Fields.Select(Print))),
        FieldDefinitionNode field => Description(field.Description) + field.Name.Value + ArgumentDefinitions(field.Arguments)
            + ": " + Print(field.Type) + Wrap(" ", Directives(field.Directives)),
        InputValueDefinitionNode value => Description(value.Description) + value.Name.Value + ": " + Print(value.Type)
            + Wrap(" = ", value.DefaultValue is null ? "" : Value(value.DefaultValue)) + Wrap(" ", Directives(value.Directives)),
        EnumValueDefinitionNode value => Head(value.Description, false, value.Name.Value, Directives(value.Directives)),
        DirectiveDefinitionNode directive => Description(directive.Description) + "directive @" + directive.Name.Value
            + ArgumentDefinitions(directive.Arguments) + (directive.Repeatable ? " repeatable" : "")
            + " on " + Join(directive.Locations.Select(Print), " | "),
        _ => throw new ArgumentOutOfRangeException(nameof(node)),
    };

    static string Head(StringValueNode? description, bool extension, params string[] parts) =>
        Description(description) + (extension ? "extend " : "") + Join(parts, " ");

    static string ArgumentDefinitions(IReadOnlyList<InputValueDefinitionNode> arguments)
    {
        var printed = arguments.Select(Print).ToList();
        return printed.Any(IsMultiline) ? Wrap("(\n", Indent(Join(printed, "\n")), "\n)") : Wrap("(", Join(printed, ", "), ")");
    }
}
