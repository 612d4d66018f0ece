using System.Globalization;
using System.Text.Json;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.GraphQL.Execution;
using OrleansScheduling.GraphQL.Tests.Support;
using OrleansScheduling.GraphQL.Types;

namespace OrleansScheduling.GraphQL.Tests.Differential;

/// <summary>The schema and data that both implementations serve, with the same resolvers.</summary>
static class SharedSchema
{
    public static string Text { get; } = File.ReadAllText(Path.Combine(Reference.Folder, "schema.graphql"));

    static Dictionary<string, object?> Data { get; } =
        (Dictionary<string, object?>)FromJson(
            JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(Path.Combine(Reference.Folder, "data.json"))))!;

    public static Schema Build() => SdlSchema.Build(Text, resolvers =>
    {
        foreach (var field in new[] { "echo", "pick", "need" }) resolvers.Field("Query", field, (SyncResolver)Echo);
        foreach (var (field, value) in Data)
            if (field is not ("rename" or "log")) resolvers.Field("Query", field, (SyncResolver)(_ => Fail(value)));
        resolvers.Field("Mutation", "rename", (SyncResolver)(_ => Fail(Data["rename"])));
        resolvers.Field("Mutation", "log", (SyncResolver)(_ => Fail(Data["log"])));
    });

    static object? Fail(object? value) => value is GraphQLException failure ? throw failure : value;

    /// <summary>The arguments as JSON, as JavaScript would write them.</summary>
    static object Echo(ResolverContext context)
    {
        var given = context.Field.Arguments.Select((argument, i) => KeyValuePair.Create(argument.Name, context.Arguments[i]))
            .Where(pair => pair.Value is not null);
        return Json(given.ToDictionary(pair => pair.Key, pair => pair.Value));
    }

    static string Json(object? value) => value switch
    {
        null => "null",
        string text => Quote(text),
        bool flag => flag ? "true" : "false",
        int number => number.ToString(CultureInfo.InvariantCulture),
        double number => Number(number),
        IReadOnlyDictionary<string, object?> map =>
            "{" + string.Join(',', map.Select(member => Quote(member.Key) + ":" + Json(member.Value))) + "}",
        IEnumerable<object?> list => "[" + string.Join(',', list.Select(Json)) + "]",
        _ => throw new InvalidOperationException(value.GetType().Name),
    };

    /// <summary>JSON.stringify: lower-case hex, and nothing escaped that needn't be.</summary>
    static string Quote(string text) => "\"" + string.Concat(text.Select(c => c switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\b' => "\\b",
        '\f' => "\\f",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        < ' ' => $"\\u{(int)c:x4}",
        _ => c.ToString(),
    })) + "\"";

    /// <summary>The scalar ID prints whole numbers as JavaScript does, which is what is wanted here; fractions are the same in
    /// both.</summary>
    static string Number(double number) => !double.IsFinite(number) ? "null"
        : Math.Floor(number) == number ? (string)BuiltInScalars.ID.Serialize(number)! : (string)BuiltInScalars.String.Serialize(number)!;

    static object? FromJson(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object when element.TryGetProperty("__error", out var message) => new GraphQLException(message.GetString()!),
        JsonValueKind.Object => element.EnumerateObject().ToDictionary(member => member.Name, member => FromJson(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().Select(FromJson).ToList(),
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => element.TryGetInt32(out var number) ? number : element.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };
}
