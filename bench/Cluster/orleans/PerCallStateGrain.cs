using Orleans;
using Orleans.Runtime;

namespace OrleansScheduling.Bench.Cluster;

/// <summary>
/// The yardstick: what a booking costs when a grain writes its own state each time, by the engine's own storage. Nothing is checked and no
/// record is kept beside it.
/// </summary>
[Alias("bench.IPerCallStateGrain")]
public interface IPerCallStateGrain : IGrainWithStringKey
{
    [Alias("Book")]
    Task Book(int job);
}

[GenerateSerializer]
[Alias("bench.PerCallBookings")]
public sealed class PerCallBookings
{
    [Id(0)]
    public int Count { get; set; }

    [Id(1)]
    public int Last { get; set; }
}

public sealed class PerCallStateGrain([PersistentState("bookings")] IPersistentState<PerCallBookings> bookings)
    : Grain, IPerCallStateGrain
{
    public Task Book(int job)
    {
        bookings.State.Count++;
        bookings.State.Last = job;
        return bookings.WriteStateAsync();
    }
}
