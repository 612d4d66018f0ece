using System.Text;

namespace OrleansScheduling.GraphQL.Language;

/// <summary>Prints a syntax tree in the canonical layout of the reference implementation.</summary>
public static partial class Printer
{
    /// <summary>A field with its arguments is broken over several lines beyond this length.</summary>
    const int LineLengthMax = 80;

    public static string Print(Node node) => node switch
    {
        NameNode name => name.Value,
        DocumentNode document => Join(document.Definitions.Select(Print), "\n\n"),
        OperationDefinitionNode operation => Operation(operation),
        VariableDefinitionNode variable => Variable(variable),
        SelectionSetNode set => Block(set.Selections.Select(Print)),
        FieldNode field => Field(field),
        ArgumentNode argument => $"{argument.Name.Value}: {Print(argument.Value)}",
        FragmentSpreadNode spread => $"...{spread.Name.Value}{Wrap(" ", Directives(spread.Directives))}",
        InlineFragmentNode inline => Join(
            ["...", Wrap("on ", inline.TypeCondition?.Name.Value ?? ""), Directives(inline.Directives), Print(inline.SelectionSet)], " "),
        FragmentDefinitionNode fragment => Fragment(fragment),
        DirectiveNode directive => $"@{directive.Name.Value}{Wrap("(", Join(directive.Arguments.Select(Print), ", "), ")")}",
        NamedTypeNode named => named.Name.Value,
        ListTypeNode list => $"[{Print(list.Type)}]",
        NonNullTypeNode nonNull => $"{Print(nonNull.Type)}!",
        ValueNode value => Value(value),
        ObjectFieldNode field => $"{field.Name.Value}: {Print(field.Value)}",
        _ => TypeSystem(node),
    };

    public static string Value(ValueNode node) => node switch
    {
        VariableNode variable => "$" + variable.Name.Value,
        IntValueNode integer => integer.Value,
        FloatValueNode real => real.Value,
        StringValueNode text => text.Block ? BlockString.Print(text.Value) : QuotedString(text.Value),
        BooleanValueNode boolean => boolean.Value ? "true" : "false",
        NullValueNode => "null",
        EnumValueNode value => value.Value,
        ListValueNode list => $"[{Join(list.Values.Select(Value), ", ")}]",
        ObjectValueNode fields => $"{{{Join(fields.Fields.Select(Print), ", ")}}}",
        _ => throw new ArgumentOutOfRangeException(nameof(node)),
    };

    public static string QuotedString(string value)
    {
        var text = new StringBuilder(value.Length + 2).Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\t' => text.Append("\\t"),
                '\n' => text.Append("\\n"),
                '\f' => text.Append("\\f"),
                '\r' => text.Append("\\r"),
                < ' ' or (>= '\u007F' and <= '\u009F') => text.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"),
                _ => text.Append(c),
            };
        }

        return text.Append('"').ToString();
    }

    static string Operation(OperationDefinitionNode node)
    {
        var keyword = node.Operation.Keyword();
        var variables = node.VariableDefinitions.Select(Print).ToList();
        var list = variables.Any(IsMultiline) ? Wrap("(\n", Join(variables, "\n"), "\n)") : Wrap("(", Join(variables, ", "), ")");
        var prefix = Description(node.Description)
            + Join([keyword, Join([node.Name?.Value ?? "", list], ""), Directives(node.Directives)], " ");
        return (prefix == "query" ? "" : prefix + " ") + Print(node.SelectionSet);
    }

    static string Variable(VariableDefinitionNode node) =>
        Description(node.Description) + Value(node.Variable) + ": " + Print(node.Type)
        + Wrap(" = ", node.DefaultValue is null ? "" : Value(node.DefaultValue)) + Wrap(" ", Directives(node.Directives));

    static string Field(FieldNode node)
    {
        var prefix = Wrap("", node.Alias?.Value ?? "", ": ") + node.Name.Value;
        var arguments = node.Arguments.Select(Print).ToList();
        var line = prefix + Wrap("(", Join(arguments, ", "), ")");
        if (line.Length > LineLengthMax && arguments.Count > 0) line = prefix + Wrap("(\n", Indent(Join(arguments, "\n")), "\n)");
        return line + Wrap(" ", Directives(node.Directives)) + (node.SelectionSet is null ? "" : " " + Print(node.SelectionSet));
    }

    static string Fragment(FragmentDefinitionNode node) =>
        $"{Description(node.Description)}fragment {node.Name.Value} on {node.TypeCondition.Name.Value} "
        + Wrap("", Directives(node.Directives), " ") + Print(node.SelectionSet);

    static string Description(StringValueNode? node) => node is null ? "" : Value(node) + "\n";

    static string Directives(IReadOnlyList<DirectiveNode> directives) => directives.Count == 0 ? "" : Join(directives.Select(Print), " ");

    static string Join(IEnumerable<string> parts, string separator) => string.Join(separator, parts.Where(part => part.Length > 0));

    static string Wrap(string start, string text, string end = "") => text.Length == 0 ? "" : start + text + end;

    static string Indent(string text) => text.Length == 0 ? "" : "  " + text.Replace("\n", "\n  ", StringComparison.Ordinal);

    static string Block(IEnumerable<string> parts) => Wrap("{\n", Indent(Join(parts, "\n")), "\n}");

    static bool IsMultiline(string text) => text.Contains('\n', StringComparison.Ordinal);
}
