namespace OrleansScheduling.Planning.Travel;

/// <summary>
/// A source of road lengths that looks places up rather than reckoning with coordinates. It numbers them, so that an index can carry the
/// number, and works out everything from and to one place at once.
/// </summary>
public interface INumberedTravel : ITravel
{
    /// <summary>The number of a place, the same for as long as the source lives; -1 when it has as many as it can keep.</summary>
    int NumberOf(GroundPoint point);

    /// <summary>
    /// Lengths between one place and all others, for a search that asks about many of them and disposes it when it is done.
    /// </summary>
    TravelStar Around(GroundPoint point);
}

/// <summary>
/// Road lengths from one place to others and back. Any number of threads may ask; its memory is used again after all are done.
/// </summary>
public abstract class TravelStar : IDisposable
{
    /// <summary>
    /// Lengths to the middle from places by their numbers, each equal to what <see cref="ITravel.RoadMetres"/> answers, to the last
    /// bit; infinite for the number -1: nothing is promised about a place that cannot be looked up.
    /// </summary>
    public abstract void RoadMetresTo(ReadOnlySpan<int> places, Span<float> metres);

    /// <summary>Lengths from the middle to places; otherwise as <see cref="RoadMetresTo"/>.</summary>
    public abstract void RoadMetresFrom(ReadOnlySpan<int> places, Span<float> metres);

    /// <summary>Whoever got it from <see cref="INumberedTravel.Around"/> is done with it.</summary>
    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    protected abstract void Release();
}

/// <summary>Where lengths come from.</summary>
public enum TravelBasis
{
    None = 0,

    /// <summary>The straight line × a road factor: the fall-back.</summary>
    StraightLine = 1,

    /// <summary>A road network.</summary>
    Roads = 2,

    /// <summary>A table that a routing service made.</summary>
    Table = 3,
}
