using System.Text.Json.Nodes;
using OrleansScheduling.GraphQL.Types;

namespace OrleansScheduling.Api.Tests.Matrix;

/// <summary>
/// What arguments and input fields are given, by their names and types. An id or text that is needed and not known here fails the matrix
/// with its name, and so does a scalar type that is not known.
/// </summary>
/// <param name="start">A sequence before everything: a subscription tells all that has happened.</param>
/// <param name="other">Whose numbers are tried.</param>
sealed class Giving(Belongings own, Side other, string start, string today, string tomorrow)
{
    /// <summary>The smallest value that an argument takes, of the own side: what stands beside the value that is tried.</summary>
    /// <param name="where">The coordinate, for the failure.</param>
    /// <param name="noun">The name of the argument or field; for <c>id</c> the type that is looked for.</param>
    public JsonNode? Neutral(string where, string noun, GraphQLType type, bool isCommand)
    {
        if (type is NonNullType nonNull) return Neutral(where, noun, nonNull.OfType, isCommand);
        if (type is ListType list)
        {
            if (list.NamedType is EnumType every) return new JsonArray([.. every.Values.Select(value => (JsonNode)value.Name)]);
            return new JsonArray(Neutral(where, noun, list.OfType, isCommand));
        }

        return type switch
        {
            InputObjectType input => Neutral(input, isCommand),
            EnumType values => values.Values.First().Name,
            ScalarType { Name: "ID" or "String" } => Named(where, noun, isCommand),
            ScalarType scalar => Plain(where, noun, scalar),
            _ => throw new MatrixGapException(where, $"the type {type}"),
        };
    }

    /// <summary>An input object with what it needs, and nothing else.</summary>
    public JsonObject Neutral(InputObjectType input, bool isCommand)
    {
        var made = new JsonObject();
        foreach (var field in input.Fields.Where(field => field.IsRequired))
            made[field.Name] = Neutral($"{input.Name}.{field.Name}", field.Name, field.Type, isCommand);
        return made;
    }

    /// <summary>A value of a type that is nobody's alone: a number, a day, a yes. Null for texts and ids.</summary>
    public JsonNode? Plain(string where, string noun, NamedType type) => type switch
    {
        EnumType values => values.Values.First().Name,
        ScalarType { Name: "ID" or "String" } => null,
        ScalarType { Name: "Int" or "Long" } => noun switch
        {
            "first" or "last" or "days" => 2,
            "hold" => own.Hold,
            _ => other.Minutes,
        },
        ScalarType { Name: "Float" } => noun == "latitude" ? other.Latitude : other.Minutes,
        ScalarType { Name: "Boolean" } => true,
        ScalarType { Name: "Date" } => tomorrow,
        ScalarType { Name: "LocalTime" } => "09:00:00",
        ScalarType { Name: "DateTime" } => $"{(noun == "until" ? tomorrow : today)}T00:00:00Z",
        _ => throw new MatrixGapException(where, $"the type {type.Name}"),
    };

    JsonNode Named(string where, string noun, bool isCommand) => noun switch
    {
        "idempotencyKey" => Probe.Fresh,
        "after" or "sequence" => start,
        "reason" => "Nobody let us in",
        "lines" => own.Side.Work,
        "schedule" => own.Side.Schedule,
        "code" => own.Side.Work,
        // Of commands: a repair that is closed and an offer that is none, so that a command that is sent again finds what the first found.
        "offer" => "AAAA",
        "proposal" => "nothing",
        "job" when isCommand => own.Ids["closed"],
        "ids" or "Node" => own.Ids["job"],
        "operatives" => own.Ids["operative"],
        "visits" => own.Ids["visit"],
        _ => own.Ids.TryGetValue(noun, out var id) || own.Ids.TryGetValue(noun.ToLowerInvariant(), out id)
            ? id
            : throw new MatrixGapException(where, $"nothing is known by the name {noun}"),
    };
}
