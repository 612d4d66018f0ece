using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OrleansScheduling.GraphQL.Execution;

namespace OrleansScheduling.GraphQL.Server;

/// <summary>The request isn't one that GraphQL over HTTP knows; says so with a status code.</summary>
sealed class BadRequestException(int status, string message, string code = GraphQLErrorCodes.BadRequest) : Exception(message)
{
    public int Status { get; } = status;

    public string Code { get; } = code;
}

/// <summary>Reads a request from a body, a query string or a WebSocket payload. Throws <see cref="BadRequestException"/>.</summary>
static class RequestReader
{
    public static async Task<JsonDocument> ReadBodyAsync(PipeReader body, int bytesMax, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await body.ReadAsync(cancellationToken);
            if (read.Buffer.Length > bytesMax)
                throw new BadRequestException(StatusCodes.Status413PayloadTooLarge, $"The request is longer than {bytesMax} bytes.",
                    GraphQLErrorCodes.DocumentTooLarge);
            if (!read.IsCompleted)
            {
                body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }

            try
            {
                // The document refers to the buffer, which the pipe takes back; hence the copy.
                return JsonDocument.Parse(read.Buffer.ToArray());
            }
            catch (JsonException)
            {
                throw new BadRequestException(
                    StatusCodes.Status400BadRequest, "The body isn't valid JSON, or is nested more than 64 levels deep.");
            }
            finally
            {
                body.AdvanceTo(read.Buffer.End);
            }
        }
    }

    public static GraphQLRequest FromJson(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Array) throw Bad(
            "Batching is off: send one operation a request.", GraphQLErrorCodes.BatchingDisabled);
        if (root.ValueKind != JsonValueKind.Object) throw Bad("The request must be a JSON object.");
        try
        {
            return Create(
                Text(root, "query"), Text(root, "documentId"), Text(root, "operationName"), Map(root, "variables"),
                    Map(root, "extensions"));
        }
        catch (InvalidOperationException)
        {
            // A string with half a surrogate pair in it is valid JSON, but no text.
            throw Bad("The request contains a string that isn't valid Unicode.");
        }
    }

    /// <summary>The documents of strings live as long as the request, which the garbage collector ends.</summary>
    public static GraphQLRequest FromQuery(IQueryCollection query)
    {
        var variables = Json(query, "variables");
        var extensions = Json(query, "extensions");
        return Create(Value(query, "query"), Value(query, "documentId"), Value(query, "operationName"), variables,
            extensions) with
        { QueriesOnly = true };
    }

    static GraphQLRequest Create(string? query, string? documentId, string? operationName, JsonElement variables, JsonElement extensions)
    {
        var hash = PersistedHash(extensions);
        if (query is null && documentId is null && hash is null) throw Bad("Must provide query string.");
        return new GraphQLRequest
        {
            Query = query,
            DocumentId = documentId,
            OperationName = operationName,
            Variables = variables,
            PersistedQueryHash = hash,
        };
    }

    static string? PersistedHash(JsonElement extensions)
    {
        if (extensions.ValueKind != JsonValueKind.Object || !extensions.TryGetProperty("persistedQuery", out var persisted)) return null;
        return persisted.ValueKind == JsonValueKind.Object && persisted.TryGetProperty("sha256Hash", out var hash)
            && hash.ValueKind == JsonValueKind.String
            && persisted.TryGetProperty("version", out var version) && version.ValueKind == JsonValueKind.Number
                && version.TryGetInt32(out var number) && number == 1
            ? hash.GetString()!.ToLowerInvariant()
            : throw Bad("Unsupported persisted query version or hash.");
    }

    static BadRequestException Bad(string message, string code = GraphQLErrorCodes.BadRequest) =>
        new(StatusCodes.Status400BadRequest, message, code);

    static string? Text(JsonElement root, string name)
    {
        if (!root.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw Bad($"The parameter `{name}` must be a string.");
    }

    static JsonElement Map(JsonElement root, string name)
    {
        if (!root.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return default;
        return value.ValueKind == JsonValueKind.Object ? value : throw Bad($"The parameter `{name}` must be an object.");
    }

    static string? Value(IQueryCollection query, string name)
    {
        if (!query.TryGetValue(name, out var values)) return null;
        if (values.Count > 1) throw Bad($"The parameter `{name}` is given {values.Count} times; give it once.");
        return values is [{ Length: > 0 } only] ? only : null;
    }

    static JsonElement Json(IQueryCollection query, string name)
    {
        if (Value(query, name) is not { } text) return default;
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind switch
            {
                JsonValueKind.Null => default,
                JsonValueKind.Object => document.RootElement.Clone(),
                _ => throw Bad($"The parameter `{name}` must be an object."),
            };
        }
        catch (JsonException)
        {
            throw Bad($"The parameter `{name}` isn't valid JSON, or is nested more than 64 levels deep.");
        }
    }
}
