using Microsoft.Extensions.Logging;
using OrleansScheduling.GraphQL.Types;

namespace OrleansScheduling.GraphQL.Execution;

/// <summary>
/// Executes one request. A step gives its value at once, or a <see cref="Task{TResult}"/> of it, or a <see cref="Bubble"/>: null where none
/// may be, on its way to the nearest place that may be null. Nothing is thrown for that, because errors in lists would be slow.
/// </summary>
sealed partial class Executor(RequestContext request, ILogger logger)
{
    readonly Lock gate = new();
    Dictionary<FieldPlan, object?[]>? arguments;

    /// <summary>An error that has not yet found a place that may be null.</summary>
    sealed record Bubble(GraphQLError Error);

    /// <summary>The response's data, or null when an error reached the root; the errors are in the request.</summary>
    public async ValueTask<ResultObject?> ExecuteAsync(OperationPlan plan, SelectionPlan root, object? rootValue)
    {
        var type = plan.RootType;
        object? result;
        request.Batches.Enter();
        try
        {
            var fields = root.FieldsFor(type);
            result = plan.Operation.Operation == Language.OperationKind.Mutation
                ? ExecuteSerially(fields, type, rootValue)
                : ExecuteFields(fields, type, rootValue, null);
        }
        catch (GraphQLException refused)
        {
            result = new Bubble(refused.Error);
        }
        finally
        {
            request.Batches.Leave();
        }

        if (result is Task<object?> pending) result = await pending.WaitAsync(request.CancellationToken);
        if (result is not Bubble bubble) return (ResultObject?)result;
        request.Add(bubble.Error);
        return null;
    }

    /// <summary>Events of a subscription, and what is told of a failure of theirs.</summary>
    public readonly record struct SourceStream(IAsyncEnumerable<object?> Events, Func<Exception, GraphQLError> ErrorOf);

    /// <summary>Opens the event stream of a subscription. Throws <see cref="GraphQLException"/> when it is refused.</summary>
    public async ValueTask<SourceStream> SubscribeAsync(OperationPlan plan, SelectionPlan root)
    {
        // Validation has seen to this; the edition has it asked once more, when the variables are known.
        if (root.FieldsFor(plan.RootType) is not [var field])
            throw new GraphQLException("The subscription must select exactly one field.", GraphQLErrorCodes.BadUserInput);
        var step = new PathStep(null, field.ResponseName, 0);
        try
        {
            var context = new ResolverContext(request, field, plan.RootType, null, ArgumentsOf(field), step);
            if (field.Definition.Subscriber is not { } subscriber)
                throw new GraphQLException($"Subscription field \"{field.Definition.Name}\" has no event stream.");
            return new SourceStream(await subscriber(context), exception => ErrorFor(exception, field, plan.RootType, step));
        }
        catch (Exception exception) when (!IsCancellation(exception))
        {
            throw new GraphQLException(ErrorFor(exception, field, plan.RootType, step));
        }
    }

    object? ExecuteFields(FieldPlan[] fields, ObjectType type, object? source, PathNode? path)
    {
        var result = new ResultObject(fields);
        List<(int Index, Task<object?> Task)>? pending = null;
        for (var i = 0; i < fields.Length; i++)
        {
            var value = ExecuteField(fields[i], type, source, path);
            switch (value)
            {
                case Bubble bubble:
                    return pending is null ? bubble : AwaitFields(result, pending, bubble);
                case Task<object?> task:
                    (pending ??= []).Add((i, task));
                    break;
                default:
                    result.Values[i] = value;
                    break;
            }
        }

        return pending is null ? result : AwaitFields(result, pending, null);
    }

    static async Task<object?> AwaitFields(ResultObject result, List<(int Index, Task<object?> Task)> pending, Bubble? bubble)
    {
        foreach (var (index, task) in pending)
        {
            var value = await task;
            if (value is Bubble failed) bubble ??= failed;
            else result.Values[index] = value;
        }

        return (object?)bubble ?? result;
    }

