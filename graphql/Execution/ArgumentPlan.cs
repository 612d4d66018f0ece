using OrleansScheduling.GraphQL.Language;
using OrleansScheduling.GraphQL.Types;

namespace OrleansScheduling.GraphQL.Execution;

/// <summary>
/// The arguments of a field: made once when no variable is in them, otherwise once a request, however many items of a list the field is
/// read from.
/// </summary>
sealed class ArgumentPlan
{
    static readonly ArgumentPlan NoArguments = new([], null, [], []);

    readonly NamedList<InputValue> definitions;
    readonly Node? node;
    readonly IReadOnlyList<ArgumentNode> given;

    ArgumentPlan(NamedList<InputValue> definitions, Node? node, IReadOnlyList<ArgumentNode> given, object?[]? constant)
    {
        this.definitions = definitions;
        this.node = node;
        this.given = given;
        Constant = constant;
    }

    /// <summary>Null when variables decide.</summary>
    public object?[]? Constant { get; }

    public static ArgumentPlan Create(FieldDefinition definition, FieldNode node)
    {
        if (definition.Arguments.Count == 0) return NoArguments;
        var plan = new ArgumentPlan(definition.Arguments, node, node.Arguments, null);
        if (node.Arguments.Any(argument => MentionsVariable(argument.Value))) return plan;
        try
        {
            return new ArgumentPlan(definition.Arguments, node, node.Arguments, plan.Evaluate(null));
        }
        catch (GraphQLException)
        {
            // The same refusal has to be reported each time, at the field that is being executed.
            return plan;
        }
    }

    internal static bool MentionsVariable(ValueNode value) => value switch
    {
        VariableNode => true,
        ListValueNode list => list.Values.Any(MentionsVariable),
        ObjectValueNode fields => fields.Fields.Any(field => MentionsVariable(field.Value)),
        _ => false,
    };

    /// <summary>Throws <see cref="GraphQLException"/> when a required argument has no value.</summary>
    public object?[] Evaluate(CoercedVariables? variables)
    {
        var values = new object?[definitions.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var definition = definitions[i];
            var hasValue = TryEvaluate(definition, variables, out var value);
            values[i] = definition.Convert is null ? value : hasValue ? definition.Convert(value) : definition.Convert(Unset.Value);
        }

        return values;
    }

    bool TryEvaluate(InputValue definition, CoercedVariables? variables, out object? value)
    {
        var argument = given.LastOrDefault(candidate => candidate.Name.Value == definition.Name);
        value = definition.DefaultValue;
        if (argument is null)
        {
            if (!definition.HasDefault && definition.Type is NonNullType)
                throw Refuse($"Argument \"{definition.Name}\" of required type \"{definition.Type}\" was not provided.", node!);
            return definition.HasDefault;
        }

        var isNull = argument.Value is NullValueNode;
        if (argument.Value is VariableNode variable)
        {
            if (variables is null || !variables.TryGetValue(variable.Name.Value, out var given))
            {
                if (!definition.HasDefault && definition.Type is NonNullType)
                    throw Refuse(
                        $"Argument \"{definition.Name}\" of required type \"{definition.Type}\" was provided the variable "
                        + $"\"${variable.Name.Value}\" which was not provided a runtime value.", variable);
                return definition.HasDefault;
            }

            isNull = given is null;
        }

        if (isNull && definition.Type is NonNullType)
            throw Refuse($"Argument \"{definition.Name}\" of non-null type \"{definition.Type}\" must not be null.", argument.Value);
        if (!InputCoercion.TryCoerce(argument.Value, definition.Type, variables, out value))
            throw Refuse($"Argument \"{definition.Name}\" has invalid value {Printer.Value(argument.Value)}.", argument.Value);
        return true;
    }

    static GraphQLException Refuse(string message, Node node) => new(GraphQLError.At(message, GraphQLErrorCodes.BadUserInput, node));
}

/// <summary>Stands for "not given" where a converter must tell it from null.</summary>
sealed class Unset
{
    public static Unset Value { get; } = new();
}
