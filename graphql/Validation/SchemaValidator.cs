using OrleansScheduling.GraphQL.Language;
using OrleansScheduling.GraphQL.Types;

namespace OrleansScheduling.GraphQL.Validation;

/// <summary>The rules for a type system as a whole (specification, "Type Validation").</summary>
public static partial class SchemaValidator
{
    public static IReadOnlyList<GraphQLError> Validate(Schema schema)
    {
        var errors = new List<GraphQLError>();
        ValidateRoots(schema, errors);
        foreach (var directive in schema.Directives)
        {
            ValidateDirective(directive, errors);
            ValidateDirectiveCycle(schema, directive, errors);
        }

        var visited = new HashSet<InputObjectType>();
        foreach (var type in schema.Types)
        {
            if (!Introspection.IsIntrospectionType(type)) ValidateName(type.Name, type.AstNode, errors);
            switch (type)
            {
                case ComplexType complex:
                    ValidateFields(complex, errors);
                    ValidateInterfaces(schema, complex, errors);
                    break;
                case UnionType union:
                    ValidateUnion(schema, union, errors);
                    break;
                case EnumType enumeration:
                    if (enumeration.Values.Count == 0) Report(
                        errors, $"Enum type {type.Name} must define one or more values.", Nodes(type));
                    foreach (var value in enumeration.Values) ValidateName(value.Name, value.AstNode, errors);
                    break;
                case InputObjectType input:
                    ValidateInputFields(input, errors);
                    new InputCycles(visited, errors).Detect(input);
                    break;
            }
        }

        return errors;
    }

    static void Report(List<GraphQLError> errors, string message, params IEnumerable<Node?> nodes) =>
        errors.Add(GraphQLError.At(message, null, [.. nodes.OfType<Node>()]));

    static IEnumerable<Node?> Nodes(NamedType type) => [type.AstNode, .. type.ExtensionNodes];

    static void ValidateName(string name, Node? node, List<GraphQLError> errors)
    {
        if (name.StartsWith("__", StringComparison.Ordinal))
            Report(errors, $"Name \"{name}\" must not begin with \"__\", which is reserved by GraphQL introspection.", node);
    }

    static void ValidateRoots(Schema schema, List<GraphQLError> errors)
    {
        if (schema.Query is null) Report(errors, "Query root type must be provided.", schema.AstNode);
        else if (schema.Query is not ObjectType)
            Report(errors, $"Query root type must be Object type, it cannot be {schema.Query}.", RootNode(schema, OperationKind.Query)
                ?? schema.Query.AstNode);
        if (schema.Mutation is not (null or ObjectType))
            Report(errors, $"Mutation root type must be Object type if provided, it cannot be {schema.Mutation}.",
                RootNode(schema, OperationKind.Mutation) ?? schema.Mutation.AstNode);
        if (schema.Subscription is not (null or ObjectType))
            Report(errors, $"Subscription root type must be Object type if provided, it cannot be {schema.Subscription}.",
                RootNode(schema, OperationKind.Subscription) ?? schema.Subscription.AstNode);
    }

    static Node? RootNode(Schema schema, OperationKind operation) => schema.ExtensionNodes.Prepend(schema.AstNode)
        .SelectMany(node => node?.OperationTypes ?? []).FirstOrDefault(type => type.Operation == operation)?.Type;

    static void ValidateDirective(Directive directive, List<GraphQLError> errors)
    {
        ValidateName(directive.Name, directive.AstNode, errors);
        if (directive.Locations.Count == 0) Report(
            errors, $"Directive @{directive.Name} must include 1 or more locations.", directive.AstNode);
        foreach (var argument in directive.Arguments)
        {
            ValidateName(argument.Name, argument.AstNode, errors);
            if (!argument.Type.IsInput)
                Report(errors, $"The type of @{directive.Name}({argument.Name}:) must be Input Type but got: {argument.Type}.",
                    argument.AstNode);
            ValidateValue($"argument @{directive.Name}({argument.Name}:)", argument, errors);
        }
    }

