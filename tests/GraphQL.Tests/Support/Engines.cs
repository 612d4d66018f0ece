using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.GraphQL.Execution;

namespace OrleansScheduling.GraphQL.Tests.Support;

/// <summary>An engine over the library's schema with everything that a test may want to look at.</summary>
sealed class LibraryEngine
{
    readonly ServiceProvider services;

    public LibraryEngine(Action<GraphQLOptions>? configure = null, TimeProvider? time = null)
    {
        var options = new GraphQLOptions();
        configure?.Invoke(options);
        services = new ServiceCollection().AddSingleton(Log).BuildServiceProvider();
        Engine = new GraphQLEngine(BuildSchema(), options, time ?? TimeProvider.System);
    }

    public LibraryLog Log { get; } = new();

    public GraphQLEngine Engine { get; }

    public static Types.Schema BuildSchema() => Add(new SchemaBuilder()).Build();

    public static SchemaBuilder Add(SchemaBuilder builder) => builder
        .AddQuery<Queries>().AddMutation<Mutations>().AddSubscription<Subscriptions>().AddExtension<AuthorExtensions>();

    public Task<JsonElement> AskAsync(string query, object? variables = null) => AskAsync(new GraphQLRequest
    {
        Query = query,
        Variables = variables is null ? default : JsonSerializer.SerializeToElement(variables),
    });

    public async Task<JsonElement> AskAsync(GraphQLRequest request) =>
        Json((ExecutionResult)await Engine.ExecuteAsync(request, services));

    public async Task<GraphQLResult> ExecuteAsync(GraphQLRequest request) => await Engine.ExecuteAsync(request, services);

    public static JsonElement Json(ExecutionResult result)
    {
        var buffer = new ArrayBufferWriter<byte>();
        result.WriteTo(buffer);
        return JsonSerializer.Deserialize<JsonElement>(buffer.WrittenSpan);
    }
}

static class JsonAssert
{
    public static void Equal(string expected, JsonElement actual)
    {
        var wanted = JsonSerializer.Deserialize<JsonElement>(expected);
        Assert.True(JsonElement.DeepEquals(wanted, actual), $"expected {wanted}\nactual   {actual}");
    }

    public static string Code(JsonElement response) =>
        response.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString()!;

    public static string Message(JsonElement response) => response.GetProperty("errors")[0].GetProperty("message").GetString()!;
}
