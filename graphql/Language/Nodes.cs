namespace OrleansScheduling.GraphQL.Language;

/// <summary>A stretch of source text: <c>[Start, End)</c>.</summary>
public readonly record struct SourceSpan(Source Source, int Start, int End)
{
    static readonly Source Generated = new("", "generated");

    /// <summary>For nodes that were made by a program and stand in no text.</summary>
    public static SourceSpan None => new(Generated, 0, 0);
}

/// <summary>A node of the syntax tree. Nodes never change once they are made.</summary>
public abstract class Node(SourceSpan span)
{
    public abstract NodeKind Kind { get; }

    public SourceSpan Span { get; } = span;

    public SourceLocation Location => Span.Source.LocationOf(Span.Start);

    public override string ToString() => Printer.Print(this);
}

public sealed class NameNode(SourceSpan span, string value) : Node(span)
{
    public override NodeKind Kind => NodeKind.Name;

    public string Value { get; } = value;
}

public sealed class DocumentNode(SourceSpan span, IReadOnlyList<DefinitionNode> definitions, int tokenCount) : Node(span)
{
    public override NodeKind Kind => NodeKind.Document;

    public IReadOnlyList<DefinitionNode> Definitions { get; } = definitions;

    public int TokenCount { get; } = tokenCount;
}

public abstract class DefinitionNode(SourceSpan span, StringValueNode? description, IReadOnlyList<DirectiveNode> directives) : Node(span)
{
    public StringValueNode? Description { get; } = description;

    public IReadOnlyList<DirectiveNode> Directives { get; } = directives;
}

public sealed class OperationDefinitionNode(
    SourceSpan span,
    StringValueNode? description,
    OperationKind operation,
    NameNode? name,
    IReadOnlyList<VariableDefinitionNode> variableDefinitions,
    IReadOnlyList<DirectiveNode> directives,
    SelectionSetNode selectionSet) : DefinitionNode(span, description, directives)
{
    public override NodeKind Kind => NodeKind.OperationDefinition;

    public OperationKind Operation { get; } = operation;

    public NameNode? Name { get; } = name;

    public IReadOnlyList<VariableDefinitionNode> VariableDefinitions { get; } = variableDefinitions;

    public SelectionSetNode SelectionSet { get; } = selectionSet;
}

public sealed class VariableDefinitionNode(
    SourceSpan span,
    StringValueNode? description,
    VariableNode variable,
    TypeNode type,
    ValueNode? defaultValue,
    IReadOnlyList<DirectiveNode> directives) : Node(span)
{
    public override NodeKind Kind => NodeKind.VariableDefinition;

    public StringValueNode? Description { get; } = description;

    public VariableNode Variable { get; } = variable;

    public TypeNode Type { get; } = type;

    public ValueNode? DefaultValue { get; } = defaultValue;

    public IReadOnlyList<DirectiveNode> Directives { get; } = directives;
}

public sealed class SelectionSetNode(SourceSpan span, IReadOnlyList<SelectionNode> selections) : Node(span)
{
    public override NodeKind Kind => NodeKind.SelectionSet;

    public IReadOnlyList<SelectionNode> Selections { get; } = selections;
}

public abstract class SelectionNode(SourceSpan span, IReadOnlyList<DirectiveNode> directives) : Node(span)
{
    public IReadOnlyList<DirectiveNode> Directives { get; } = directives;
}

public sealed class FieldNode(
    SourceSpan span,
    NameNode? alias,
    NameNode name,
    IReadOnlyList<ArgumentNode> arguments,
    IReadOnlyList<DirectiveNode> directives,
    SelectionSetNode? selectionSet) : SelectionNode(span, directives)
{
    public override NodeKind Kind => NodeKind.Field;

    public NameNode? Alias { get; } = alias;

    public NameNode Name { get; } = name;

    public IReadOnlyList<ArgumentNode> Arguments { get; } = arguments;

    public SelectionSetNode? SelectionSet { get; } = selectionSet;

    /// <summary>The key that the field has in the response.</summary>
    public string ResponseName => (Alias ?? Name).Value;
}

public sealed class ArgumentNode(SourceSpan span, NameNode name, ValueNode value) : Node(span)
{
    public override NodeKind Kind => NodeKind.Argument;

    public NameNode Name { get; } = name;

    public ValueNode Value { get; } = value;
}

public sealed class FragmentSpreadNode(SourceSpan span, NameNode name, IReadOnlyList<DirectiveNode> directives)
    : SelectionNode(span, directives)
{
    public override NodeKind Kind => NodeKind.FragmentSpread;

    public NameNode Name { get; } = name;
}

public sealed class InlineFragmentNode(
    SourceSpan span,
    NamedTypeNode? typeCondition,
    IReadOnlyList<DirectiveNode> directives,
    SelectionSetNode selectionSet) : SelectionNode(span, directives)
{
    public override NodeKind Kind => NodeKind.InlineFragment;

    public NamedTypeNode? TypeCondition { get; } = typeCondition;

    public SelectionSetNode SelectionSet { get; } = selectionSet;
}

public sealed class FragmentDefinitionNode(
    SourceSpan span,
    StringValueNode? description,
    NameNode name,
    NamedTypeNode typeCondition,
    IReadOnlyList<DirectiveNode> directives,
    SelectionSetNode selectionSet) : DefinitionNode(span, description, directives)
{
    public override NodeKind Kind => NodeKind.FragmentDefinition;

    public NameNode Name { get; } = name;

    public NamedTypeNode TypeCondition { get; } = typeCondition;

    public SelectionSetNode SelectionSet { get; } = selectionSet;
}

public sealed class DirectiveNode(SourceSpan span, NameNode name, IReadOnlyList<ArgumentNode> arguments) : Node(span)
{
    public override NodeKind Kind => NodeKind.Directive;

    public NameNode Name { get; } = name;

    public IReadOnlyList<ArgumentNode> Arguments { get; } = arguments;
}

public abstract class TypeNode(SourceSpan span) : Node(span);

public sealed class NamedTypeNode(SourceSpan span, NameNode name) : TypeNode(span)
{
    public override NodeKind Kind => NodeKind.NamedType;

    public NameNode Name { get; } = name;
}

public sealed class ListTypeNode(SourceSpan span, TypeNode type) : TypeNode(span)
{
    public override NodeKind Kind => NodeKind.ListType;

    public TypeNode Type { get; } = type;
}

public sealed class NonNullTypeNode(SourceSpan span, TypeNode type) : TypeNode(span)
{
    public override NodeKind Kind => NodeKind.NonNullType;

    public TypeNode Type { get; } = type;
}
