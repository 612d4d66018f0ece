using System.Reflection;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace OrleansScheduling.Embedded;

/// <summary>What incoming and outgoing calls have in common on their way through the filters.</summary>
internal abstract class GrainCallContext(GrainRequest request) : IGrainCallContext
{
    protected GrainRequest Call => request;

    public IInvokable Request => request;

    public abstract object Grain { get; }

    public GrainId? SourceId => request.Source?.GrainId;

    public GrainId TargetId => request.Target.GrainId;

    public GrainInterfaceType InterfaceType => request.Method.InterfaceType;

    public string InterfaceName => request.Method.InterfaceName;

    public string MethodName => request.Method.Name;

    public MethodInfo InterfaceMethod => request.Method.Method;

    public object? Result { get; set; }

    public abstract Task Invoke();
}

/// <summary>An incoming call: the host's filters, then the grain's own, then the method.</summary>
internal sealed class IncomingCallContext(GrainRequest request, Activation activation, IIncomingGrainCallFilter[] filters)
    : GrainCallContext(request), IIncomingGrainCallContext
{
    private int _next;

    public override object Grain => activation.GrainInstance!;

    public IGrainContext TargetContext => activation;

    public MethodInfo ImplementationMethod => activation.Class.Implementation(Call.Method);

    public override async Task Invoke()
    {
        var step = _next++;
        if (step < filters.Length)
            await filters[step].Invoke(this);
        else if (step == filters.Length && Grain is IIncomingGrainCallFilter own)
            await own.Invoke(this);
        else
            Result = await Call.InvokeBoxed(Grain);
    }
}

/// <summary>An outgoing call: the host's filters, then the engine.</summary>
internal sealed class OutgoingCallContext(GrainRequest request, IOutgoingGrainCallFilter[] filters, Func<Task<object?>> send)
    : GrainCallContext(request), IOutgoingGrainCallContext
{
    private int _next;

    public override object Grain => Call.Target;

    public IGrainContext? SourceContext => Call.Source;

    public override async Task Invoke()
    {
        var step = _next++;
        if (step < filters.Length)
            await filters[step].Invoke(this);
        else
            Result = await send();
    }
}

internal sealed class IncomingFilterOfDelegate(IncomingGrainCallFilterDelegate filter) : IIncomingGrainCallFilter
{
    public Task Invoke(IIncomingGrainCallContext context) => filter(context);
}

internal sealed class OutgoingFilterOfDelegate(OutgoingGrainCallFilterDelegate filter) : IOutgoingGrainCallFilter
{
    public Task Invoke(IOutgoingGrainCallContext context) => filter(context);
}
