using System.Text.Json;
using OrleansScheduling.GraphQL.Language;
using OrleansScheduling.GraphQL.Text;

namespace OrleansScheduling.GraphQL.Types;

/// <summary>Coercion of enum values in all three directions.</summary>
static class Enums
{
    public static string Serialize(EnumType type, object value) => type.TryGetByValue(value, out var found)
        ? found.Name
        : throw new GraphQLException($"Enum \"{type.Name}\" cannot represent value: {Inspection.Inspect(value)}");

    public static object ParseValue(EnumType type, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            var shown = Inspection.Inspect(value);
            throw new GraphQLException(
                $"Enum \"{type.Name}\" cannot represent non-string value: {shown}." + DidYouMean(type, shown),
                    GraphQLErrorCodes.BadUserInput);
        }

        var name = value.GetString()!;
        return type.Values.Find(name)?.Value ?? throw new GraphQLException(
            $"Value \"{name}\" does not exist in \"{type.Name}\" enum." + DidYouMean(type, name), GraphQLErrorCodes.BadUserInput);
    }

    public static object ParseLiteral(EnumType type, ValueNode node)
    {
        var text = Printer.Value(node);
        if (node is not EnumValueNode literal)
            throw Refuse($"Enum \"{type.Name}\" cannot represent non-enum value: {text}.", type, text, node);
        return type.Values.Find(literal.Value)?.Value
            ?? throw Refuse($"Value \"{text}\" does not exist in \"{type.Name}\" enum.", type, text, node);
    }

    static GraphQLException Refuse(string message, EnumType type, string text, ValueNode node) =>
        new(GraphQLError.At(message + DidYouMean(type, text), GraphQLErrorCodes.ValidationFailed, node));

    static string DidYouMean(EnumType type, string text) =>
        Suggestions.DidYouMean(Suggestions.For(text, type.Values.Select(value => value.Name)), "the enum value");
}
