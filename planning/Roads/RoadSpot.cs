namespace OrleansScheduling.Planning.Roads;

/// <summary>
/// A place beside the road: on which segment, and how long it takes along it from and to the segment's ends. Whoever goes from one place to
/// another leaves over one end and comes in over one, unless both lie on the same segment.
/// </summary>
/// <param name="A">Rank of the junction that the segment begins at.</param>
/// <param name="B">Rank of the junction that it ends at.</param>
/// <param name="FromA">Time from A along the segment; <see cref="RoadTime.Never"/> against a one-way.</param>
/// <param name="FromB">Time from B.</param>
/// <param name="ToA">Time to A.</param>
/// <param name="ToB">Time to B.</param>
/// <param name="Access">Time between the place and the road, each way.</param>
public readonly record struct RoadSpot(int Segment, int A, int B, long FromA, long FromB, long ToA, long ToB, long Access)
{
    internal long LeaveA => Sum(ToA, Access);

    internal long LeaveB => Sum(ToB, Access);

    internal long ArriveA => Sum(FromA, Access);

    internal long ArriveB => Sum(FromB, Access);

    /// <summary>The way along the segment to another place on it, without passing a junction; Never where there is none.</summary>
    internal long Along(in RoadSpot to)
    {
        if (Segment != to.Segment) return RoadTime.Never;
        var forward = Between(FromA, to.FromA);
        var backward = Between(FromB, to.FromB);
        return Sum(Math.Min(forward, backward), Access + to.Access);
    }

    static long Between(long from, long to) => from >= RoadTime.Never || to < from ? RoadTime.Never : to - from;

    static long Sum(long a, long b) => a >= RoadTime.Never || b >= RoadTime.Never ? RoadTime.Never : a + b;
}
