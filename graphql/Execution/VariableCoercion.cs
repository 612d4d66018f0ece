using System.Globalization;
using System.Text.Json;
using OrleansScheduling.GraphQL.Language;
using OrleansScheduling.GraphQL.Text;
using OrleansScheduling.GraphQL.Types;

namespace OrleansScheduling.GraphQL.Execution;

/// <summary>The variables of one request after coercion; a variable that was neither given nor has a default is absent.</summary>
public sealed class CoercedVariables : Dictionary<string, object?>
{
    public CoercedVariables()
        : base(StringComparer.Ordinal)
    {
    }
}

/// <summary>Turns the JSON of a request's variables into coerced values (specification, "Coercing Variable Values").</summary>
sealed class VariableCoercion
{
    const int ErrorsMax = 50;

    readonly List<GraphQLError> errors = [];
    readonly List<object> path = [];
    VariableDefinitionNode? current;

    public static (CoercedVariables Values, IReadOnlyList<GraphQLError> Errors) Coerce(
        Schema schema, IReadOnlyList<VariableDefinitionNode> definitions, JsonElement inputs)
    {
        var coercion = new VariableCoercion();
        var values = new CoercedVariables();
        if (definitions.Count > 0 && !IsText(inputs))
        {
            coercion.errors.Add(new GraphQLError(
                "The variables contain a string that isn't valid Unicode.", code: GraphQLErrorCodes.BadUserInput));
            return (values, coercion.errors);
        }

        try
        {
            foreach (var definition in definitions) coercion.CoerceVariable(schema, definition, inputs, values);
        }
        catch (TooManyErrorsException)
        {
            coercion.errors.Add(new GraphQLError(
                "Too many errors processing variables, error limit reached. Execution aborted.", code: GraphQLErrorCodes.BadUserInput));
        }

        return (values, coercion.errors);
    }

    sealed class TooManyErrorsException : Exception;

    /// <summary>A string with half a surrogate pair in it is valid JSON, but no text: neither as a value nor as a name.</summary>
    static bool IsText(JsonElement value)
    {
        try
        {
            return value.ValueKind switch
            {
                JsonValueKind.String => value.GetString() is not null,
                JsonValueKind.Array => value.EnumerateArray().All(IsText),
                JsonValueKind.Object => value.EnumerateObject().All(member => member.Name is not null && IsText(member.Value)),
                _ => true,
            };
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    void CoerceVariable(Schema schema, VariableDefinitionNode definition, JsonElement inputs, CoercedVariables values)
    {
        current = definition;
        var name = definition.Variable.Name.Value;
        var type = schema.Resolve(definition.Type);
        if (type is not { IsInput: true })
        {
            Report($"Variable \"${name}\" expected value of type \"{Printer.Print(definition.Type)}\" which cannot be used as an input "
                + $"type.", definition.Type);
            return;
        }

        if (inputs.ValueKind != JsonValueKind.Object || !inputs.TryGetProperty(name, out var input))
        {
            if (definition.DefaultValue is not null)
            {
                if (InputCoercion.TryCoerce(definition.DefaultValue, type, null, out var value)) values[name] = value;
            }
            else if (type is NonNullType)
            {
                Report($"Variable \"${name}\" of required type \"{type}\" was not provided.", definition);
            }

            return;
        }

        if (input.ValueKind == JsonValueKind.Null && type is NonNullType)
            Report($"Variable \"${name}\" of non-null type \"{type}\" must not be null.", definition);
        else
            values[name] = Coerce(input, type);
    }

    void Report(string message, Node node)
    {
        if (errors.Count >= ErrorsMax) throw new TooManyErrorsException();
        errors.Add(GraphQLError.At(message, GraphQLErrorCodes.BadUserInput, node));
    }

    void ReportValue(JsonElement value, string message, string? member = null)
    {
        var name = current!.Variable.Name.Value;
        var steps = string.Concat((member is null ? path : path.Append(member))
            .Select(step => step is int index ? $"[{index.ToString(CultureInfo.InvariantCulture)}]" : $".{step}"));
        var at = steps.Length > 0 ? $" at \"{name}{steps}\"" : "";
        Report($"Variable \"${name}\" got invalid value {Inspection.Inspect(value)}{at}; {message}", current);
    }

    object? Coerce(JsonElement input, GraphQLType type)
    {
        if (type is NonNullType nonNull)
        {
            if (input.ValueKind != JsonValueKind.Null) return Coerce(input, nonNull.OfType);
            ReportValue(input, $"Expected non-nullable type \"{type}\" not to be null.");
            return null;
        }

        if (input.ValueKind == JsonValueKind.Null) return null;
        return type switch
        {
            ListType list => CoerceList(input, list),
            InputObjectType fields => CoerceObject(input, fields),
            _ => CoerceLeaf(input, (NamedType)type),
        };
    }

    object?[] CoerceList(JsonElement input, ListType type)
    {
        if (input.ValueKind != JsonValueKind.Array) return [Coerce(input, type.OfType)];
        var items = new object?[input.GetArrayLength()];
        var index = 0;
        foreach (var item in input.EnumerateArray())
        {
            path.Add(index);
            items[index++] = Coerce(item, type.OfType);
            path.RemoveAt(path.Count - 1);
        }

        return items;
    }

    InputObject? CoerceObject(JsonElement input, InputObjectType type)
    {
        if (input.ValueKind != JsonValueKind.Object)
        {
            ReportValue(input, $"Expected type \"{type.Name}\" to be an object.");
            return null;
        }

        var result = new InputObject();
        foreach (var field in type.Fields)
        {
            if (!input.TryGetProperty(field.Name, out var value))
            {
                if (field.HasDefault) result[field.Name] = field.DefaultValue;
                else if (field.Type is NonNullType) ReportValue(
                    input, $"Field \"{field.Name}\" of required type \"{field.Type}\" was not provided.");
                continue;
            }

            path.Add(field.Name);
            result[field.Name] = Coerce(value, field.Type);
            path.RemoveAt(path.Count - 1);
        }

        foreach (var member in input.EnumerateObject())
            if (!type.Fields.Contains(member.Name))
                ReportValue(input, $"Field \"{member.Name}\" is not defined by type \"{type.Name}\"."
                    + Suggestions.DidYouMean(Suggestions.For(member.Name, type.Fields.Select(field => field.Name))));
        if (type.IsOneOf) CheckOneOf(input, type, result);
        return result;
    }

    void CheckOneOf(JsonElement input, InputObjectType type, InputObject result)
    {
        if (result.Count != 1) ReportValue(input, $"Exactly one key must be specified for OneOf type \"{type.Name}\".");
        if (result.Count == 0) return;
        var (key, value) = result.First();
        if (value is null && input.TryGetProperty(key, out var given) && given.ValueKind == JsonValueKind.Null)
            ReportValue(given, $"Field \"{key}\" must be non-null.", key);
    }

    object? CoerceLeaf(JsonElement input, NamedType type)
    {
        try
        {
            return type is EnumType enumeration ? Enums.ParseValue(enumeration, input) : ((ScalarType)type).ParseValue(input);
        }
        catch (GraphQLException refused)
        {
            ReportValue(input, refused.Message);
            return null;
        }
    }
}
