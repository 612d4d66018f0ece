using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansScheduling.GraphQL.Language;
using OrleansScheduling.GraphQL.Types;
using OrleansScheduling.GraphQL.Validation;

namespace OrleansScheduling.GraphQL.Execution;

/// <summary>Takes requests for one schema, whatever transport they came by.</summary>
public sealed partial class GraphQLEngine(Schema schema, GraphQLOptions options, TimeProvider time, ILogger<GraphQLEngine>? logger = null)
{
    /// <summary>Of the source of activities: one for each operation that is executed.</summary>
    public const string ActivitySourceName = "OrleansScheduling.GraphQL";

    /// <summary>Characters of an operation's name that a trace shows: it is the client's to choose.</summary>
    const int OperationNameMax = 64;

    static readonly ActivitySource Activities = new(ActivitySourceName);

    readonly DocumentCache<PreparedDocument> documents = new(Checked(options).CachedDocumentsMax, options.CachedDocumentsBytesMax);
    readonly DocumentCache<string> persisted = new(options.PersistedQueriesMax, options.PersistedQueriesBytesMax);
    readonly ILogger log = logger ?? NullLogger<GraphQLEngine>.Instance;

    public Schema Schema { get; } = schema;

    public GraphQLOptions Options { get; } = options;

    static GraphQLOptions Checked(GraphQLOptions options)
    {
        options.Validate();
        return options;
    }

