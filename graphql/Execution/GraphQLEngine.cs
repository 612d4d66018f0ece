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

    readonly DocumentCache<PreparedDocument> documents = new(options.CachedDocumentsMax);
    readonly DocumentCache<string> persisted = new(options.PersistedQueriesMax);
    readonly ILogger log = logger ?? NullLogger<GraphQLEngine>.Instance;

    public Schema Schema { get; } = schema;

    public GraphQLOptions Options { get; } = options;

    /// <summary>Answers every request, a fault of this library's own too.</summary>
    public async ValueTask<GraphQLResult> ExecuteAsync(
        GraphQLRequest request, IServiceProvider services, ClaimsPrincipal? user = null, CancellationToken cancellationToken = default)
    {
        try
        {
            return await AnswerAsync(request, services, user, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
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
        if (request.PersistedQueryHash is { } hash) persisted.Add(hash, text);
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

    /// <summary>Null where there is no text, with the answer that says why.</summary>
    (string? Text, ExecutionResult? Refusal) FindText(GraphQLRequest request)
    {
        var id = request.DocumentId ?? (request.Query is null || Options.TrustedDocumentsOnly ? request.PersistedQueryHash : null);
        if (id is not null && Options.TrustedDocuments?.Invoke(id) is { } trusted) return (trusted, null);
        if (Options.TrustedDocumentsOnly || request.DocumentId is not null)
            return (null, ExecutionResult
                .Refuse("Only documents that were registered with this server are executed.", GraphQLErrorCodes.UntrustedDocument));
        if (request.PersistedQueryHash is not { } hash)
            return request.Query is null ? (null, ExecutionResult.Refuse("Must provide query string.", GraphQLErrorCodes.BadRequest))
                : (request.Query, null);
        if (Options.PersistedQueriesMax == 0)
            return (null, ExecutionResult.Refuse("PersistedQueryNotSupported", GraphQLErrorCodes.PersistedQueryNotSupported));
        if (request.Query is null)
            return persisted.Find(hash) is { } known
                ? (known, null)
                : (null, ExecutionResult.Refuse("PersistedQueryNotFound", GraphQLErrorCodes.PersistedQueryNotFound));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request.Query))) == hash
            ? (request.Query, null)
            : (null, ExecutionResult.Refuse("The provided sha does not match the query.", GraphQLErrorCodes.PersistedQueryHashMismatch));
    }

    (PreparedDocument? Document, IReadOnlyList<GraphQLError> Errors) Prepare(string text)
    {
        if (documents.Find(text) is { } known) return (known, []);
        if (Encoding.UTF8.GetByteCount(text) > Options.DocumentBytesMax)
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
        if (errors.Count == 0) errors = DocumentValidator.Validate(Schema, document);
        if (errors.Count > 0) return (null, errors);

        // Only valid documents are kept: those of an attacker are never sent twice.
        var prepared = new PreparedDocument(Schema, Options, document);
        documents.Add(text, prepared);
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
        using var timeout = new CancellationTokenSource(Options.RequestTimeout, time);
        using var linked = cancellationToken.CanBeCanceled
            ? CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token) : null;
        var context = new RequestContext(Schema, Options, services, user, linked?.Token ?? timeout.Token) { Variables = variables };
        using var activity = Begin(plan.Operation);
        try
        {
            var data = await new Executor(context, log).ExecuteAsync(plan, plan.Variant(variables), rootValue);
            // What a resolver says that was broken off is not what is wrong.
            return timeout.IsCancellationRequested && context.Errors.Count > 0
                ? TooLate(price) : new ExecutionResult(data, context.Errors, price);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
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
            var events = await new Executor(context, log).SubscribeAsync(plan, plan.Variant(variables));
            return new ResponseStream(RespondAsync(events, plan, variables, price, services, user, cancellationToken));
        }
        catch (GraphQLException refused)
        {
            return new ExecutionResult(ResultKind.RequestError, [refused.Error]);
        }
    }

    async IAsyncEnumerable<ExecutionResult> RespondAsync(
        IAsyncEnumerable<object?> events,
        OperationPlan plan,
        CoercedVariables variables,
        OperationCost? price,
        IServiceProvider services,
        ClaimsPrincipal? user,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var enumerator = events.GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            GraphQLError? failure = null;
            try
            {
                if (!await enumerator.MoveNextAsync()) yield break;
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                if (exception is not GraphQLException) LogStreamFailed(log, exception);
                failure = (exception as GraphQLException)?.Error ?? Options.ErrorOf?.Invoke(exception)
                    ?? new GraphQLError("Unexpected Execution Error", code: GraphQLErrorCodes.InternalServerError);
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

    [LoggerMessage(2, LogLevel.Error, "The event stream of a subscription failed")]
    static partial void LogStreamFailed(ILogger logger, Exception exception);
}
