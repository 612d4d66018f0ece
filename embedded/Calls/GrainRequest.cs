using System.Diagnostics;
using System.Reflection;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace OrleansScheduling.Embedded;

/// <summary>Where a request stands. Changed only under the gate of its activation.</summary>
internal enum RequestStage : byte
{
    None,
    Waiting,
    WaitingToInterleave,
    Running,
    Done,
}

/// <summary>
/// One call of a grain: its arguments, its answer and its place in the mailbox. A class of its own is made for each method
/// of a grain interface (<see cref="ProxyBuilder"/>), so that arguments are typed fields and nothing is boxed.
/// </summary>
internal abstract class GrainRequest : IInvokable
{
    /// <summary>What the maker of requests has filled in: which method it is.</summary>
    public abstract GrainMethod Method { get; }

    public GrainReference Target { get; set; } = null!;

    /// <summary>The activation that called, if a grain did.</summary>
    public Activation? Source { get; set; }

    /// <summary>The values of the caller's <see cref="Orleans.Runtime.RequestContext"/>.</summary>
    public Dictionary<string, object>? Ambient { get; set; }

    /// <summary>When it was sent, as a timestamp of the silo's clock.</summary>
    public long SentAt { get; set; }

    /// <summary>The timestamp at which the caller stops waiting; <see cref="long.MaxValue"/> for never.</summary>
    public long Deadline { get; set; } = long.MaxValue;

    /// <summary>Null if the caller can't cancel.</summary>
    public CallCancellation? Cancellation { get; private set; }

    public ActivityContext Parent { get; set; }

    /// <summary>When its turn began; zero if nobody measures.</summary>
    public long BeganAt { get; set; }

    /// <summary>The trace of the turn, if somebody listens.</summary>
    public Activity? Trace { get; set; }

    // These belong to the mailbox and change only under its gate.
    public Activation? Home { get; set; }

    public RequestStage Stage { get; set; }

    /// <summary>Whether others wait until it has finished.</summary>
    public bool Blocks { get; set; }

    public GrainRequest? Previous { get; set; }

    public GrainRequest? Next { get; set; }

    /// <summary>The token that the grain sees.</summary>
    public CancellationToken TurnToken => Cancellation?.Token ?? CancellationToken.None;

    /// <summary>A timer's tick is not counted against the mailbox's limit: a timer has at most one.</summary>
    public virtual bool IsTick => false;

    /// <summary>A tick that doesn't keep its activation alive doesn't count as use.</summary>
    public virtual bool CountsAsUse => true;

    public virtual bool MayAlwaysInterleave => Method.AlwaysInterleave;

    public virtual bool IsReadOnly => Method.ReadOnly;

    public virtual string Name => Method.Name;

    /// <summary>Called by the proxy when the method has a token.</summary>
    public void AttachCaller(CancellationToken callerToken)
    {
        if (callerToken.CanBeCanceled)
            Cancellation = new CallCancellation(this, callerToken);
    }

    /// <summary>
    /// Starts the method on <paramref name="grain"/>. True if it finished at once; otherwise
    /// <see cref="Activation.FinishTurn"/> is called in a later turn.
    /// </summary>
    public abstract bool Begin(Activation activation, object grain);

    /// <summary>Runs the method for filters, which see results as objects.</summary>
    public abstract Task<object?> InvokeBoxed(object grain);

    public abstract bool Fail(Exception exception);

    public abstract bool Cancel(CancellationToken token);

    int IInvokable.GetArgumentCount() => Method.ArgumentCount;

    object? IInvokable.GetArgument(int index) => Method.GetArgument(this, index);

    void IInvokable.SetArgument(int index, object value) => Method.SetArgument(this, index, value);

    string IInvokable.GetMethodName() => Method.Name;

    string IInvokable.GetInterfaceName() => Method.InterfaceName;

    string IInvokable.GetActivityName() => Method.ActivityName;

    MethodInfo IInvokable.GetMethod() => Method.Method;

    Type IInvokable.GetInterfaceType() => Method.Interface;

    CancellationToken IInvokable.GetCancellationToken() => TurnToken;
}
