using OrleansScheduling.GraphQL.Language;
using OrleansScheduling.GraphQL.Types;

namespace OrleansScheduling.GraphQL.Building;

/// <summary>Prints a schema as SDL, in the layout of the reference implementation: stable, so that a snapshot can be committed.</summary>
public static class SchemaPrinter
{
    public static string Print(Schema schema)
    {
        var parts = new List<string>();
        if (SchemaDefinition(schema) is { } definition) parts.Add(definition);
        parts.AddRange(schema.Directives.Where(d => BuiltInDirectives.All.All(own => own.Name != d.Name)).Select(Directive));
        parts.AddRange(schema.Types.Where(type => type is not ScalarType { IsSpecified: true } && !Introspection.IsIntrospectionType(type))
            .Select(Type));
        return string.Join("\n\n", parts);
    }

    static string? SchemaDefinition(Schema schema)
    {
        if (schema.Description is null && schema.Query?.Name is null or "Query" && schema.Mutation?.Name is null or "Mutation"
            && schema.Subscription?.Name is null or "Subscription") return null;
        var roots = new[] { ("query", schema.Query), ("mutation", schema.Mutation), ("subscription", schema.Subscription) }
            .Where(root => root.Item2 is not null).Select(root => $"  {root.Item1}: {root.Item2!.Name}");
        return $"{Description(schema.Description)}schema {{\n{string.Join('\n', roots)}\n}}";
    }

    static string Type(NamedType type) => Description(type.Description) + type switch
    {
        ScalarType scalar =>
            $"scalar {scalar.Name}" + (scalar.SpecifiedByUrl is { } url ? $" @specifiedBy(url: {Printer.QuotedString(url)})" : ""),
        ComplexType complex => (complex is ObjectType ? "type " : "interface ") + complex.Name + Implements(complex)
            + Block(complex.Fields.Select((field, i) => Description(field.Description, "  ", i == 0) + "  " + field.Name
                + Arguments(field.Arguments, "  ") + $": {field.Type}" + Deprecated(field.DeprecationReason))),
        UnionType union => $"union {union.Name}" + (union.Types.Count > 0 ? " = " + string.Join(" | ", union.Types) : ""),
        EnumType enumeration => $"enum {enumeration.Name}" + Block(enumeration.Values.Select(
            (value, i) => Description(value.Description, "  ", i == 0) + "  " + value.Name + Deprecated(value.DeprecationReason))),
        InputObjectType input => $"input {input.Name}" + (input.IsOneOf ? " @oneOf" : "")
            + Block(input.Fields.Select((field, i) => Description(field.Description, "  ", i == 0) + "  " + Input(field))),
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    static string Implements(ComplexType type) =>
        type.Interfaces.Count > 0 ? " implements " + string.Join(" & ", type.Interfaces.Select(contract => contract.Name)) : "";

    static string Block(IEnumerable<string> items)
    {
        var text = string.Join('\n', items);
        return text.Length > 0 ? $" {{\n{text}\n}}" : "";
    }

    static string Arguments(NamedList<InputValue> arguments, string indentation = "")
    {
        if (arguments.Count == 0) return "";
        if (arguments.All(argument => string.IsNullOrEmpty(argument.Description))) return $"({string.Join(", ", arguments.Select(Input))})";
        var lines = arguments.Select((argument, i) =>
            Description(argument.Description, "  " + indentation, i == 0) + "  " + indentation + Input(argument));
        return $"(\n{string.Join('\n', lines)}\n{indentation})";
    }

    static string Input(InputValue value)
    {
        var literal = value.HasDefault ? ValueLiterals.From(value.DefaultValue, value.Type) : null;
        return $"{value.Name}: {value.Type}" + (literal is null ? "" : " = " + Printer.Value(literal))
            + Deprecated(value.DeprecationReason);
    }

    static string Directive(Directive directive) =>
        Description(directive.Description) + "directive @" + directive.Name + Arguments(directive.Arguments)
        + (directive.IsRepeatable ? " repeatable" : "") + " on " + string.Join(" | ", directive.Locations);

    static string Deprecated(string? reason) => reason switch
    {
        null => "",
        BuiltInDirectives.DefaultDeprecationReason => " @deprecated",
        _ => $" @deprecated(reason: {Printer.QuotedString(reason)})",
    };

    static string Description(string? text, string indentation = "", bool first = true)
    {
        if (text is null) return "";
        var literal = BlockString.CanPrint(text) ? BlockString.Print(text) : Printer.QuotedString(text);
        var prefix = indentation.Length > 0 && !first ? "\n" + indentation : indentation;
        return prefix + literal.Replace("\n", "\n" + indentation, StringComparison.Ordinal) + "\n";
    }
}
