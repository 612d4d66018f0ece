using System.Runtime.CompilerServices;

namespace OrleansScheduling.Embedded;

/// <summary>The result of a method that gives nothing.</summary>
internal readonly struct Nothing;

/// <summary>A request with its answer.</summary>
internal abstract class GrainRequest<T> : GrainRequest
{
    // The caller's continuation must not run inside the turn of the grain that answers.
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Answer => _answer.Task;

    public override bool Fail(Exception exception) => _answer.TrySetException(exception);

    public override bool Cancel(CancellationToken token) => _answer.TrySetCanceled(token);

    public override bool Begin(Activation activation, object grain)
    {
        if (activation.HasFilters)
        {
            BeginFiltered(activation);
            return false;
        }

        return BeginDirect(activation, grain);
    }

    public override async Task<object?> InvokeBoxed(object grain) => await InvokeForFilters(grain);

    protected abstract bool BeginDirect(Activation activation, object grain);

    protected abstract ValueTask<T> InvokeForFilters(object grain);

    protected bool Succeed(T result)
    {
        _answer.TrySetResult(result);
        return true;
    }

    /// <summary>Gives the exception to the caller; true, for the turn has finished.</summary>
    protected bool Throw(Activation activation, Exception exception)
    {
        activation.ObserveFailure(exception);
        Fail(exception);
        return true;
    }

    private async void BeginFiltered(Activation activation)
    {
        try
        {
            var context = new IncomingCallContext(this, activation, activation.Silo.IncomingFilters);
            await context.Invoke();
            Succeed(context.Result is T result ? result : default!);
        }
        catch (Exception exception)
        {
            Throw(activation, exception);
        }

        activation.FinishTurn(this);
    }
}

/// <summary>A method that returns <see cref="Task{T}"/>.</summary>
internal abstract class TaskRequest<T> : GrainRequest<T>
{
    protected abstract Task<T> Call(object grain);

    protected override ValueTask<T> InvokeForFilters(object grain) => new(Call(grain));

    protected override bool BeginDirect(Activation activation, object grain)
    {
        try
        {
            var task = Call(grain);
            if (task.IsCompletedSuccessfully)
                return Succeed(task.Result);
            var awaiter = task.GetAwaiter();
            if (awaiter.IsCompleted)
                return Succeed(awaiter.GetResult());
            FinishLater(awaiter);
            return false;
        }
        catch (Exception exception)
        {
            return Throw(activation, exception);
        }
    }

    // Apart from Begin, so that only a call that doesn't finish at once pays for the closure.
    private void FinishLater(TaskAwaiter<T> awaiter) => awaiter.UnsafeOnCompleted(() => Finish(awaiter));

    private void Finish(TaskAwaiter<T> awaiter)
    {
        try
        {
            Succeed(awaiter.GetResult());
        }
        catch (Exception exception)
        {
            Throw(Home!, exception);
        }

        Home!.FinishTurn(this);
    }
}

/// <summary>A method that returns <see cref="Task"/>.</summary>
internal abstract class TaskRequest : GrainRequest<Nothing>
{
    protected abstract Task Call(object grain);

    protected override async ValueTask<Nothing> InvokeForFilters(object grain)
    {
        await Call(grain);
        return default;
    }

    protected override bool BeginDirect(Activation activation, object grain)
    {
        try
        {
            var task = Call(grain);
            if (task.IsCompletedSuccessfully)
                return Succeed(default);
            var awaiter = task.GetAwaiter();
            if (awaiter.IsCompleted)
            {
                awaiter.GetResult();
                return Succeed(default);
            }

            FinishLater(awaiter);
            return false;
        }
        catch (Exception exception)
        {
            return Throw(activation, exception);
        }
    }

    // Apart from Begin, so that only a call that doesn't finish at once pays for the closure.
    private void FinishLater(TaskAwaiter awaiter) => awaiter.UnsafeOnCompleted(() => Finish(awaiter));

    private void Finish(TaskAwaiter awaiter)
    {
        try
        {
            awaiter.GetResult();
            Succeed(default);
        }
        catch (Exception exception)
        {
            Throw(Home!, exception);
        }

        Home!.FinishTurn(this);
    }
}

/// <summary>A method that returns <see cref="ValueTask{T}"/>.</summary>
internal abstract class ValueTaskRequest<T> : GrainRequest<T>
{
    protected abstract ValueTask<T> Call(object grain);

    protected override ValueTask<T> InvokeForFilters(object grain) => Call(grain);

    protected override bool BeginDirect(Activation activation, object grain)
    {
        try
        {
            var awaiter = Call(grain).GetAwaiter();
            if (awaiter.IsCompleted)
                return Succeed(awaiter.GetResult());
            FinishLater(awaiter);
            return false;
        }
        catch (Exception exception)
        {
            return Throw(activation, exception);
        }
    }

    // Apart from Begin, so that only a call that doesn't finish at once pays for the closure.
    private void FinishLater(ValueTaskAwaiter<T> awaiter) => awaiter.UnsafeOnCompleted(() => Finish(awaiter));

    private void Finish(ValueTaskAwaiter<T> awaiter)
    {
        try
        {
            Succeed(awaiter.GetResult());
        }
        catch (Exception exception)
        {
            Throw(Home!, exception);
        }

        Home!.FinishTurn(this);
    }
}

/// <summary>A method that returns <see cref="ValueTask"/>.</summary>
internal abstract class ValueTaskRequest : GrainRequest<Nothing>
{
    protected abstract ValueTask Call(object grain);

    protected override async ValueTask<Nothing> InvokeForFilters(object grain)
    {
        await Call(grain);
        return default;
    }

    protected override bool BeginDirect(Activation activation, object grain)
    {
        try
        {
            var awaiter = Call(grain).GetAwaiter();
            if (awaiter.IsCompleted)
            {
                awaiter.GetResult();
                return Succeed(default);
            }

            FinishLater(awaiter);
            return false;
        }
        catch (Exception exception)
        {
            return Throw(activation, exception);
        }
    }

    // Apart from Begin, so that only a call that doesn't finish at once pays for the closure.
    private void FinishLater(ValueTaskAwaiter awaiter) => awaiter.UnsafeOnCompleted(() => Finish(awaiter));

    private void Finish(ValueTaskAwaiter awaiter)
    {
        try
        {
            awaiter.GetResult();
            Succeed(default);
        }
        catch (Exception exception)
        {
            Throw(Home!, exception);
        }

        Home!.FinishTurn(this);
    }
}
