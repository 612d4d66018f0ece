namespace OrleansScheduling.GraphQL.Language;

/// <summary>A schema, type or directive definition, or an extension of one.</summary>
public abstract class TypeSystemNode(SourceSpan span, StringValueNode? description, IReadOnlyList<DirectiveNode> directives)
    : DefinitionNode(span, description, directives);

/// <summary><c>schema { … }</c> or <c>extend schema …</c>.</summary>
public sealed class SchemaNode(
    SourceSpan span,
    bool extension,
    StringValueNode? description,
    IReadOnlyList<DirectiveNode> directives,
    IReadOnlyList<OperationTypeDefinitionNode> operationTypes) : TypeSystemNode(span, description, directives)
{
    public override NodeKind Kind => IsExtension ? NodeKind.SchemaExtension : NodeKind.SchemaDefinition;

    public bool IsExtension { get; } = extension;

    public IReadOnlyList<OperationTypeDefinitionNode> OperationTypes { get; } = operationTypes;
}

public sealed class OperationTypeDefinitionNode(SourceSpan span, OperationKind operation, NamedTypeNode type) : Node(span)
{
    public override NodeKind Kind => NodeKind.OperationTypeDefinition;

    public OperationKind Operation { get; } = operation;

    public NamedTypeNode Type { get; } = type;
}

/// <summary>What definitions and extensions of named types share.</summary>
public abstract class TypeDefinitionNode(
    SourceSpan span,
    bool extension,
    StringValueNode? description,
    NameNode name,
    IReadOnlyList<DirectiveNode> directives) : TypeSystemNode(span, description, directives)
{
    public bool IsExtension { get; } = extension;

    public NameNode Name { get; } = name;
}

public sealed class ScalarTypeNode(
    SourceSpan span, bool extension, StringValueNode? description, NameNode name, IReadOnlyList<DirectiveNode> directives)
    : TypeDefinitionNode(span, extension, description, name, directives)
{
    public override NodeKind Kind => IsExtension ? NodeKind.ScalarTypeExtension : NodeKind.ScalarTypeDefinition;
}

/// <summary>An object or an interface: both have interfaces and fields.</summary>
public abstract class ComplexTypeNode(
    SourceSpan span,
    bool extension,
    StringValueNode? description,
    NameNode name,
    IReadOnlyList<NamedTypeNode> interfaces,
    IReadOnlyList<DirectiveNode> directives,
    IReadOnlyList<FieldDefinitionNode> fields) : TypeDefinitionNode(span, extension, description, name, directives)
{
    public IReadOnlyList<NamedTypeNode> Interfaces { get; } = interfaces;

    public IReadOnlyList<FieldDefinitionNode> Fields { get; } = fields;
}

public sealed class ObjectTypeNode(
    SourceSpan span,
    bool extension,
    StringValueNode? description,
    NameNode name,
    IReadOnlyList<NamedTypeNode> interfaces,
    IReadOnlyList<DirectiveNode> directives,
    IReadOnlyList<FieldDefinitionNode> fields)
    : ComplexTypeNode(span, extension, description, name, interfaces, directives, fields)
{
    public override NodeKind Kind => IsExtension ? NodeKind.ObjectTypeExtension : NodeKind.ObjectTypeDefinition;
}

public sealed class InterfaceTypeNode(
    SourceSpan span,
    bool extension,
    StringValueNode? description,
    NameNode name,
    IReadOnlyList<NamedTypeNode> interfaces,
    IReadOnlyList<DirectiveNode> directives,
    IReadOnlyList<FieldDefinitionNode> fields)
    : ComplexTypeNode(span, extension, description, name, interfaces, directives, fields)
{
    public override NodeKind Kind => IsExtension ? NodeKind.InterfaceTypeExtension : NodeKind.InterfaceTypeDefinition;
}

