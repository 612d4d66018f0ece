using System.Text.Json;

namespace OrleansScheduling.GraphQL.Execution;

public enum CostMode : byte
{
    None = 0,

    /// <summary>Execute, and say what it cost.</summary>
    Report,

    /// <summary>Only say what it would cost.</summary>
    Validate,
}

/// <summary>A request as it came from a transport.</summary>
public sealed record GraphQLRequest
{
    public string? Query { get; init; }

    /// <summary>Names a trusted document instead of carrying its text.</summary>
    public string? DocumentId { get; init; }

    public string? OperationName { get; init; }

    /// <summary>A JSON object, or undefined.</summary>
    public JsonElement Variables { get; init; }

    /// <summary>The hash of automatic persisted queries, in lower-case hex.</summary>
    public string? PersistedQueryHash { get; init; }

    public CostMode Cost { get; init; }

    /// <summary>The transport can't carry anything that changes state (HTTP GET).</summary>
    public bool QueriesOnly { get; init; }

    /// <summary>The transport can carry a stream of responses.</summary>
    public bool AcceptsStream { get; init; }
}
