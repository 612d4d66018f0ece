namespace OrleansScheduling.GraphQL.Language;

public abstract class ValueNode(SourceSpan span) : Node(span);

public sealed class VariableNode(SourceSpan span, NameNode name) : ValueNode(span)
{
    public override NodeKind Kind => NodeKind.Variable;

    public NameNode Name { get; } = name;
}

/// <summary>The digits as they were written: how wide they are is the business of the scalar.</summary>
public sealed class IntValueNode(SourceSpan span, string value) : ValueNode(span)
{
    public override NodeKind Kind => NodeKind.IntValue;

    public string Value { get; } = value;
}

public sealed class FloatValueNode(SourceSpan span, string value) : ValueNode(span)
{
    public override NodeKind Kind => NodeKind.FloatValue;

    public string Value { get; } = value;
}

public sealed class StringValueNode(SourceSpan span, string value, bool block) : ValueNode(span)
{
    public override NodeKind Kind => NodeKind.StringValue;

    public string Value { get; } = value;

    public bool Block { get; } = block;
}

public sealed class BooleanValueNode(SourceSpan span, bool value) : ValueNode(span)
{
    public override NodeKind Kind => NodeKind.BooleanValue;

    public bool Value { get; } = value;
}

public sealed class NullValueNode(SourceSpan span) : ValueNode(span)
{
    public override NodeKind Kind => NodeKind.NullValue;
}

public sealed class EnumValueNode(SourceSpan span, string value) : ValueNode(span)
{
    public override NodeKind Kind => NodeKind.EnumValue;

    public string Value { get; } = value;
}

public sealed class ListValueNode(SourceSpan span, IReadOnlyList<ValueNode> values) : ValueNode(span)
{
    public override NodeKind Kind => NodeKind.ListValue;

    public IReadOnlyList<ValueNode> Values { get; } = values;
}

public sealed class ObjectValueNode(SourceSpan span, IReadOnlyList<ObjectFieldNode> fields) : ValueNode(span)
{
    public override NodeKind Kind => NodeKind.ObjectValue;

    public IReadOnlyList<ObjectFieldNode> Fields { get; } = fields;
}

public sealed class ObjectFieldNode(SourceSpan span, NameNode name, ValueNode value) : Node(span)
{
    public override NodeKind Kind => NodeKind.ObjectField;

    public NameNode Name { get; } = name;

    public ValueNode Value { get; } = value;
}
