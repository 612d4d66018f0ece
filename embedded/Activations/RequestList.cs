namespace OrleansScheduling.Embedded;

/// <summary>
/// Requests in order, linked through themselves: adding and taking out anywhere is O(1) and allocates nothing. A request is in one
/// list at most.
/// </summary>
internal struct RequestList
{
    public GrainRequest? First { get; private set; }

    public GrainRequest? Last { get; private set; }

    public int Count { get; private set; }

    public void Append(GrainRequest request)
    {
        request.Previous = Last;
        request.Next = null;
        if (Last is null)
            First = request;
        else
            Last.Next = request;
        Last = request;
        Count++;
    }

    public void Remove(GrainRequest request)
    {
        if (request.Previous is null)
            First = request.Next;
        else
            request.Previous.Next = request.Next;
        if (request.Next is null)
            Last = request.Previous;
        else
            request.Next.Previous = request.Previous;
        request.Previous = null;
        request.Next = null;
        Count--;
    }
}
