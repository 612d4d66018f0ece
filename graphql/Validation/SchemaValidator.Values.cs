using OrleansScheduling.GraphQL.Language;
using OrleansScheduling.GraphQL.Types;

namespace OrleansScheduling.GraphQL.Validation;

public static partial class SchemaValidator
{
    /// <summary>What holds for every argument and input field.</summary>
    static void ValidateValue(string subject, InputValue value, List<GraphQLError> errors)
    {
        if (value is { IsRequired: true, DeprecationReason: not null })
            Report(errors, $"Required {subject} cannot be deprecated.", DeprecationOf(value.AstNode?.Directives), value.AstNode?.Type);
        if (value.Type.IsInput && value.AstNode?.DefaultValue is { } literal && !Fits(literal, value.Type))
            Report(errors, $"The default value of {subject} does not fit its type {value.Type}: {Printer.Value(literal)}.", literal);
    }

    static DirectiveNode? DeprecationOf(IReadOnlyList<DirectiveNode>? directives) =>
        directives?.FirstOrDefault(directive => directive.Name.Value == BuiltInDirectives.Deprecated.Name);

    /// <summary>As strict as for a literal of a document; coercion itself overlooks what validation is to have refused.</summary>
    static bool Fits(ValueNode literal, GraphQLType type) => type switch
    {
        NonNullType nonNull => literal is not NullValueNode && Fits(literal, nonNull.OfType),
        _ when literal is NullValueNode => true,
        ListType list => literal is ListValueNode items ? items.Values.All(item => Fits(item, list.OfType)) : Fits(literal, list.OfType),
        InputObjectType input => literal is ObjectValueNode fields && FieldsFit(fields, input),
        _ => InputCoercion.TryCoerce(literal, type, null, out _),
    };

    static bool FieldsFit(ObjectValueNode literal, InputObjectType type)
    {
        var given = literal.Fields.Select(field => field.Name.Value).ToHashSet(StringComparer.Ordinal);
        if (given.Count < literal.Fields.Count) return false;
        if (type.Fields.Any(field => field.IsRequired && !given.Contains(field.Name))) return false;
        if (type.IsOneOf && literal.Fields is not [{ Value: not NullValueNode }]) return false;
        return literal.Fields.All(field => type.Fields.Find(field.Name.Value) is { } definition && Fits(field.Value, definition.Type));
    }
}
