namespace OrleansScheduling.GraphQL.Execution;

public interface IDataLoader
{
    internal void Attach(RequestContext context);
}

/// <summary>
/// Gathers the keys that resolvers of one request ask for, loads them together and remembers the answers for the rest of the request.
/// A key without an answer gives the default value.
/// </summary>
public abstract class DataLoader<TKey, TValue> : IDataLoader
    where TKey : notnull
{
    readonly Lock gate = new();
    readonly Dictionary<TKey, Task<TValue?>> cache = [];
    Dictionary<TKey, TaskCompletionSource<TValue?>>? gathering;
    RequestContext? request;

    /// <summary>Keys that are loaded at once; PostgreSQL and people read batches of this size well.</summary>
    protected virtual int BatchSizeMax => 1000;

    protected abstract Task<IReadOnlyDictionary<TKey, TValue>> LoadBatchAsync(
        IReadOnlyList<TKey> keys, CancellationToken cancellationToken);

    public Task<TValue?> LoadAsync(TKey key)
    {
        lock (gate)
        {
            if (cache.TryGetValue(key, out var known)) return known;
            var batch = gathering;
            if (batch is null || batch.Count >= BatchSizeMax)
            {
                var starting = gathering = batch = [];
                Request.Batches.Schedule(() => Load(starting));
            }

            // Continuations run at once and on the spot, inside the scheduler's entry of the batch: that is what gathers the next level.
            var answer = batch[key] = new TaskCompletionSource<TValue?>();
            return cache[key] = answer.Task;
        }
    }

    /// <summary>Several keys, which go out together wherever they are asked for.</summary>
    public async Task<IReadOnlyList<TValue?>> LoadAsync(IReadOnlyCollection<TKey> keys)
    {
        var answers = new List<Task<TValue?>>(keys.Count);
        Request.Batches.Enter();
        try
        {
            foreach (var key in keys) answers.Add(LoadAsync(key));
        }
        finally
        {
            Request.Batches.Leave();
        }

        return await Task.WhenAll(answers);
    }

    RequestContext Request => request ?? throw new InvalidOperationException("A data loader works only inside a request.");

    void IDataLoader.Attach(RequestContext context) => request = context;

    async Task Load(Dictionary<TKey, TaskCompletionSource<TValue?>> batch)
    {
        lock (gate)
        {
            if (ReferenceEquals(gathering, batch)) gathering = null;
        }

        IReadOnlyDictionary<TKey, TValue>? answers = null;
        Exception? failure = null;
        try
        {
            answers = await LoadBatchAsync([.. batch.Keys], Request.CancellationToken);
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        Request.Batches.Enter();
        try
        {
            foreach (var (key, answer) in batch)
            {
                if (failure is not null) answer.SetException(failure);
                else answer.SetResult(answers!.TryGetValue(key, out var value) ? value : default);
            }
        }
        finally
        {
            Request.Batches.Leave();
        }
    }
}
