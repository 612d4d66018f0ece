using OrleansScheduling.GraphQL.Language;

namespace OrleansScheduling.GraphQL.Types;

/// <summary>Coercion of literals (specification, "Input Values"), with variables already coerced.</summary>
public static class InputCoercion
{
    /// <summary>
    /// False when the literal has no value: a variable that wasn't given, or a literal that validation would have refused.
    /// </summary>
    public static bool TryCoerce(ValueNode node, GraphQLType type, IReadOnlyDictionary<string, object?>? variables, out object? value)
    {
        value = null;
        if (node is VariableNode variable)
            return variables is not null && variables.TryGetValue(variable.Name.Value, out value)
                && (value is not null || type is not NonNullType);
        if (type is NonNullType nonNull) return node is not NullValueNode && TryCoerce(node, nonNull.OfType, variables, out value);
        if (node is NullValueNode) return true;
        return type switch
        {
            ListType list => TryCoerceList(node, list.OfType, variables, out value),
            InputObjectType input => TryCoerceObject(node, input, variables, out value),
            ScalarType when variables is not null => TryCoerceLeaf(WithVariables(node, variables), (NamedType)type, out value),
            _ => TryCoerceLeaf(node, (NamedType)type, out value),
        };
    }

    /// <summary>
    /// A custom scalar may take a list or an object, and variables may stand in it: they become literals, so that the scalar needn't know
    /// of them.
    /// </summary>
    static ValueNode WithVariables(ValueNode node, IReadOnlyDictionary<string, object?> variables) => node switch
    {
        VariableNode variable => variables.TryGetValue(variable.Name.Value, out var value) && value is not null
            ? ValueLiterals.Untyped(value) ?? new NullValueNode(node.Span)
            : new NullValueNode(node.Span),
        ListValueNode list => new ListValueNode(list.Span, [.. list.Values.Select(item => WithVariables(item, variables))]),
        ObjectValueNode fields => new ObjectValueNode(
            fields.Span,
            [
                .. fields.Fields.Where(field => !IsMissing(field.Value, variables))
                    .Select(field => new ObjectFieldNode(field.Span, field.Name, WithVariables(field.Value, variables))),
            ]),
        _ => node,
    };

    static bool TryCoerceLeaf(ValueNode node, NamedType type, out object? value)
    {
        try
        {
            value = ParseLeaf(node, type);
            return true;
        }
        catch (GraphQLException)
        {
            value = null;
            return false;
        }
    }

    /// <summary>Throws when the literal doesn't fit.</summary>
    internal static object? ParseLeaf(ValueNode node, NamedType type) => type switch
    {
        ScalarType scalar => scalar.ParseLiteral(node),
        EnumType enumeration => Enums.ParseLiteral(enumeration, node),
        _ => throw new GraphQLException($"Type \"{type}\" is no leaf."),
    };

    static bool IsMissing(ValueNode node, IReadOnlyDictionary<string, object?>? variables) =>
        node is VariableNode variable && (variables is null || !variables.ContainsKey(variable.Name.Value));

    static bool TryCoerceList(ValueNode node, GraphQLType itemType, IReadOnlyDictionary<string, object?>? variables, out object? value)
    {
        value = null;
        if (node is not ListValueNode list)
        {
            if (!TryCoerce(node, itemType, variables, out var single)) return false;
            value = new[] { single };
            return true;
        }

        var items = new object?[list.Values.Count];
        for (var i = 0; i < items.Length; i++)
        {
            if (IsMissing(list.Values[i], variables))
            {
                if (itemType is NonNullType) return false;
                continue;
            }

            if (!TryCoerce(list.Values[i], itemType, variables, out items[i])) return false;
        }

        value = items;
        return true;
    }

    static bool TryCoerceObject(ValueNode node, InputObjectType type, IReadOnlyDictionary<string, object?>? variables, out object? value)
    {
        value = null;
        if (node is not ObjectValueNode literal) return false;
        var result = new InputObject();
        foreach (var field in type.Fields)
        {
            var given = literal.Fields.LastOrDefault(f => f.Name.Value == field.Name)?.Value;
            if (given is null || IsMissing(given, variables))
            {
                if (field.HasDefault) result[field.Name] = field.DefaultValue;
                else if (field.Type is NonNullType) return false;
                continue;
            }

            if (!TryCoerce(given, field.Type, variables, out var member)) return false;
            result[field.Name] = member;
        }

        if (type.IsOneOf && (result.Count != 1 || result.Values.First() is null)) return false;
        value = result;
        return true;
    }
}