    static void ValidateFields(ComplexType type, List<GraphQLError> errors)
    {
        if (type.Fields.Count == 0) Report(errors, $"Type {type.Name} must define one or more fields.", Nodes(type));
        foreach (var field in type.Fields)
        {
            ValidateName(field.Name, field.AstNode, errors);
            if (!field.Type.IsOutput)
                Report(errors, $"The type of {type.Name}.{field.Name} must be Output Type but got: {field.Type}.", field.AstNode?.Type);
            foreach (var argument in field.Arguments)
            {
                ValidateName(argument.Name, argument.AstNode, errors);
                if (!argument.Type.IsInput)
                    Report(errors, $"The type of {type.Name}.{field.Name}({argument.Name}:) must be Input Type but got: {argument.Type}.",
                        argument.AstNode?.Type);
                ValidateValue($"argument {type.Name}.{field.Name}({argument.Name}:)", argument, errors);
            }
        }
    }

    static void ValidateUnion(Schema schema, UnionType union, List<GraphQLError> errors)
    {
        var nodes = Nodes(union).OfType<UnionTypeNode>().SelectMany(node => node.Types).ToList();
        if (union.Types.Count == 0 && nodes.Count == 0) Report(
            errors, $"Union type {union.Name} must define one or more member types.", Nodes(union));
        foreach (var group in nodes.GroupBy(node => node.Name.Value))
        {
            for (var i = 1; i < group.Count(); i++) Report(
                errors, $"Union type {union.Name} can only include type {group.Key} once.", group);
            if (schema.FindType(group.Key) is { } member and not ObjectType)
                Report(errors, $"Union type {union.Name} can only include Object types, it cannot include {member}.", group);
        }
    }

    static void ValidateInputFields(InputObjectType type, List<GraphQLError> errors)
    {
        if (type.Fields.Count == 0) Report(errors, $"Input Object type {type.Name} must define one or more fields.", Nodes(type));
        foreach (var field in type.Fields)
        {
            ValidateName(field.Name, field.AstNode, errors);
            if (!field.Type.IsInput)
                Report(errors, $"The type of {type.Name}.{field.Name} must be Input Type but got: {field.Type}.", field.AstNode?.Type);
            ValidateValue($"input field {type.Name}.{field.Name}", field, errors);
            if (!type.IsOneOf) continue;
            if (field.Type is NonNullType) Report(
                errors, $"OneOf input field {type.Name}.{field.Name} must be nullable.", field.AstNode?.Type);
            if (field.HasDefault) Report(errors, $"OneOf input field {type.Name}.{field.Name} cannot have a default value.", field.AstNode);
        }

        foreach (var node in type.ExtensionNodes.OfType<TypeDefinitionNode>())
            if (node.Directives.FirstOrDefault(directive => directive.Name.Value == BuiltInDirectives.OneOf.Name) is { } oneOf)
                Report(errors, $"Input Object type {type.Name} must not become a OneOf Input Object by an extension.", oneOf);
    }

    /// <summary>An input object that must contain itself could never be written.</summary>
    sealed class InputCycles(HashSet<InputObjectType> visited, List<GraphQLError> errors)
    {
        readonly List<InputValue> path = [];
        readonly Dictionary<string, int> indexByName = new(StringComparer.Ordinal);

        public void Detect(InputObjectType type)
        {
            if (!visited.Add(type)) return;
            indexByName[type.Name] = path.Count;
            foreach (var field in type.Fields)
            {
                if (field.Type is not NonNullType { OfType: InputObjectType next }) continue;
                path.Add(field);
                if (indexByName.TryGetValue(next.Name, out var index))
                    Report(errors,
                        $"Cannot reference Input Object \"{next.Name}\" within itself through a series of non-null fields: "
                        + $"\"{string.Join('.', path.Skip(index).Select(f => f.Name))}\".",
                        path.Skip(index).Select(f => f.AstNode));
                else Detect(next);
                path.RemoveAt(path.Count - 1);
            }

            indexByName.Remove(type.Name);
        }
    }
}