public sealed class UnionTypeNode(
    SourceSpan span,
    bool extension,
    StringValueNode? description,
    NameNode name,
    IReadOnlyList<DirectiveNode> directives,
    IReadOnlyList<NamedTypeNode> types) : TypeDefinitionNode(span, extension, description, name, directives)
{
    public override NodeKind Kind => IsExtension ? NodeKind.UnionTypeExtension : NodeKind.UnionTypeDefinition;

    public IReadOnlyList<NamedTypeNode> Types { get; } = types;
}

public sealed class EnumTypeNode(
    SourceSpan span,
    bool extension,
    StringValueNode? description,
    NameNode name,
    IReadOnlyList<DirectiveNode> directives,
    IReadOnlyList<EnumValueDefinitionNode> values) : TypeDefinitionNode(span, extension, description, name, directives)
{
    public override NodeKind Kind => IsExtension ? NodeKind.EnumTypeExtension : NodeKind.EnumTypeDefinition;

    public IReadOnlyList<EnumValueDefinitionNode> Values { get; } = values;
}

public sealed class InputObjectTypeNode(
    SourceSpan span,
    bool extension,
    StringValueNode? description,
    NameNode name,
    IReadOnlyList<DirectiveNode> directives,
    IReadOnlyList<InputValueDefinitionNode> fields) : TypeDefinitionNode(span, extension, description, name, directives)
{
    public override NodeKind Kind => IsExtension ? NodeKind.InputObjectTypeExtension : NodeKind.InputObjectTypeDefinition;

    public IReadOnlyList<InputValueDefinitionNode> Fields { get; } = fields;
}

public sealed class FieldDefinitionNode(
    SourceSpan span,
    StringValueNode? description,
    NameNode name,
    IReadOnlyList<InputValueDefinitionNode> arguments,
    TypeNode type,
    IReadOnlyList<DirectiveNode> directives) : Node(span)
{
    public override NodeKind Kind => NodeKind.FieldDefinition;

    public StringValueNode? Description { get; } = description;

    public NameNode Name { get; } = name;

    public IReadOnlyList<InputValueDefinitionNode> Arguments { get; } = arguments;

    public TypeNode Type { get; } = type;

    public IReadOnlyList<DirectiveNode> Directives { get; } = directives;
}

public sealed class InputValueDefinitionNode(
    SourceSpan span,
    StringValueNode? description,
    NameNode name,
    TypeNode type,
    ValueNode? defaultValue,
    IReadOnlyList<DirectiveNode> directives) : Node(span)
{
    public override NodeKind Kind => NodeKind.InputValueDefinition;

    public StringValueNode? Description { get; } = description;

    public NameNode Name { get; } = name;

    public TypeNode Type { get; } = type;

    public ValueNode? DefaultValue { get; } = defaultValue;

    public IReadOnlyList<DirectiveNode> Directives { get; } = directives;
}

public sealed class EnumValueDefinitionNode(
    SourceSpan span, StringValueNode? description, NameNode name, IReadOnlyList<DirectiveNode> directives) : Node(span)
{
    public override NodeKind Kind => NodeKind.EnumValueDefinition;

    public StringValueNode? Description { get; } = description;

    public NameNode Name { get; } = name;

    public IReadOnlyList<DirectiveNode> Directives { get; } = directives;
}

public sealed class DirectiveDefinitionNode(
    SourceSpan span,
    StringValueNode? description,
    NameNode name,
    IReadOnlyList<InputValueDefinitionNode> arguments,
    bool repeatable,
    IReadOnlyList<NameNode> locations) : TypeSystemNode(span, description, [])
{
    public override NodeKind Kind => NodeKind.DirectiveDefinition;

    public NameNode Name { get; } = name;

    public IReadOnlyList<InputValueDefinitionNode> Arguments { get; } = arguments;

    public bool Repeatable { get; } = repeatable;

    public IReadOnlyList<NameNode> Locations { get; } = locations;
}
