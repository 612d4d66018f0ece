using OrleansScheduling.GraphQL.Language;
using OrleansScheduling.GraphQL.Types;

namespace OrleansScheduling.GraphQL.Tests.Spec;

/// <summary>Definitions as a set of lines, one for each member, so that two of them can be compared whatever their order.</summary>
static class BuiltInText
{
    public static IReadOnlyCollection<string> OfDefinitions(DocumentNode document) =>
        [.. document.Definitions.SelectMany(node => node switch
        {
            ObjectTypeNode type => type.Fields.Select(field => $"{type.Name.Value}.{Printer.Print(field)}"),
            EnumTypeNode type => type.Values.Select(value => $"{type.Name.Value}.{value.Name.Value}"),
            DirectiveDefinitionNode directive =>
            [
                .. directive.Arguments.Select(argument => $"@{directive.Name.Value}({Printer.Print(argument)})"),
                .. directive.Locations.Select(location => $"@{directive.Name.Value} on {location.Value}"),
            ],
            _ => throw new ArgumentOutOfRangeException(nameof(document), node.Kind, null),
        })];

    /// <summary>What the schema has of the types and directives that the lines are about.</summary>
    public static IReadOnlyCollection<string> Of(Schema schema, IEnumerable<string> lines) =>
        [.. lines.Select(Subject).Distinct().SelectMany(subject => Of(schema, subject))];

    static string Subject(string line) => line[..line.IndexOfAny([' ', '.', '('])];

    static IEnumerable<string> Of(Schema schema, string subject)
    {
        if (subject.StartsWith('@'))
        {
            var directive = schema.Directives.Find(subject[1..])!;
            return directive.Arguments.Select(argument => $"{subject}({Of(argument)})")
                .Concat(directive.Locations.Select(location => $"{subject} on {location}"));
        }

        return schema.FindType(subject) switch
        {
            EnumType type => type.Values.Select(value => $"{subject}.{value.Name}"),
            ObjectType type when type == schema.Query =>
                new[] { Introspection.SchemaField, Introspection.TypeField }.Select(field => Of(type, field)),
            ObjectType type => type.Fields.Select(field => Of(type, field)),
            _ => [],
        };
    }

    static string Of(ObjectType type, FieldDefinition field) => $"{type.Name}.{field.Name}"
        + (field.Arguments.Count > 0 ? $"({string.Join(", ", field.Arguments.Select(Of))})" : "") + $": {field.Type}";

    static string Of(InputValue value) =>
        $"{value.Name}: {value.Type}" + (value.HasDefault ? $" = {ExampleService.Text(value.DefaultValue)}" : "");
}