    /// <summary>Answers every request, a fault of this library's own too.</summary>
    public async ValueTask<GraphQLResult> ExecuteAsync(
        GraphQLRequest request, IServiceProvider services, ClaimsPrincipal? user = null, CancellationToken cancellationToken = default)
    {
        try
        {
            return await AnswerAsync(request, services, user, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            LogRequestFailed(log, exception);
            return ExecutionResult.Refuse("Unexpected Execution Error", GraphQLErrorCodes.InternalServerError);
        }
    }

    async ValueTask<GraphQLResult> AnswerAsync(
        GraphQLRequest request, IServiceProvider services, ClaimsPrincipal? user, CancellationToken cancellationToken)
    {
        var (text, refusal) = FindText(request);
        if (text is null) return refusal!;
        var (document, invalid) = Prepare(text);
        if (document is null) return new ExecutionResult(ResultKind.RequestError, invalid);
        if (IsToBeKept(request)) persisted.Add(request.PersistedQueryHash!, text, Encoding.UTF8.GetByteCount(text));
        if (document.UsesIntrospection && Options.AllowIntrospection is { } gate && !gate(user))
            return ExecutionResult.Refuse("Introspection isn't allowed for this caller.", GraphQLErrorCodes.IntrospectionDisabled);
        var (plan, unresolved) = document.FindOperation(request.OperationName);
        if (plan is null) return new ExecutionResult(ResultKind.RequestError, [unresolved!]);
        if (request.QueriesOnly && plan.Operation.Operation == OperationKind.Mutation)
            return new ExecutionResult(
                ResultKind.MethodNotAllowed, [new GraphQLError("Mutations can't be sent by GET.", code: GraphQLErrorCodes.BadRequest)]);
        var (variables, errors) = VariableCoercion.Coerce(Schema, plan.Operation.VariableDefinitions, request.Variables);
        if (errors.Count > 0) return new ExecutionResult(ResultKind.RequestError, errors);
        var cost = document.CostOf(plan, variables);
        if (cost > Options.CostMax) return TooDear(cost);
        var price = request.Cost == CostMode.None ? null : new OperationCost(cost, Options.CostMax);
        if (request.Cost == CostMode.Validate) return new ExecutionResult(ResultKind.CostOnly, [], price);
        if (plan.Operation.Operation != OperationKind.Subscription)
            return await RunAsync(plan, variables, null, price, services, user, cancellationToken);
        return request.AcceptsStream
            ? await SubscribeAsync(plan, variables, price, services, user, cancellationToken)
            : ExecutionResult
                .Refuse("Subscriptions need a transport that streams: a WebSocket or text/event-stream.", GraphQLErrorCodes.BadRequest);
    }

    ExecutionResult TooDear(long cost) => new(
        ResultKind.RequestError,
        [
            new GraphQLError(
                $"The operation costs {cost}; at most {Options.CostMax} is allowed. Ask for fewer items or fewer nested lists.",
                code: GraphQLErrorCodes.CostExceeded,
                extensions: new Dictionary<string, object?> { ["cost"] = cost, ["limit"] = Options.CostMax }),
        ]);

    /// <summary>
    /// Whether the client registers its document: it sent the text, and <see cref="FindText"/> found that the hash is of that text.
    /// A document that came in any other way is never bound to a hash that a client chose.
    /// </summary>
    bool IsToBeKept(GraphQLRequest request) =>
        request is { PersistedQueryHash: not null, Query: not null, DocumentId: null } && !Options.TrustedDocumentsOnly;

    /// <summary>Null where there is no text, with the answer that says why.</summary>
    (string? Text, ExecutionResult? Refusal) FindText(GraphQLRequest request)
    {
        if (request.DocumentId is not null && (request.Query is not null || request.PersistedQueryHash is not null))
            return Refuse(
                $"Give `documentId` or {(request.Query is not null ? "`query`" : "`persistedQuery`")}, not both: either names a document.",
                GraphQLErrorCodes.BadRequest);

        // Some clients name a trusted document by the hash of persisted queries.
        var id = request.DocumentId ?? (request.Query is null || Options.TrustedDocumentsOnly ? request.PersistedQueryHash : null);
        if (id is not null && Options.TrustedDocuments?.Invoke(id) is { } trusted)
            return request.Query is null || request.Query == trusted
                ? (trusted, null)
                : Refuse("The query is not the one that was registered by this hash.", GraphQLErrorCodes.PersistedQueryHashMismatch);
        if (Options.TrustedDocumentsOnly || request.DocumentId is not null)
            return Refuse("Only documents that were registered with this server are executed.", GraphQLErrorCodes.UntrustedDocument);
        if (request.PersistedQueryHash is not { } hash)
            return request.Query is null ? Refuse("Must provide query string.", GraphQLErrorCodes.BadRequest) : (request.Query, null);
        if (Options.PersistedQueriesMax == 0)
            return Refuse("PersistedQueryNotSupported", GraphQLErrorCodes.PersistedQueryNotSupported);
        if (request.Query is null)
            return persisted.Find(hash) is { } known
                ? (known, null) : Refuse("PersistedQueryNotFound", GraphQLErrorCodes.PersistedQueryNotFound);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request.Query))) == hash
            ? (request.Query, null)
            : Refuse("The provided sha does not match the query.", GraphQLErrorCodes.PersistedQueryHashMismatch);

        static (string? Text, ExecutionResult? Refusal) Refuse(string message, string code) =>
            (null, ExecutionResult.Refuse(message, code));
    }

    (PreparedDocument? Document, IReadOnlyList<GraphQLError> Errors) Prepare(string text)
    {
        if (documents.Find(text) is { } known) return (known, []);
        var bytes = Encoding.UTF8.GetByteCount(text);
        if (bytes > Options.DocumentBytesMax)
            return (null,
            [
                new GraphQLError(
                    $"The document is longer than {Options.DocumentBytesMax} bytes.", code: GraphQLErrorCodes.DocumentTooLarge),
            ]);
        DocumentNode document;
        try
        {
            document = Parser.ParseDocument(new Source(text), new ParserOptions { TokensMax = Options.TokensMax });
        }
        catch (GraphQLSyntaxException refused)
        {
            return (null, [refused.Error]);
        }

        var errors = DocumentLimits.Check(document, Options);
        if (errors.Count == 0) errors = DocumentValidator.Validate(Schema, document, Options.FieldMergingLimits);
        if (errors.Count > 0) return (null, errors);

        // An invalid document is cheap to refuse again, so only valid ones are kept. A stranger can write as many of these as he likes:
        // what all of them together may take is bounded.
        var prepared = new PreparedDocument(Schema, Options, document);
        documents.Add(text, prepared, (long)bytes * prepared.PlansMax);
        return (prepared, []);
    }

    async ValueTask<ExecutionResult> RunAsync(
        OperationPlan plan,
        CoercedVariables variables,
        object? rootValue,
        OperationCost? price,
        IServiceProvider services,
        ClaimsPrincipal? user,
        CancellationToken cancellationToken)
    {
        using var timeout = new TimeLimit(Options.RequestTimeout, time);
        using var linked = cancellationToken.CanBeCanceled
            ? CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token) : null;
        var context = new RequestContext(Schema, Options, services, user, linked?.Token ?? timeout.Token) { Variables = variables };
        using var activity = Begin(plan.Operation);
        try
        {
            var data = await new Executor(context, log).ExecuteAsync(plan, plan.Variant(variables), rootValue);
            // What a resolver says that was broken off is not what is wrong.
            return timeout.Token.IsCancellationRequested && context.Errors.Count > 0
                ? TooLate(price) : new ExecutionResult(data, context.Errors, price);
        }
        catch (OperationCanceledException) when (timeout.Token.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return TooLate(price);
        }
    }

    /// <summary>
    /// Named as OpenTelemetry's conventions for GraphQL servers have it. Documents and variables are left out: both hold what people wrote.
    /// </summary>
    static Activity? Begin(OperationDefinitionNode operation)
    {
        if (!Activities.HasListeners()) return null;
        var kind = operation.Operation.ToString().ToLowerInvariant();
        var name = operation.Name?.Value is { } given ? given[..Math.Min(given.Length, OperationNameMax)] : null;
        var activity = Activities.StartActivity(name is null ? kind : $"{kind} {name}");
        activity?.SetTag("graphql.operation.type", kind);
        if (name is not null) activity?.SetTag("graphql.operation.name", name);
        return activity;
    }

    ExecutionResult TooLate(OperationCost? price) => new(
        ResultKind.TimedOut,
        [
            new GraphQLError(
                $"The request took longer than {Options.RequestTimeout.TotalSeconds:0.###} s.", code: GraphQLErrorCodes.Timeout),
        ],
        price);

    async ValueTask<GraphQLResult> SubscribeAsync(
        OperationPlan plan, CoercedVariables variables, OperationCost? price, IServiceProvider services, ClaimsPrincipal? user,
            CancellationToken cancellationToken)
    {
        var context = new RequestContext(Schema, Options, services, user, cancellationToken) { Variables = variables };
        try
        {
            var source = await new Executor(context, log).SubscribeAsync(plan, plan.Variant(variables));
            return new ResponseStream(RespondAsync(source, plan, variables, price, services, user, cancellationToken));
        }
        catch (GraphQLException refused)
        {
            return new ExecutionResult(ResultKind.RequestError, [refused.Error]);
        }
    }

    /// <summary>
    /// A stream that fails, be it before its first event or later, ends with an error of the request: most are opened only when the first
    /// event is asked for, and what a client is told must not depend on that.
    /// </summary>
    async IAsyncEnumerable<ExecutionResult> RespondAsync(
        Executor.SourceStream source,
        OperationPlan plan,
        CoercedVariables variables,
        OperationCost? price,
        IServiceProvider services,
        ClaimsPrincipal? user,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var enumerator = source.Events.GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            GraphQLError? failure = null;
            try
            {
                if (!await enumerator.MoveNextAsync()) yield break;
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                failure = source.ErrorOf(exception);
            }

            if (failure is not null)
            {
                yield return new ExecutionResult(ResultKind.RequestError, [failure]);
                yield break;
            }

            yield return await RunAsync(plan, variables, enumerator.Current, price, services, user, cancellationToken);
        }
    }

    [LoggerMessage(3, LogLevel.Error, "A request could not be answered")]
    static partial void LogRequestFailed(ILogger logger, Exception exception);
}
