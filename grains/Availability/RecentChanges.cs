using System.Collections.Concurrent;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;

namespace OrleansScheduling.Grains.Availability;

/// <summary>
/// The last changes of each diary, as the feed told them: whoever has a diary as it stood before them brings it up to date without asking
/// the database. One writer, any readers.
/// </summary>
public sealed class RecentChanges
{
    /// <summary>Kept for one diary; whoever missed more reads the diary.</summary>
    public const int Most = 8;

    readonly ConcurrentDictionary<OperativeId, DiaryChange[]> changes = new();

    /// <summary>The feed tells each diary's changes in order; after a gap there is nothing to go on from.</summary>
    public void Add(DiaryChange change)
    {
        var before = changes.GetValueOrDefault(change.Operative) ?? [];
        var follows = before.Length > 0 && before[^1].Version == change.Version - 1;
        changes[change.Operative] = !follows ? [change]
            : before.Length < Most ? [.. before, change]
            : [.. before.AsSpan(1), change];
    }

    /// <summary>What has become of a diary since a version, in order; empty when nothing has, or when it is not known any more.</summary>
    public ReadOnlySpan<DiaryChange> After(OperativeId operative, long version)
    {
        if (!changes.TryGetValue(operative, out var known)) return [];
        var at = version + 1 - known[0].Version;
        return at < 0 || at >= known.Length ? [] : known.AsSpan((int)at);
    }
}
