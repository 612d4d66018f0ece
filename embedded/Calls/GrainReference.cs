using OrleansScheduling.Embedded;

namespace Orleans.Runtime;

/// <summary>
/// A reference to a grain. The class behind a grain interface is made at run time and derives from this one.
/// It remembers the activation that served it last, so that a call needs no look-up while that one lives.
/// </summary>
public class GrainReference : IAddressable, IEquatable<GrainReference>
{
    private Activation? _last;

    internal GrainReference(Silo silo, GrainId grainId)
    {
        Silo = silo;
        GrainId = grainId;
    }

    public GrainId GrainId { get; }

    internal Silo Silo { get; }

    public bool Equals(GrainReference? other) => other is not null && GrainId.Equals(other.GrainId);

    public override bool Equals(object? obj) => Equals(obj as GrainReference);

    public override int GetHashCode() => GrainId.GetHashCode();

    public override string ToString() => $"GrainReference:{GrainId}";

    public static bool operator ==(GrainReference? left, GrainReference? right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(GrainReference? left, GrainReference? right) => !(left == right);

    internal Task<T> SendTask<T>(GrainRequest<T> request)
    {
        request.Target = this;
        request.Source = RuntimeContext.Current;
        if (Silo.OutgoingFilters.Length > 0)
            return SendFiltered(request);
        Silo.Send(request, ref _last);
        return request.Answer;
    }

    internal Task SendPlainTask(GrainRequest<Nothing> request) => SendTask(request);

    internal ValueTask<T> SendValueTask<T>(GrainRequest<T> request) => new(SendTask(request));

    internal ValueTask SendPlainValueTask(GrainRequest<Nothing> request) => new(SendTask(request));

    private async Task<T> SendFiltered<T>(GrainRequest<T> request)
    {
        var context = new OutgoingCallContext(request, Silo.OutgoingFilters, async () =>
        {
            Silo.Send(request, ref _last);
            return await request.Answer;
        });
        await context.Invoke();
        return context.Result is T result ? result : default!;
    }
}
