using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.GraphQL.Execution;
using OrleansScheduling.GraphQL.Tests.Support;
using OrleansScheduling.GraphQL.Types;

namespace OrleansScheduling.GraphQL.Tests.Differential;

/// <summary>The schema and data that both implementations serve, with the same resolvers.</summary>
static class SharedSchema
{
    static readonly JsonSerializerOptions JavaScriptLike = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Text { get; } = File.ReadAllText(Path.Combine(NodeTools.Folder, "schema.graphql"));

    static Dictionary<string, object?> Data { get; } =
        (Dictionary<string, object?>)FromJson(
            JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(Path.Combine(NodeTools.Folder, "data.json"))))!;

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
        var given = new JsonObject();
        for (var i = 0; i < context.Arguments.Count; i++)
            if (context.Arguments[i] is { } value) given[context.Field.Arguments[i].Name] = ToNode(value);
        return Unescape(given.ToJsonString(JavaScriptLike));
    }

    /// <summary>The framework escapes what is beyond the basic plane; JavaScript doesn't.</summary>
    static string Unescape(string json) => System.Text.RegularExpressions.Regex.Replace(
        json, @"\\u(D[89AB]..)\\u(D[C-F]..)", match => new string([Unit(match.Groups[1].Value), Unit(match.Groups[2].Value)]),
        System.Text.RegularExpressions.RegexOptions.IgnoreCase, TimeSpan.FromSeconds(1));

    static char Unit(string hex) => (char)Convert.ToInt32(hex, 16);

    static JsonNode? ToNode(object? value) => value switch
    {
        null => null,
        string text => JsonValue.Create(text),
        bool flag => JsonValue.Create(flag),
        int number => JsonValue.Create(number),
        double number => JsonNode.Parse(Number(number)),
        IReadOnlyDictionary<string, object?> map =>
            new JsonObject(map.Select(member => KeyValuePair.Create(member.Key, ToNode(member.Value)))),
        IEnumerable<object?> list => new JsonArray([.. list.Select(ToNode)]),
        _ => throw new InvalidOperationException(value.GetType().Name),
    };

    /// <summary>The scalar ID prints whole numbers as JavaScript does, which is what is wanted here; fractions are the same in
    /// both.</summary>
    static string Number(double number) =>
        Math.Floor(number) == number ? (string)BuiltInScalars.ID.Serialize(number)! : (string)BuiltInScalars.String.Serialize(number)!;

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