    /// <summary>
    /// One field after the other, each with all that is selected below it (6.2.2 of the specification). The next one changes what the data
    /// loaders of this one remember.
    /// </summary>
    async Task<object?> ExecuteSerially(FieldPlan[] fields, ObjectType type, object? source)
    {
        var result = new ResultObject(fields);
        for (var i = 0; i < fields.Length; i++)
        {
            request.Batches.Enter();
            object? value;
            try
            {
                value = ExecuteField(fields[i], type, source, null);
            }
            finally
            {
                // The caller's own entry holds the batches back until the first field has to wait; from then on each field lets them go.
                request.Batches.Leave();
            }

            if (value is Task<object?> task) value = await task;
            request.ForgetLoaded();
            if (value is Bubble bubble) return bubble;
            result.Values[i] = value;
        }

        return result;
    }

    object? ExecuteField(FieldPlan field, ObjectType type, object? source, PathNode? path)
    {
        if (field.IsTypeName) return type.Name;
        var step = new PathStep(path, field.ResponseName, 0);
        try
        {
            var resolver = field.Resolver;
            if (resolver.Property is { } property) return CompleteAt(field.Definition.Type, field, type, property(source), step);
            var context = new ResolverContext(request, field, type, source, ArgumentsOf(field), step);
            if (resolver.Sync is { } sync) return CompleteAt(field.Definition.Type, field, type, sync(context), step);
            var pending = resolver.Async!(context);
            return pending.IsCompletedSuccessfully
                ? CompleteAt(field.Definition.Type, field, type, pending.Result, step)
                : CompleteLater(pending.AsTask(), field, type, step);
        }
        catch (Exception exception) when (!IsCancellation(exception))
        {
            return Absorb(field.Definition.Type, new Bubble(ErrorFor(exception, field, type, step)));
        }
    }

    /// <summary>Once the request is cancelled its errors interest nobody; the whole of it ends.</summary>
    bool IsCancellation(Exception exception) =>
        exception is OperationCanceledException && request.CancellationToken.IsCancellationRequested;

    async Task<object?> CompleteLater(Task<object?> pending, FieldPlan field, ObjectType type, PathStep step)
    {
        object? completed;
        try
        {
            var value = await pending;
            request.Batches.Enter();
            try
            {
                completed = CompleteAt(field.Definition.Type, field, type, value, step);
            }
            finally
            {
                request.Batches.Leave();
            }
        }
        catch (Exception exception) when (!IsCancellation(exception))
        {
            return Absorb(field.Definition.Type, new Bubble(ErrorFor(exception, field, type, step)));
        }

        return completed is Task<object?> further ? await further : completed;
    }

    object?[] ArgumentsOf(FieldPlan field)
    {
        if (field.Arguments.Constant is { } constant) return constant;
        lock (gate)
        {
            arguments ??= [];
            if (arguments.TryGetValue(field, out var known)) return known;
            return arguments[field] = field.Arguments.Evaluate(request.Variables);
        }
    }

    GraphQLError ErrorFor(Exception exception, FieldPlan field, ObjectType type, PathStep step)
    {
        if (exception is GraphQLException meant) return meant.Error.WithPosition(field.Locations, step.ToList());
        if (request.Options.ErrorOf?.Invoke(exception) is { } told) return told.WithPosition(field.Locations, step.ToList());
        // Of a request that was given up there is nothing to be told: it was broken off.
        if (!request.CancellationToken.IsCancellationRequested)
            LogResolverFailed(logger, exception, type.Name, field.Definition.Name);
        return new GraphQLError("Unexpected Execution Error", field.Locations, step.ToList(), GraphQLErrorCodes.InternalServerError);
    }

    [LoggerMessage(1, LogLevel.Error, "The resolver of {TypeName}.{FieldName} failed")]
    static partial void LogResolverFailed(ILogger logger, Exception exception, string typeName, string fieldName);
}
