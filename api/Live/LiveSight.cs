using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Grains.Registry;

namespace OrleansScheduling.Api.Live;

/// <summary>
/// What one principal sees of what happens. An event of a contract that is seen is seen, without the visits of others that it moved in
/// the same diaries. Of an event that is not seen, nothing is, unless it moved visits that are: then those, as a replanned diary.
/// </summary>
/// <param name="ownJob">The one job that somebody who sees only what is their own has been found to see; null: none.</param>
sealed class LiveSight(Principal principal, RegistryCache registry, JobId? ownJob = null)
{
    /// <summary>
    /// Replaced as a whole: a subscriber that catches up looks through what it missed while the feed asks it about what happens.
    /// </summary>
    Known? known;

    volatile bool hasLostOwnJob;

    sealed record Known(RegistryView View, AccessScope Scope);

    /// <summary>By the registry as it is now: a contract that is given up is not followed any more.</summary>
    AccessScope Scope
    {
        get
        {
            var view = registry.Current;
            if (known is { } current && current.View == view) return current.Scope;
            var scope = AccessScope.Of(principal, view.Contracts.Values);
            known = new Known(view, scope);
            return scope;
        }
    }

    /// <summary>The event as it is seen: itself when nothing in it is hidden; null when all of it is.</summary>
    public BookingEvent? Of(BookingEvent happened)
    {
        var scope = Scope;
        // Where it went is not told either.
        if (ownJob is { } job && LosesOwn(happened, job, scope)) hasLostOwnJob = true;
        return Of(happened, scope);
    }

    /// <summary>
    /// An operative sees a job by a visit in the own diary: when one leaves it, that is told, and what is done to the job elsewhere is not
    /// any more. Once lost it stays lost for a subscription, although the job may come back: what is done in the own diary is seen anyway.
    /// </summary>
    static bool LosesOwn(BookingEvent happened, JobId job, AccessScope scope) => scope.Principal.Operative is { } own
        && happened.Diaries.Any(diary => diary.Operative == own && diary.Removed.Any(visit => visit.Job == job)
            && diary.Put.All(visit => visit.Id.Job != job));

    BookingEvent? Of(BookingEvent happened, AccessScope scope)
    {
        if (happened.Kind == EventKind.RegistryChanged) return happened with { Note = null, Diaries = SeenChanges(happened, scope, []) };
        if (SeesAll(happened, scope)) return happened;
        var visible = happened.Diaries.SelectMany(diary => diary.Put)
            .Where(visit => Sees(visit, scope)).Select(visit => visit.Id).ToHashSet();
        // What leaves the own diary stands in somebody else's, which is not seen.
        if (scope is { OwnOnly: true, Principal.Operative: { } own })
            visible.UnionWith(happened.Diaries.Where(diary => diary.Operative == own).SelectMany(diary => diary.Removed));
        var isSeen = Sees(happened, scope);
        if (!isSeen && visible.Count == 0) return null;
        if (isSeen && happened.Job is { } job)
            visible.UnionWith(happened.Diaries.SelectMany(diary => diary.Removed).Where(visit => visit.Job == job));
        var diaries = SeenChanges(happened, scope, visible);
        if (isSeen) return happened with { Diaries = diaries };
        return happened with
        {
            Kind = EventKind.DiaryReplanned,
            Client = default,
            Contractor = happened.Contractor == scope.Organisation ? happened.Contractor : default,
            Contract = default,
            Job = null,
            JobVersion = 0,
            Promise = null,
            Hold = null,
            Note = null,
            Diaries = diaries,
            Moves = [],
        };
    }

    /// <summary>A contractor's diaries hold its own contracts' visits only: who sees all of them sees all of its events.</summary>
    static bool SeesAll(BookingEvent happened, AccessScope scope) =>
        !scope.OwnOnly && scope.Principal.Contracts.IsAll && happened.Contractor == scope.Organisation;

    JobId? OwnJob => hasLostOwnJob ? null : ownJob;

    bool Sees(BookingEvent happened, AccessScope scope)
    {
        if (!scope.Sees(happened.Contract)) return false;
        if (!scope.OwnOnly) return true;
        if (happened.Job is not { } job) return false;
        return job == OwnJob || happened.Diaries.Any(diary => diary.Operative == scope.Principal.Operative
            && (diary.Put.Any(visit => visit.Id.Job == job) || diary.Removed.Any(visit => visit.Job == job)));
    }

    bool Sees(Visit visit, AccessScope scope) =>
        scope.Sees(visit) || (scope.Sees(visit.Contract) && OwnJob is { } job && visit.Id.Job == job);

    List<DiaryChange> SeenChanges(BookingEvent happened, AccessScope scope, HashSet<VisitId> visible)
    {
        var seen = new List<DiaryChange>();
        foreach (var diary in happened.Diaries)
        {
            var isOwn = registry.Current.Operatives.TryGetValue(diary.Operative, out var operative) && scope.Sees(operative);
            var put = diary.Put.Where(visit => visible.Contains(visit.Id) && Sees(visit, scope)).ToList();
            var removed = diary.Removed.Where(visible.Contains).ToList();
            if (!isOwn && put.Count == 0 && removed.Count == 0) continue;
            // A diary's version counts all that is done in it, which is its contractor's to know.
            seen.Add(new DiaryChange(diary.Operative, isOwn ? diary.Version : 0, put, removed));
        }

        return seen;
    }
}
