using System.Threading.Channels;
using OrleansScheduling.GrainInterfaces;

namespace OrleansScheduling.Api.Live;

/// <summary>One search and those who look at it. Used under the lock of <see cref="OpenSearches"/>.</summary>
sealed class OpenSearch(SearchKey key, Asker asker)
{
    /// <summary>
    /// Changes that are kept for those who come again; one that missed more gets all windows, which is no more than a few such changes.
    /// </summary>
    const int MaxKept = 64;

    readonly List<Looking> looking = [];

    /// <summary>What those who look were told, the oldest first. Position: what the change reflects.</summary>
    readonly Queue<(long Position, IReadOnlyList<LiveWindow> Windows)> told = new();

    /// <summary>As those who look have been told; null before the first evaluation.</summary>
    Dictionary<(DateOnly Day, string Window), LiveWindow>? windows;

    /// <summary>Whoever has seen this position, or a later one, finds all that it missed in <see cref="told"/>.</summary>
    long completeFrom;

    long position;

    public Asker Asker { get; } = asker;

    public SearchKey Key { get; } = key;

    /// <summary>Something happened since the last evaluation.</summary>
    public bool IsStale { get; set; } = true;

    public long EvaluatedAt { get; set; }

    /// <summary>When the last one went who looked; null while somebody does.</summary>
    public long? LeftAt { get; set; }

    public bool IsLookedAt => looking.Count > 0;

    public bool IsKnown => windows is not null;

    /// <param name="after">The last position that the one who looks has seen; null: none.</param>
    public void Add(ChannelWriter<LiveMessage> writer, long? after)
    {
        var one = new Looking(writer);
        looking.Add(one);
        if (windows is null || after > position)
        {
            // Another process has followed the feed further: what stands here may be older than what the one who looks has seen.
            one.WholeFrom = after ?? 0;
        }
        else if (after is { } seen && seen >= completeFrom)
        {
            // What is of that very position is told once more: windows also close by the clock, between two entries of the feed.
            var missed = new Dictionary<(DateOnly, string), LiveWindow>();
            foreach (var window in told.Where(change => change.Position >= seen).SelectMany(change => change.Windows))
                missed[(window.Day, window.Window)] = window;
            one.Tell(Message([.. missed.Values], isWhole: false));
        }
        else one.Tell(Message([.. windows.Values], isWhole: true));
    }

    public void Remove(ChannelWriter<LiveMessage> writer) => looking.RemoveAll(one => one.Writer == writer);

    public void Show(SearchAnswer answer)
    {
        if (answer.Refusal is { } refusal)
        {
            foreach (var one in looking) one.Writer.TryComplete(new LiveRefusal("search", refusal.Text));
            return;
        }

        var now = answer.Slots.ToDictionary(slot => (slot.Day, slot.Window), WindowOf);
        var changed = windows is null ? [] : ChangedTo(now);
        if (windows is null) completeFrom = answer.Position;
        windows = now;
        position = answer.Position;
        if (changed.Count > 0) Keep(changed);
        foreach (var one in looking)
        {
            if (one.WholeFrom is not { } from)
            {
                if (changed.Count > 0) one.Tell(Message(changed, isWhole: false));
            }
            else if (position >= from)
            {
                one.WholeFrom = null;
                one.Tell(Message([.. now.Values], isWhole: true));
            }
            else IsStale = true;
        }
    }

    List<LiveWindow> ChangedTo(Dictionary<(DateOnly Day, string Window), LiveWindow> now) =>
    [
        .. now.Values.Where(Differs),
        .. windows!.Values.Where(window => !now.ContainsKey((window.Day, window.Window)) && window.Available)
            .Select(window => window with { Available = false }),
    ];

    bool Differs(LiveWindow window) => !windows!.TryGetValue((window.Day, window.Window), out var known)
        || known.Available != window.Available || known.Reason != window.Reason;

    void Keep(IReadOnlyList<LiveWindow> changed)
    {
        told.Enqueue((position, changed));
        // One that has seen the change that goes may have seen it only in part: others can have the same position.
        if (told.Count > MaxKept) completeFrom = told.Dequeue().Position + 1;
    }

    LiveMessage Message(IReadOnlyList<LiveWindow> shown, bool isWhole) =>
        new("windows", LiveMessage.Text(position), Windows: shown, Whole: isWhole);

    static LiveWindow WindowOf(SlotState slot) =>
        new(slot.Day, slot.Window, slot.Offer is not null, slot.Refusal?.Reason, slot.Refusal?.Text);

    /// <summary>One who looks.</summary>
    sealed class Looking(ChannelWriter<LiveMessage> writer)
    {
        public ChannelWriter<LiveMessage> Writer { get; } = writer;

        /// <summary>Nothing has been told yet: the first evaluation of this position or a later one is told as a whole.</summary>
        public long? WholeFrom { get; set; }

        /// <summary>A full queue is closed; its reader is told to resynchronise.</summary>
        public void Tell(LiveMessage message)
        {
            if (!Writer.TryWrite(message)) Writer.TryComplete();
        }
    }
}
