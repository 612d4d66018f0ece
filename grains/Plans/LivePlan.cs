using System.Globalization;
using Microsoft.Extensions.Logging;
using NodaTime;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains.Availability;
using OrleansScheduling.Grains.Booking;
using OrleansScheduling.Grains.Registry;
using OrleansScheduling.Ledger;
using OrleansScheduling.Planning.Diaries;
using OrleansScheduling.Planning.LivePlan;
using OrleansScheduling.Planning.Search;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Grains.Plans;

/// <summary>
/// One contractor's working day, kept up to date from the feed: today's, or yesterday's as long as shifts go on that began on it. The
/// record is how it is: whatever a diary says takes the place of what the plan thought of it, and what the plan changes becomes so by
/// being committed on the diaries' versions. So several of these, in several processes, cannot break anything; the slower one reads again
/// and finds that there is nothing left to do. The process that has the contractor's duty carries out and improves; the others keep theirs
/// for reading alone.
/// </summary>
internal sealed partial class LivePlan(
    OrganisationId contractor, PlannedDay which, Bookings bookings, AvailabilityService availability, RegistryCache registry, IFeed feed,
    ProposalBoard board, Func<bool> hasDuty, ILogger<LivePlan> log)
{
    /// <summary>How often one look decides anew after somebody else got there first, or because what was committed asks for more.</summary>
    const int MaxRounds = 4;

    /// <summary>Most flags that one look tells; the others stand in the plan.</summary>
    const int MaxFlagsTold = 200;

    /// <summary>Diaries of one read.</summary>
    const int MaxPerRead = 1000;

    /// <summary>Seconds after which it counts that nothing was heard.</summary>
    const int TimeStep = 60;

    /// <summary>
    /// Seconds after which everybody's day is looked at again, whoever's diary has changed: some are later than they were.
    /// </summary>
    const int LookStep = 5;

    /// <summary>Pages of the feed that are followed; whoever was not asked for longer reads the diaries afresh.</summary>
    const int MaxPagesFollowed = 20;

    readonly WorkBook work = new(bookings, registry);
    readonly EngineLog done = new();
    readonly Dictionary<OperativeId, KnownDay> known = [];
    Dictionary<OperativeId, ReadDay> read = [];
    DayBook? book;
    DayPlan? plan;
    long position;

    /// <summary>Second of the day at which everybody's day was looked at last; null: it has to be done at the next look.</summary>
    int? lookedAt;

    /// <summary>Second of the day up to which somebody works or may be asked to; after it yesterday's plan is over.</summary>
    int goesOnUntil;

    /// <summary>When it is looked again whether anybody works over midnight: not with every booking of those who have no nights.</summary>
    Instant nextLook = Instant.MinValue;
    readonly List<VisitId> raised = [];
    bool isOutdated = true;

    /// <summary>Whether the last look was for the duty.</summary>
    bool hadDuty;

    /// <summary>The plan as it stands; null while there is none: nobody works for the contractor, or nothing is known yet.</summary>
    public DayPlan? Plan => plan;

    /// <summary>The feed position up to which it is known what happened.</summary>
    public long Position => position;

    public EngineLog Done => done;

    /// <summary>The visits that the plan has elsewhere than the record, since what it decided could not be committed.</summary>
    public IEnumerable<VisitId> Unsettled => plan is null ? [] : plan.LineOf
        .Where(one => book!.Find(plan.Team.Members[one.Value].Id)?.Find(book.Clock.Day, one.Key) is null).Select(one => one.Key);

    /// <summary>The plan as somebody of the contractor sees it.</summary>
    public async Task<DayPlanState?> ViewForAsync(Viewpoint viewpoint, CancellationToken cancellationToken)
    {
        if (plan is null) return null;
        bool Sees(ContractId id) => registry.Current.Contracts.TryGetValue(id, out var contract) && viewpoint.Sees(contract);
        var view = new PlanView(plan, Sees, operative => bookings.Sees(viewpoint, operative));
        return view.Of(
            position, done, [.. ProposalsFor(viewpoint)], Unsettled,
            operative => read.TryGetValue(operative, out var day) && day.IsAway,
            await EmergenciesAsync(viewpoint, view, cancellationToken));
    }

    IEnumerable<ProposalState> ProposalsFor(Viewpoint viewpoint)
    {
        if (!viewpoint.Contracts.IsAll) yield break;
        foreach (var one in waiting.All)
        {
            if (WaitingProposals.Outcome(plan!, one.Proposal) is { Diff: var diff }) yield return PlanView.Of(one, diff, MovesOf(diff));
        }
    }

    /// <summary>Whether this process carries out what the plan decides.</summary>
    public bool HasDuty => hasDuty();

    /// <summary>Takes in what has happened by now, and commits what the plan makes of it if that is this process's duty.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            var isOurs = HasDuty;
            // What the one before had not told any more is told again: it starts anew, as after a crash.
            if (isOurs && !hadDuty) isOutdated = true;
            hadDuty = isOurs;
            await ReadFeedAsync(cancellationToken);
            if (plan is null && bookings.Now < nextLook) return;
            if (isOutdated || IsOver || plan is null) await BuildAsync(cancellationToken);
            if (plan is null) return;
            if (lookedAt is not { } last || book!.Clock.SecondAt(Latest) - last >= LookStep) Read("Somebody is later than was expected.");
            if (!isOurs)
            {
                if (isOutdated) continue;
                await LookOnAsync(cancellationToken);
                return;
            }

            if (await SettleAsync(cancellationToken)) continue;
            await TellFlagsAsync(cancellationToken);
            if (!isOutdated) await TakeFoundAsync(cancellationToken);
            return;
        }

        LogUnsettled(contractor, MaxRounds);
    }

    /// <summary>What another process carries out: its proposals are shown, and nothing is left to be done here.</summary>
    async Task LookOnAsync(CancellationToken cancellationToken)
    {
        raised.Clear();
        found.Clear();
        done.Settled();
        waiting.Load(plan!, await board.ReadAsync(book!.Clock.Day, cancellationToken));
    }

    /// <summary>
    /// Flags that are new, or have changed, stand in the feed: whoever watches hears of them before anything is late. The same ones of the
    /// same diaries are told once, whichever process comes to it first.
    /// </summary>
    async Task TellFlagsAsync(CancellationToken cancellationToken)
    {
        var flags = raised.Distinct().Select(visit => plan!.Flags.GetValueOrDefault(visit)).OfType<DayFlag>().Take(MaxFlagsTold).ToList();
        raised.Clear();
        foreach (var together in flags.GroupBy(flag => flag.Because))
        {
            var moves = together.Select(flag => FlagMove(flag)).OfType<VisitMove>().ToList();
            if (moves.Count == 0) continue;
            var happened = new BookingEvent(
                EventKind.PromisesFlagged, bookings.Now, default, contractor, default, null, 0, BookingEvent.Engine, null, null,
                together.Key, [], [])
            {
                Moves = moves,
            };
            var versions = string.Join(' ', moves.Select(move => string.Create(
                CultureInfo.InvariantCulture, $"{move.Visit} in {move.From.Value}:{book!.Find(move.From)!.Version}")));
            await bookings.CommitAsync(
                new Changeset(happened, [], Command.OfEngine(contractor, $"flags {versions}", together.Key)), cancellationToken);
        }
    }

    /// <summary>Where a flagged visit is recorded, and where and when it is expected.</summary>
    VisitMove? FlagMove(DayFlag flag)
    {
        var holder = read.Values.FirstOrDefault(day => day.UnderWay == flag.Visit || day.Open.Any(open => open.Visit.Id == flag.Visit));
        if (holder is null || book!.Find(holder.Operative)?.Find(book.Clock.Day, flag.Visit) is not { } visit) return null;
        return new VisitMove(
            flag.Visit, visit.Operative, visit.Start, flag.Operative ?? visit.Operative,
            flag.ForecastStart is { } start ? book.Clock.InstantAt(start) : visit.Start);
    }

    AvailabilityIndex? Index => availability.IndexOf(contractor);

    LocalDate DayNow(AvailabilityIndex index) =>
        bookings.Now.InZone(index.Zone).Date.PlusDays(which == PlannedDay.Overnight ? -1 : 0);

    /// <summary>Whether it is another day's turn, or nobody of yesterday's works any more.</summary>
    bool IsOver => book is not null && Index is { } index
        && (DayNow(index) != book.Clock.Day || (which == PlannedDay.Overnight && book.Clock.SecondAt(bookings.Now) > goesOnUntil));

    /// <summary>Now, or the last event when that is said to have been later: clocks of two processes differ.</summary>
    Instant Latest => plan is null ? bookings.Now : Instant.Max(bookings.Now, book!.Clock.InstantAt(plan.Now));

    async Task ReadFeedAsync(CancellationToken cancellationToken)
    {
        for (var page = 0; !isOutdated && plan is not null; page++)
        {
            if (page == MaxPagesFollowed)
            {
                isOutdated = true;
                return;
            }

            var entries = await feed.ReadAsync(position, IFeed.MaxPage, cancellationToken);
            foreach (var entry in entries)
            {
                // Working days are read from the index: it has to be as far.
                if (entry.Position > availability.Position) return;
                position = entry.Position;
                await FollowAsync(entry, cancellationToken);
            }

            if (entries.Count == 0) return;
        }
    }

    async Task FollowAsync(FeedEntry entry, CancellationToken cancellationToken)
    {
        var happened = entry.Event;
        if (happened.Kind == EventKind.RegistryChanged) isOutdated = true;
        if (happened.Contractor == contractor)
        {
            done.Follow(entry, book!.Clock);
            waiting.Follow(happened);
            asked.Follow(happened);
        }

        var mine = happened.Diaries.Where(change => book!.Has(change.Operative)).ToList();
        if (isOutdated || mine.Count == 0) return;
        var isTold = happened.Kind.IsToldOfDay();
        if (isTold) plan = plan!.Of(TeamOf(plan.Team.Members.Select(member => member.Id)));
        var touched = new HashSet<OperativeId>();
        foreach (var change in mine)
        {
            if (isTold || book!.Touches(change)) touched.Add(change.Operative);
            if (book!.Follow(change)) continue;
            await LoadAsync([change.Operative], cancellationToken);
            touched.Add(change.Operative);
        }

        // What is booked for other days moves the diary's version on, and nothing else.
        if (touched.Count == 0) return;
        await work.KnowAsync(mine.SelectMany(change => change.Put).Where(visit => visit.Day == book!.Clock.Day), cancellationToken);
        Read(happened.Kind == EventKind.OperativeAbsent
            ? $"{registry.Current.Operatives[mine[0].Operative].Name} is away." : EventWords.Of(happened.Kind), touched);
    }

    DayTeam TeamOf(IEnumerable<OperativeId> people) => new(
        book!.Clock, people.Select(operative => MemberOf(registry.Current.Operatives[operative])), Index!.Travel);


    async Task LoadAsync(IReadOnlyList<OperativeId> operatives, CancellationToken cancellationToken)
    {
        foreach (var chunk in operatives.Chunk(MaxPerRead))
        {
            foreach (var diary in await bookings.Ledger.LoadDiariesAsync(chunk, book!.Clock.Day, cancellationToken))
            {
                availability.Show(diary);
                book.Load(diary);
            }
        }

        await work.KnowAsync(book!.Visits, cancellationToken);
    }

    /// <summary>Makes the plan afresh from the diaries.</summary>
    async Task BuildAsync(CancellationToken cancellationToken)
    {
        (plan, book, read) = (null, null, []);
        known.Clear();
        waiting.Clear();
        asked.Clear();
        if (Index is not { } index) return;
        var people = registry.Current.Operatives.Values.Where(operative => operative.Contractor == contractor)
            .OrderBy(operative => operative.Id.Value).ToList();
        if (people.Count is 0 or > DayTeam.MaxMembers)
        {
            if (people.Count > 0) LogTooMany(contractor, people.Count, DayTeam.MaxMembers);
            return;
        }

        var clock = index.ClockOf(DayNow(index));
        if (which == PlannedDay.Overnight)
        {
            goesOnUntil = people.Max(operative => WorksUntil(index, operative, clock)) ?? 0;
            nextLook = bookings.Now + Duration.FromSeconds(TimeStep);
            if (goesOnUntil < clock.SecondAt(bookings.Now)) return;
            nextLook = Instant.MinValue;
        }

        position = availability.Position;
        work.Forget();
        book = new DayBook(clock);
        await LoadAsync([.. people.Select(operative => operative.Id)], cancellationToken);
        foreach (var operative in people) book.Open(operative.Id);
        foreach (var entry in await done.ReadAsync(feed, contractor, position, clock, cancellationToken))
        {
            waiting.Follow(entry.Event);
            asked.Follow(entry.Event);
        }

        plan = DayPlan.Of(TeamOf(people.Select(operative => operative.Id)), RulesOf(), [], bookings.Now).Plan;
        isOutdated = false;
        Read(WhyNow(people));
        if (isOutdated) return;
        waiting.Load(plan, await board.ReadAsync(clock.Day, cancellationToken));
        noted = IdsOfWaiting();
    }

    /// <summary>
    /// Second of the day to which somebody works over midnight, or would if not reported off, and so much overtime as may still be asked
    /// for; null: the day ends before.
    /// </summary>
    static int? WorksUntil(AvailabilityIndex index, Operative operative, DayClock clock)
    {
        var end = index.BoundsOf(operative.Id, clock.Day)?.Day.End ?? 0;
        if (operative.ToldOf(clock.Day)?.Away is { } away)
            end = Math.Max(end, clock.SecondAt(DayClock.InstantOf(away.End, clock.Zone)));
        return end > clock.SecondAt(LocalTime.Midnight, 1) ? end + (DayTelling.MaxOvertimeMinutes * 60) : null;
    }

    /// <summary>What a plan that is made afresh says of promises that cannot be kept.</summary>
    string WhyNow(IEnumerable<Operative> people)
    {
        const int MaxNamed = 3;
        var away = people.Where(operative => operative.ToldOf(book!.Clock.Day)?.Away is not null)
            .Select(operative => operative.Name).ToList();
        return away.Count == 0 ? "The diaries do not add up."
            : $"{string.Join(", ", away.Take(MaxNamed))}{(away.Count > MaxNamed ? " and others" : "")} "
                + $"{(away.Count == 1 ? "is" : "are")} away.";
    }

    /// <summary>Whoever does not work today is in the team all the same: something may stand in the diary.</summary>
    TeamMember MemberOf(Operative operative)
    {
        // Nobody is asked for overtime whose day ends later than the plan's does: nor is whoever has gone.
        const int NeverEnds = 3 * 24 * 60 * 60;
        var bounds = Index!.BoundsOf(operative.Id, book!.Clock.Day);
        if (bounds is null || operative.ToldOf(book.Clock.Day)?.Away is not null)
        {
            bounds = new DayBounds(
                new WorkingDay(0, NeverEnds, []), GroundPoint.Of(operative.StartPlace), GroundPoint.Of(operative.EndPlace));
        }

        return new TeamMember(operative, bounds.Value);
    }

    DayRules RulesOf() => new()
    {
        Windows = [.. registry.Current.Contracts.Values.Where(contract => contract.Contractor == contractor)
            .OrderBy(contract => contract.Id.Value).SelectMany(contract => contract.Windows)
            .DistinctBy(window => (window.Start, window.End))],
    };

    /// <summary>Tells the plan of every day that the record has otherwise than it was told before.</summary>
    /// <param name="only">Whose days may have changed; null: everybody's.</param>
    void Read(string because, IReadOnlyCollection<OperativeId>? only = null)
    {
        var at = Latest;
        var now = book!.Clock.SecondAt(at);
        if (only is null) lookedAt = now;
        var changed = new List<ReadDay>();
        var (there, were) = (new HashSet<VisitId>(), new HashSet<VisitId>());
        foreach (var member in only?.Select(operative => plan!.Team.Members[plan.Team.IndexOf(operative)]) ?? plan!.Team.Members)
        {
            var day = DayOf(member.Operative, now, at);
            Gather(day, there);
            if (read.TryGetValue(member.Id, out var before))
            {
                Gather(before, were);
                if (before.Says(day)) continue;
            }

            read[member.Id] = day;
            changed.Add(day);
            HasChanged(member.Id);
        }

        // What has left these diaries may have come to one that is read with them; everything else is where it was.
        var lost = only is null ? plan!.Visits.Keys : were.Where(plan!.Visits.ContainsKey);
        var gone = lost.Where(visit => !there.Contains(visit)).ToList();
        if (changed.Count + gone.Count > 0) Happens(new DiariesRead(at, changed, gone, because), because);
        else if (now - plan.Now >= TimeStep) Happens(new TimePassed(at), because);
    }

    static void Gather(ReadDay day, HashSet<VisitId> visits)
    {
        if (day.UnderWay is { } visit) visits.Add(visit);
        visits.UnionWith(day.Open.Select(open => open.Visit.Id));
    }

    ReadDay DayOf(Operative operative, int now, Instant at)
    {
        var told = operative.ToldOf(book!.Clock.Day);
        var isAway = told?.Away is { } away && DayClock.InstantOf(away.Start, book.Clock.Zone) <= at
            && at < DayClock.InstantOf(away.End, book.Clock.Zone);
        var visits = VisitsOf(operative, isAway, at);
        var bounds = Index!.BoundsOf(operative.Id, book.Clock.Day);
        return ReadDay.Of(
            operative.Id, bounds, GroundPoint.Of(operative.StartPlace), visits, now, plan!.Team.Travel, told?.IsLocked ?? false, isAway);
    }

    /// <summary>A diary's visits as the plan sees them: the same ones as long as the diary has not changed.</summary>
    IReadOnlyList<ReadVisit> VisitsOf(Operative operative, bool isAway, Instant at)
    {
        var diary = book!.Find(operative.Id)!;
        if (known.TryGetValue(operative.Id, out var before) && ReferenceEquals(before.Diary, diary)
            && ReferenceEquals(before.Operative, operative) && before.IsAway == isAway) return before.Visits;
        var visits = diary.On(book.Clock.Day);
        List<ReadVisit> seen =
            [.. visits.Where(visit => !visit.IsExpired(at)).Select(visit => work.Read(visit, operative, book.Clock, isAway))];
        // Holds expire without the diary's changing.
        if (visits.All(visit => visit.HoldExpiresAt is null)) known[operative.Id] = new KnownDay(diary, operative, isAway, seen);
        else known.Remove(operative.Id);
        return seen;
    }

    sealed record KnownDay(Diary Diary, Operative Operative, bool IsAway, IReadOnlyList<ReadVisit> Visits);

    void Happens(DayEvent happened, string because)
    {
        var reaction = LiveDay.On(plan!, happened);
        if (reaction.Refusal != EventRefusal.None)
        {
            // The plan is not about these people any more: it is made afresh at the next look.
            isOutdated = true;
            return;
        }

        plan = reaction.Plan;
        raised.AddRange(reaction.Raised.Select(flag => flag.Visit));
        done.Gain(reaction.Diff, because);
    }

    /// <summary>Commits what the plan has otherwise than the record.</summary>
    /// <returns>Whether there was anything: then it is looked at again.</returns>
    async Task<bool> SettleAsync(CancellationToken cancellationToken)
    {
        if (isOutdated || Index is not { } index) return isOutdated;
        var groups = new Rearranging(plan!, book!, read, index).All();
        foreach (var group in groups)
        {
            var changeset = ChangesetOf(group, BookingEvent.Engine, KeyOf(group), done.NoteOf(group));
            var result = await bookings.CommitAsync(changeset, cancellationToken);
            if (result.Status == CommitStatus.Committed)
            {
                foreach (var change in group.Changes) book!.Follow(change);
                lookedAt = null;
                done.Follow(result.Entry!, book!.Clock);
                LogCommitted(contractor, group.Moves.Count, group.Changes.Count, changeset.Event.Note!);
            }
            else
            {
                await LoadAsync([.. group.Changes.Select(change => change.Operative)], cancellationToken);
                lookedAt = null;
                LogRefused(contractor, result.Status.ToString());
            }
        }

        done.Settled();
        return groups.Count > 0;
    }

    Changeset ChangesetOf(Rearrangement group, string actor, CommandKey key, string note)
    {
        var kind = group.IsForecast ? EventKind.DayForecast : EventKind.VisitsReassigned;
        var happened = new BookingEvent(
            kind, bookings.Now, default, contractor, default, null, 0, actor, null, null, note, group.Changes, [])
        {
            Moves = group.Moves,
        };
        return new Changeset(happened, [], key);
    }

    /// <summary>The same decision about the same diaries is one commit, whoever comes to it first.</summary>
    CommandKey KeyOf(Rearrangement group)
    {
        var diaries = string.Join(' ', group.Changes.Select(change => string.Create(
            CultureInfo.InvariantCulture, $"{change.Operative.Value}:{change.Version}")));
        var moves = string.Join(' ', group.Changes.SelectMany(change => change.Put).Select(visit => string.Create(
            CultureInfo.InvariantCulture, $"{visit.Id}>{visit.Operative.Value}@{visit.Start.ToUnixTimeSeconds()}")));
        return Command.OfEngine(contractor, diaries, moves);
    }
}
