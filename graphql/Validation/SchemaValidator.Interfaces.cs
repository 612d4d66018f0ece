using OrleansScheduling.GraphQL.Language;
using OrleansScheduling.GraphQL.Types;

namespace OrleansScheduling.GraphQL.Validation;

public static partial class SchemaValidator
{
    static IEnumerable<Node?> ImplementsNodes(ComplexType type, string name) => Nodes(type).OfType<ComplexTypeNode>()
        .SelectMany(node => node.Interfaces).Where(node => node.Name.Value == name);

    static void ValidateInterfaces(Schema schema, ComplexType type, List<GraphQLError> errors)
    {
        foreach (var node in Nodes(type).OfType<ComplexTypeNode>().SelectMany(node => node.Interfaces))
            if (schema.FindType(node.Name.Value) is { } other and not InterfaceType)
                Report(errors, $"Type {type} must only implement Interface types, it cannot implement {other}.", node);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var contract in type.Interfaces)
        {
            if (ReferenceEquals(type, contract))
            {
                Report(errors, $"Type {type.Name} cannot implement itself because it would create a circular reference.",
                    ImplementsNodes(type, contract.Name));
                continue;
            }

            if (!seen.Add(contract.Name))
            {
                Report(errors, $"Type {type.Name} can only implement {contract.Name} once.", ImplementsNodes(type, contract.Name));
                continue;
            }

            foreach (var ancestor in contract.Interfaces.Where(ancestor => !type.Interfaces.Contains(ancestor)))
                Report(errors, ReferenceEquals(ancestor, type)
                        ? $"Type {type.Name} cannot implement {contract.Name} because it would create a circular reference."
                        : $"Type {type.Name} must implement {ancestor.Name} because it is implemented by {contract.Name}.",
                    ImplementsNodes(contract, ancestor.Name).Concat(ImplementsNodes(type, contract.Name)));
            foreach (var wrong in NonInterfaces(schema, contract).Where(wrong => !NonInterfaces(schema, type).Contains(wrong)))
                Report(errors, ReferenceEquals(wrong, type)
                        ? $"Type {type.Name} cannot implement {contract.Name} because it would create a circular reference."
                        : $"Type {type.Name} must implement {wrong.Name} because it is implemented by {contract.Name}.",
                    ImplementsNodes(contract, wrong.Name).Concat(ImplementsNodes(type, contract.Name)));
            foreach (var field in contract.Fields) ValidateImplementation(schema, type, contract, field, errors);
        }
    }

    /// <summary>What a type claims to implement although it is no interface.</summary>
    static IEnumerable<NamedType> NonInterfaces(Schema schema, ComplexType type) => Nodes(type).OfType<ComplexTypeNode>()
        .SelectMany(node => node.Interfaces).Select(node => schema.FindType(node.Name.Value)).OfType<NamedType>()
            .Where(found => found is not InterfaceType);

    static void ValidateImplementation(
        Schema schema, ComplexType type, InterfaceType contract, FieldDefinition expected, List<GraphQLError> errors)
    {
        var name = $"{contract.Name}.{expected.Name}";
        if (type.Fields.Find(expected.Name) is not { } actual)
        {
            Report(errors, $"Interface field {name} expected but {type.Name} does not provide it.", Nodes(type).Prepend(expected.AstNode));
            return;
        }

        if (!schema.IsSubTypeOf(actual.Type, expected.Type))
            Report(errors, $"Interface field {name} expects type {expected.Type} but {type.Name}.{actual.Name} is type {actual.Type}.",
                expected.AstNode?.Type, actual.AstNode?.Type);
        if (actual.DeprecationReason is not null && expected.DeprecationReason is null)
            Report(errors,
                $"Interface field {name} is not deprecated, so implementation field {type.Name}.{actual.Name} must not be deprecated.",
                DeprecationOf(actual.AstNode?.Directives), actual.AstNode?.Type);
        foreach (var argument in expected.Arguments)
        {
            if (actual.Arguments.Find(argument.Name) is not { } given)
                Report(errors,
                    $"Interface field argument {name}({argument.Name}:) expected but {type.Name}.{actual.Name} does not provide it.",
                    argument.AstNode, actual.AstNode);
            else if (!Schema.AreEqual(argument.Type, given.Type))
                Report(errors,
                    $"Interface field argument {name}({argument.Name}:) expects type {argument.Type} but "
                    + $"{type.Name}.{actual.Name}({argument.Name}:) is type {given.Type}.",
                    argument.AstNode?.Type, given.AstNode?.Type);
        }

        foreach (var extra in actual.Arguments)
            if (extra.IsRequired && !expected.Arguments.Contains(extra.Name))
                Report(errors,
                    $"Object field {type.Name}.{actual.Name} includes required argument {extra.Name} that is missing from the Interface "
                        + $"field {name}.",
                    extra.AstNode, expected.AstNode);
    }
}
