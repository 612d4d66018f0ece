using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OrleansScheduling.GraphQL.Execution;

/// <summary>The answer to a request: one response, or a stream of them.</summary>
public abstract class GraphQLResult;

/// <summary>The answer to a subscription.</summary>
public sealed class ResponseStream(IAsyncEnumerable<ExecutionResult> responses) : GraphQLResult
{
    public IAsyncEnumerable<ExecutionResult> Responses { get; } = responses;
}

public enum ResultKind : byte
{
    None = 0,

    /// <summary>The operation was executed; data is there, though it may be null.</summary>
    Executed,

    /// <summary>The request never got as far as execution; in a stream: there are no more events, and why.</summary>
    RequestError,

    /// <summary>A mutation came by a method that must not change anything.</summary>
    MethodNotAllowed,

    /// <summary>The time was up.</summary>
    TimedOut,

    /// <summary>Only extensions: the client asked what the operation would cost.</summary>
    CostOnly,
}

public sealed class ExecutionResult : GraphQLResult
{
    static readonly JsonWriterOptions WriterOptions = new()
    {
        // JSON of an API is never pasted into HTML; escaping every quote and accent for it would only make it longer.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    readonly ResultObject? data;

    internal ExecutionResult(ResultObject? data, IReadOnlyList<GraphQLError> errors, OperationCost? cost)
    {
        this.data = data;
        Errors = errors;
        Cost = cost;
        Kind = ResultKind.Executed;
    }

    internal ExecutionResult(ResultKind kind, IReadOnlyList<GraphQLError> errors, OperationCost? cost = null)
    {
        Kind = kind;
        Errors = errors;
        Cost = cost;
    }

    public ResultKind Kind { get; }

    public IReadOnlyList<GraphQLError> Errors { get; }

    public OperationCost? Cost { get; }

    public bool HasData => data is not null;

    public static ExecutionResult Refuse(string message, string code) =>
        new(ResultKind.RequestError, [new GraphQLError(message, code: code)]);

    /// <summary>Writes the response as one JSON value.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output, WriterOptions);
        WriteTo(writer);
    }

    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        if (Errors.Count > 0)
        {
            writer.WriteStartArray("errors"u8);
            foreach (var error in Errors) Write(writer, error);
            writer.WriteEndArray();
        }

        if (Kind == ResultKind.Executed)
        {
            writer.WritePropertyName("data"u8);
            ResultWriter.WriteValue(writer, data);
        }

        if (Cost is { } cost)
        {
            writer.WriteStartObject("extensions"u8);
            writer.WriteStartObject("operationCost"u8);
            writer.WriteNumber("cost"u8, cost.Cost);
            writer.WriteNumber("limit"u8, cost.Limit);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    internal static void Write(Utf8JsonWriter writer, GraphQLError error)
    {
        writer.WriteStartObject();
        writer.WriteString("message"u8, error.Message);
        if (error.Locations.Count > 0)
        {
            writer.WriteStartArray("locations"u8);
            foreach (var location in error.Locations)
            {
                writer.WriteStartObject();
                writer.WriteNumber("line"u8, location.Line);
                writer.WriteNumber("column"u8, location.Column);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        if (error.Path is not null)
        {
            writer.WritePropertyName("path"u8);
            ResultWriter.WriteValue(writer, error.Path);
        }

        if (error.Code is not null || error.Extensions is not null)
        {
            writer.WriteStartObject("extensions"u8);
            if (error.Code is not null) writer.WriteString("code"u8, error.Code);
            foreach (var (key, value) in error.Extensions ?? new Dictionary<string, object?>())
            {
                writer.WritePropertyName(key);
                ResultWriter.WriteValue(writer, value);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}

/// <summary>What the operation was priced at, and what it might have cost at most.</summary>
public sealed record OperationCost(long Cost, long Limit);
