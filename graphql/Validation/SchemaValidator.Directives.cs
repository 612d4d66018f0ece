using OrleansScheduling.GraphQL.Language;
using OrleansScheduling.GraphQL.Types;

namespace OrleansScheduling.GraphQL.Validation;

public static partial class SchemaValidator
{
    /// <summary>
    /// A directive whose definition needs the directive, at its arguments or in their types, could not be read: nobody would know what
    /// the use inside means before the definition is complete (specification, "Directives", "Type Validation").
    /// </summary>
    static void ValidateDirectiveCycle(Schema schema, Directive directive, List<GraphQLError> errors)
    {
        var seen = new HashSet<object>();
        var pending = new Stack<object>([directive]);
        while (pending.TryPop(out var definition))
            foreach (var next in References(schema, definition))
            {
                if (ReferenceEquals(next, directive))
                {
                    Report(errors, $"Directive @{directive.Name} must not reference itself.", directive.AstNode);
                    return;
                }

                if (seen.Add(next)) pending.Push(next);
            }
    }

    /// <summary>The directives that stand in a definition, and the types of its arguments or fields.</summary>
    static IEnumerable<object> References(Schema schema, object definition)
    {
        var (used, types) = definition switch
        {
            Directive directive => (directive.Arguments.SelectMany(DirectivesAt), directive.Arguments.Select(argument => argument.Type)),
            EnumType enumeration => (
                DirectivesAt(enumeration).Concat(enumeration.Values.SelectMany(value => value.AstNode?.Directives ?? [])), []),
            InputObjectType input => (
                DirectivesAt(input).Concat(input.Fields.SelectMany(DirectivesAt)), input.Fields.Select(field => field.Type)),
            NamedType type => (DirectivesAt(type), (IEnumerable<GraphQLType>)[]),
            _ => throw new ArgumentOutOfRangeException(nameof(definition)),
        };
        foreach (var node in used)
            if (schema.Directives.Find(node.Name.Value) is { } found) yield return found;
        foreach (var type in types) yield return type.NamedType;
    }

    static IEnumerable<DirectiveNode> DirectivesAt(InputValue value) => value.AstNode?.Directives ?? [];

    static IEnumerable<DirectiveNode> DirectivesAt(NamedType type) =>
        Nodes(type).OfType<TypeDefinitionNode>().SelectMany(node => node.Directives);
}
