using OrleansScheduling.GraphQL.Language;

namespace OrleansScheduling.GraphQL;

/// <summary>An error as a client may see it: nothing in it comes from an exception that was not meant for strangers.</summary>
public sealed class GraphQLError(
    string message,
    IReadOnlyList<SourceLocation>? locations = null,
    IReadOnlyList<object>? path = null,
    string? code = null,
    IReadOnlyDictionary<string, object?>? extensions = null)
{
    public string Message { get; } = message;

    public IReadOnlyList<SourceLocation> Locations { get; } = locations ?? [];

    /// <summary>Response keys (strings) and list indexes (integers) from the root; null for an error of the whole request.</summary>
    public IReadOnlyList<object>? Path { get; } = path;

    /// <summary>One of <see cref="GraphQLErrorCodes"/>, or a code of the application; written as <c>extensions.code</c>.</summary>
    public string? Code { get; } = code;

    /// <summary>Numbers, texts, enums (written as the schema writes them), lists and maps of these.</summary>
    public IReadOnlyDictionary<string, object?>? Extensions { get; } = extensions;

    public static GraphQLError At(string message, string? code, params ReadOnlySpan<Node> nodes)
    {
        var locations = new SourceLocation[nodes.Length];
        for (var i = 0; i < nodes.Length; i++) locations[i] = nodes[i].Location;
        return new GraphQLError(message, locations, null, code);
    }

    public GraphQLError WithPosition(IReadOnlyList<SourceLocation> locations, IReadOnlyList<object>? path) =>
        new(Message, Locations.Count > 0 ? Locations : locations, Path ?? path, Code, Extensions);

    public override string ToString() =>
        Locations.Count == 0 ? Message : $"{Message} ({string.Join(", ", Locations.Select(l => $"{l.Line}:{l.Column}"))})";
}

public static class GraphQLErrorCodes
{
    public const string ParseFailed = "GRAPHQL_PARSE_FAILED";
    public const string ValidationFailed = "GRAPHQL_VALIDATION_FAILED";
    public const string BadUserInput = "BAD_USER_INPUT";
    public const string BadRequest = "BAD_REQUEST";
    public const string OperationResolutionFailed = "OPERATION_RESOLUTION_FAILURE";
    public const string InternalServerError = "INTERNAL_SERVER_ERROR";
    public const string DocumentTooLarge = "DOCUMENT_TOO_LARGE";
    public const string OperationsExceeded = "OPERATIONS_EXCEEDED";
    public const string DepthExceeded = "DEPTH_EXCEEDED";
    public const string AliasesExceeded = "ALIASES_EXCEEDED";
    public const string DirectivesExceeded = "DIRECTIVES_EXCEEDED";
    public const string FragmentVisitsExceeded = "FRAGMENT_VISITS_EXCEEDED";
    public const string FieldComparisonsExceeded = "FIELD_COMPARISONS_EXCEEDED";
    public const string CostExceeded = "COST_EXCEEDED";
    public const string PageSizeExceeded = "PAGE_SIZE_EXCEEDED";
    public const string Timeout = "TIMEOUT";
    public const string IntrospectionDisabled = "INTROSPECTION_DISABLED";
    public const string BatchingDisabled = "BATCHING_DISABLED";
    public const string PersistedQueryNotFound = "PERSISTED_QUERY_NOT_FOUND";
    public const string PersistedQueryNotSupported = "PERSISTED_QUERY_NOT_SUPPORTED";
    public const string PersistedQueryHashMismatch = "PERSISTED_QUERY_HASH_MISMATCH";
    public const string UntrustedDocument = "UNTRUSTED_DOCUMENT";
    public const string CsrfPrevented = "CSRF_PREVENTED";
    public const string SubscriptionsExceeded = "SUBSCRIPTIONS_EXCEEDED";
    public const string RateLimited = "RATE_LIMITED";
    public const string Unavailable = "UNAVAILABLE";
}

/// <summary>Thrown by resolvers and scalars when the message is meant for the client. Any other exception is kept from it.</summary>
public class GraphQLException(GraphQLError error) : Exception(error.Message)
{
    public GraphQLException(string message, string? code = null)
        : this(new GraphQLError(message, code: code))
    {
    }

    public GraphQLError Error { get; } = error;
}

/// <summary>The text is not a GraphQL document.</summary>
public sealed class GraphQLSyntaxException(Source source, int position, string description, string code = GraphQLErrorCodes.ParseFailed)
    : GraphQLException(new GraphQLError($"Syntax Error: {description}", [source.LocationOf(position)], null, code));
