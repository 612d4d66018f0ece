using System.Runtime.InteropServices;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Live;

/// <summary>
/// The queues of a process by what they are about, so that thousands of people who each watch a diary do not all have to be asked about
/// every booking. Not safe for several threads.
/// </summary>
sealed class LiveQueues
{
    readonly HashSet<LiveQueue> all = [];
    readonly HashSet<LiveQueue> ofAnything = [];
    readonly Dictionary<OperativeId, HashSet<LiveQueue>> ofOperatives = [];
    readonly Dictionary<JobId, HashSet<LiveQueue>> ofJobs = [];

    /// <summary>Which queues an entry was offered to already: a queue of two diaries gets an entry about both of them once.</summary>
    readonly List<LiveQueue> offered = [];

    public int Count => all.Count;

    public IEnumerable<LiveQueue> All => all;

    public void Add(LiveQueue queue)
    {
        all.Add(queue);
        if (queue.Topics.Job is { } job) Put(ofJobs, job, queue);
        else if (queue.Topics.Operatives is { } operatives)
        {
            foreach (var operative in operatives) Put(ofOperatives, operative, queue);
        }
        else ofAnything.Add(queue);
    }

    public void Remove(LiveQueue queue)
    {
        if (!all.Remove(queue)) return;
        if (queue.Topics.Job is { } job) Take(ofJobs, job, queue);
        else if (queue.Topics.Operatives is { } operatives)
        {
            foreach (var operative in operatives) Take(ofOperatives, operative, queue);
        }
        else ofAnything.Remove(queue);
    }

    /// <summary>The queues that an entry may be for, each once; valid until the next call.</summary>
    public IReadOnlyCollection<LiveQueue> Of(FeedEntry entry)
    {
        var happened = entry.Event;
        if (happened.Kind == EventKind.RegistryChanged) return all;
        offered.Clear();
        Offer(ofAnything, entry.Position);
        if (happened.Job is { } job && ofJobs.TryGetValue(job, out var itsOwn)) Offer(itsOwn, entry.Position);
        foreach (var diary in happened.Diaries)
        {
            if (ofOperatives.TryGetValue(diary.Operative, out var watchers)) Offer(watchers, entry.Position);
            if (ofJobs.Count == 0) continue;
            foreach (var visit in diary.Put)
            {
                if (ofJobs.TryGetValue(visit.Id.Job, out watchers)) Offer(watchers, entry.Position);
            }
        }

        return offered;
    }

    void Offer(HashSet<LiveQueue> queues, long position)
    {
        foreach (var queue in queues)
        {
            if (queue.LastOffered == position) continue;
            queue.LastOffered = position;
            offered.Add(queue);
        }
    }

    static void Put<TKey>(Dictionary<TKey, HashSet<LiveQueue>> by, TKey key, LiveQueue queue)
        where TKey : notnull =>
        (CollectionsMarshal.GetValueRefOrAddDefault(by, key, out _) ??= []).Add(queue);

    static void Take<TKey>(Dictionary<TKey, HashSet<LiveQueue>> by, TKey key, LiveQueue queue)
        where TKey : notnull
    {
        if (by.TryGetValue(key, out var queues) && queues.Remove(queue) && queues.Count == 0) by.Remove(key);
    }
}
