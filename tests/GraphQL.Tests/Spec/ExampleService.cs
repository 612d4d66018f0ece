using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.GraphQL.Execution;
using OrleansScheduling.GraphQL.Language;
using OrleansScheduling.GraphQL.Tests.Support;
using OrleansScheduling.GraphQL.Types;

namespace OrleansScheduling.GraphQL.Tests.Spec;

/// <summary>
/// A service whose data is JSON. A field with arguments is looked up with them, in the order of their definition:
/// <c>"profilePic(size: 64)"</c>; failing that, by its name. <c>{"$error": "…"}</c> is a failure, and what a subscription's field has
/// is the list of its events. No resolver answers before the executor has asked all that it asks without an answer: so what it does one
/// after the other is seen, and not by luck.
/// </summary>
sealed class ExampleService
{
    readonly GraphQLEngine engine;
    readonly IReadOnlyDictionary<string, object?> root;
    readonly ConcurrentQueue<string> resolved = new();
    readonly ConcurrentQueue<TaskCompletionSource> waiting = new();

    public ExampleService(string schema, string data)
    {
        root = (IReadOnlyDictionary<string, object?>)FromJson(JsonSerializer.Deserialize<JsonElement>(data))!;
        var types = Parser.ParseDocument(schema).Definitions.OfType<ComplexTypeNode>();
        engine = new GraphQLEngine(
            SdlSchema.Build(schema, resolvers =>
            {
                foreach (var type in types)
                    foreach (var field in type.Fields)
                    {
                        resolvers.Field(type.Name.Value, field.Name.Value, (AsyncResolver)ResolveLater);
                        resolvers.Subscribe(type.Name.Value, field.Name.Value, Subscribe);
                    }
            }),
            new GraphQLOptions(), TimeProvider.System);
    }

    /// <summary>The fields that were resolved, in that order.</summary>
    public IReadOnlyCollection<string> Resolved => resolved;

    /// <summary>One response, or those of all events.</summary>
    public Task<IReadOnlyList<JsonElement>> AskAsync(string document, string? variables)
    {
        var request = new GraphQLRequest
        {
            Query = document,
            Variables = variables is null ? default : JsonSerializer.Deserialize<JsonElement>(variables),
            AcceptsStream = true,
        };

        // Away from the test's own context, so that whoever waits for a resolver goes on as soon as it answers.
        return Task.Run(() => AskAsync(request));
    }

    async Task<IReadOnlyList<JsonElement>> AskAsync(GraphQLRequest request)
    {
        var result = await Answered(engine.ExecuteAsync(request, NoServices.Instance));
        if (result is ExecutionResult single) return [Json(single)];
        var responses = new List<JsonElement>();
        await using var events = ((ResponseStream)result).Responses.GetAsyncEnumerator();
        while (await Answered(events.MoveNextAsync())) responses.Add(Json(events.Current));
        return responses;
    }

    /// <summary>Lets the resolvers answer, in the order in which they were asked, when nothing goes on without.</summary>
    async Task<T> Answered<T>(ValueTask<T> asking)
    {
        var task = asking.AsTask();
        while (waiting.TryDequeue(out var resolver)) resolver.SetResult();
        return await task;
    }

    static JsonElement Json(ExecutionResult result)
    {
        var buffer = new ArrayBufferWriter<byte>();
        result.WriteTo(buffer);
        return JsonSerializer.Deserialize<JsonElement>(buffer.WrittenSpan);
    }

    async ValueTask<object?> ResolveLater(ResolverContext context)
    {
        resolved.Enqueue(Key(context));
        var answer = new TaskCompletionSource();
        waiting.Enqueue(answer);
        await answer.Task;
        return Resolve(context, (IReadOnlyDictionary<string, object?>?)context.Source ?? root);
    }

    static object? Resolve(ResolverContext context, IReadOnlyDictionary<string, object?> source)
    {
        if (!source.TryGetValue(Key(context), out var value) && !source.TryGetValue(context.Field.Name, out value))
            throw new GraphQLException($"The example has no data for {Key(context)}.");
        return value is GraphQLException failure ? throw failure : value;
    }

    ValueTask<IAsyncEnumerable<object?>> Subscribe(ResolverContext context) =>
        ValueTask.FromResult(Events(context.Field.Name, (IEnumerable<object?>)Resolve(context, root)!));

    static IAsyncEnumerable<object?> Events(string field, IEnumerable<object?> events) =>
        events.Select(value => (object?)new Dictionary<string, object?> { [field] = value }).ToAsyncEnumerable();

    static string Key(ResolverContext context)
    {
        var given = context.Field.Arguments.Select((argument, i) => (argument.Name, Value: context.Arguments[i]))
            .Where(argument => argument.Value is not null).Select(argument => $"{argument.Name}: {Text(argument.Value)}").ToList();
        return given.Count == 0 ? context.Field.Name : $"{context.Field.Name}({string.Join(", ", given)})";
    }

    /// <summary>A coerced value as a literal; enum values can't be told from strings and are written as these.</summary>
    public static string Text(object? value) => value switch
    {
        null => "null",
        string text => JsonSerializer.Serialize(text),
        bool flag => flag ? "true" : "false",
        IReadOnlyDictionary<string, object?> fields =>
            "{" + string.Join(", ", fields.Select(field => $"{field.Key}: {Text(field.Value)}")) + "}",
        IEnumerable<object?> items => "[" + string.Join(", ", items.Select(Text)) + "]",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    static object? FromJson(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object when element.TryGetProperty("$error", out var message) => Failure(message.GetString()!, element),
        JsonValueKind.Object => element.EnumerateObject().ToDictionary(member => member.Name, member => FromJson(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().Select(FromJson).ToList(),
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => element.TryGetInt32(out var number) ? number : element.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    static GraphQLException Failure(string message, JsonElement element)
    {
        var others = element.EnumerateObject().Where(member => member.Name is not ("$error" or "code"))
            .ToDictionary(member => member.Name, member => FromJson(member.Value));
        return new GraphQLException(new GraphQLError(
            message,
            code: element.TryGetProperty("code", out var code) ? code.GetString() : null,
            extensions: others.Count > 0 ? others : null));
    }
}
