using System.Globalization;
using NodaTime;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains.Availability;
using OrleansScheduling.Grains.Registry;
using OrleansScheduling.Grains.Wire;
using OrleansScheduling.Ledger;
using OrleansScheduling.Planning.Booking;

namespace OrleansScheduling.Grains.Booking;

/// <summary>A visit that is to stand elsewhere.</summary>
/// <param name="Start">Null: where it costs least.</param>
/// <param name="Was">Where it must stand until then; null: anywhere.</param>
internal sealed record Wish(VisitId Visit, OperativeId To, Instant? Start, (OperativeId Operative, Instant Start)? Was);

/// <summary>
/// Moves visits of kept promises from diary to diary, or within one, without the customer noticing: all of them in one changeset that
/// names every diary's version, or none.
/// </summary>
internal sealed class Reassignment(Bookings bookings, AvailabilityService availability, RegistryCache registry, IFeed feed)
{
    public static Refusal? FaultOf(ReassignVisits command)
    {
        if (command.Moves is null || command.Moves.Count is 0 or > ReassignVisits.MaxMoves)
            return Command.Invalid("moves", $"{command.Moves?.Count ?? 0} moves", $"1 to {ReassignVisits.MaxMoves} moves");
        var repeated = command.Moves.GroupBy(move => (move.Job, move.Number)).FirstOrDefault(same => same.Count() > 1);
        if (repeated is not null) return Command.Invalid("moves", $"{repeated.Count()} moves of one visit", "each visit once");
        if (command.Moves.FirstOrDefault(move => move.Job is < 0 or > JobId.MaxValue) is { } wrong)
            return Command.Invalid("moves", wrong.Job.ToString(CultureInfo.InvariantCulture), "a job's id");
        if (command.PlannedOn is null || command.PlannedOn.Count > Changeset.MaxDiaries)
            return Command.Invalid("plannedOn", $"{command.PlannedOn?.Count ?? 0} diaries", $"0 to {Changeset.MaxDiaries} diaries");
        return command.PlannedOn.DistinctBy(diary => diary.Operative).Count() == command.PlannedOn.Count
            ? null
            : Command.Invalid("plannedOn", "a diary twice", "each diary once");
    }

    public Task<CommandAnswer> RunAsync(OrganisationId contractor, ReassignVisits command, CancellationToken cancellationToken)
    {
        Wish[] wishes =
        [
            .. command.Moves.Select(move => new Wish(
                new VisitId(new JobId(move.Job), move.Number), new OperativeId(move.Operative),
                move.Start is { } start ? Instant.FromDateTimeOffset(start) : null, null)),
        ];
        return CommitAsync(
            new Batch(contractor, EventKind.VisitsReassigned, Commands.Of(contractor, command), null, wishes, command.PlannedOn),
            cancellationToken);
    }

    public async Task<CommandAnswer> UndoAsync(OrganisationId contractor, UndoReassignment command, CancellationToken cancellationToken)
    {
        var identity = Commands.Of(contractor, command);
        var found = command.Position < 1 ? [] : await feed.ReadAsync(command.Position - 1, 1, cancellationToken);
        if (found is not [{ Event: var done } entry]
            || done.Kind is not (EventKind.VisitsReassigned or EventKind.ReassignmentUndone or EventKind.DayForecast)
            || entry.Position != command.Position || done.Contractor != contractor || done.Moves.Count == 0
            || command.Context.Asker.Organisation != contractor.Value)
            return await bookings.RefuseAsync(RefusalReason.ReassignmentNotFound, identity, cancellationToken);
        // A sequence tells nothing of what is there: of a reassignment of visits that the caller does not see, neither.
        var viewpoint = command.Context.Asker.ToDomain();
        foreach (var job in done.Moves.Select(move => move.Visit.Job).Distinct())
        {
            if (await bookings.FindJobAsync(job, viewpoint, cancellationToken) is null)
                return await bookings.RefuseAsync(RefusalReason.ReassignmentNotFound, identity, cancellationToken);
        }

        Wish[] wishes = [.. done.Moves.Select(move => new Wish(move.Visit, move.From, move.FromStart, (move.To, move.ToStart)))];
        var note = $"Undoes {command.Position.ToString(CultureInfo.InvariantCulture)}.";
        return await CommitAsync(
            new Batch(contractor, EventKind.ReassignmentUndone, identity, note, wishes, []), cancellationToken);
    }

    sealed record Batch(
        OrganisationId Contractor, EventKind Kind, Command Command, string? Note, IReadOnlyList<Wish> Wishes,
        IReadOnlyList<PlannedOn> PlannedOn)
    {
        public Viewpoint Viewpoint { get; } = Command.Context.Asker.ToDomain();
    }

    /// <summary>A wish with what it is about.</summary>
    /// <param name="Number">Its place in the batch, 1 for the first; refusals name it.</param>
    sealed record Leg(int Number, Wish Wish, Job Job, VisitPlace Place)
    {
        public Refusal Refuse(RefusalReason reason, string? text = null) => RefuseMove(Number, $", visit {Wish.Visit}", reason, text);
    }

    /// <param name="visit">Named only to those who see it: an id tells the reference of a job.</param>
    static Refusal RefuseMove(int number, string visit, RefusalReason reason, string? text = null) =>
        new(reason, $"Move {number.ToString(CultureInfo.InvariantCulture)}{visit}: {text ?? Refusal.Of(reason).Text}");

    async Task<CommandAnswer> CommitAsync(Batch batch, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Bookings.MaxAttempts; attempt++)
        {
            var (changeset, refusal) = await PrepareAsync(batch, cancellationToken);
            if (refusal is not null) return await bookings.RefuseAsync(refusal, batch.Command, cancellationToken);
            if (changeset is null) continue;
            var result = await bookings.CommitAsync(changeset, cancellationToken);
            if (result.Status != CommitStatus.Stale) return Bookings.Answer(changeset, result);
        }

        return Bookings.Refused(RefusalReason.Busy);
    }

    /// <returns>The changeset; the first refusal; or neither when jobs and diaries were read at different moments.</returns>
    async Task<(Changeset?, Refusal?)> PrepareAsync(Batch batch, CancellationToken cancellationToken)
    {
        var (legs, unseen) = await LegsAsync(batch, cancellationToken);
        if (unseen is not null) return (null, unseen);
        var places = legs.SelectMany(leg => new[] { leg.Place, leg.Place with { Operative = leg.Wish.To } })
            .Concat(batch.PlannedOn.Select(diary => legs[0].Place with { Operative = new OperativeId(diary.Operative) }));
        var diaries = await bookings.DiariesAsync(places, cancellationToken);
        if (diaries.Count > Changeset.MaxDiaries)
            return (null, Command.Invalid("moves", $"{diaries.Count} diaries", $"moves between at most {Changeset.MaxDiaries} diaries"));
        foreach (var planned in batch.PlannedOn)
        {
            if (diaries[new OperativeId(planned.Operative)].Version != planned.Version)
                return (null, Refusal.Of(RefusalReason.DiaryChanged));
        }

        var works = new Dictionary<OperativeId, DiaryWork>();
        foreach (var diary in diaries.Values)
        {
            if (!await availability.KnowsAsync(diary.Operative, diary.Version, cancellationToken) || bookings.WorkOn(diary) is not { } work)
                return (null, Refusal.Of(RefusalReason.Busy));
            works.Add(diary.Operative, work);
        }

        var visits = new List<(Leg Leg, Visit Visit)>();
        foreach (var leg in legs)
        {
            if (diaries[leg.Place.Operative].Find(leg.Place.Day, leg.Place.Id) is not { } visit) return (null, null);
            if (VisitDecisions.CannotMove(leg.Job, visit) is var reason and not RefusalReason.None) return (null, leg.Refuse(reason));
            if (leg.Wish.Was is { } was && was != (visit.Operative, visit.Start)) return (null, leg.Refuse(RefusalReason.PlanMovedOn));
            visits.Add((leg, visit));
        }

        if (await PlaceAsync(batch, visits, works, cancellationToken) is { } refusal) return (null, refusal);
        return (ChangesetOf(batch, diaries, works.Values), null);
    }

    /// <summary>The jobs and places of the visits, as far as the asker sees them.</summary>
    async Task<(List<Leg> Legs, Refusal? Refusal)> LegsAsync(Batch batch, CancellationToken cancellationToken)
    {
        var legs = new List<Leg>(batch.Wishes.Count);
        for (var i = 0; i < batch.PlannedOn.Count; i++)
        {
            // Neither is the number told that an id stands for.
            if (!bookings.Sees(batch.Viewpoint, new OperativeId(batch.PlannedOn[i].Operative)))
                return ([], Command.Invalid("plannedOn", $"the operative of diary {i + 1}", "an operative of the contractor's"));
        }

        var jobs = new Dictionary<JobId, Job?>();
        foreach (var wish in batch.Wishes)
        {
            if (!jobs.TryGetValue(wish.Visit.Job, out var job))
                jobs.Add(wish.Visit.Job, job = await bookings.FindJobAsync(wish.Visit.Job, batch.Viewpoint, cancellationToken));
            var place = job?.Visits.FirstOrDefault(visit => visit.Id == wish.Visit);
            var number = legs.Count + 1;
            if (place is null || job!.Contractor != batch.Contractor || !bookings.Sees(batch.Viewpoint, place.Operative))
                return ([], RefuseMove(number, "", wish.Was is null ? RefusalReason.VisitNotFound : RefusalReason.PlanMovedOn));
            var leg = new Leg(number, wish, job, place);
            if (!bookings.Sees(batch.Viewpoint, wish.To))
                return ([], leg.Refuse(RefusalReason.InvalidInput, "operative: it is not one of the contractor's."));
            legs.Add(leg);
        }

        return (legs, null);
    }

    /// <summary>All leave their places before the first is put anywhere, and those that start first are put first.</summary>
    /// <returns>The first refusal; null when all fit.</returns>
    async Task<Refusal?> PlaceAsync(
        Batch batch, List<(Leg Leg, Visit Visit)> visits, Dictionary<OperativeId, DiaryWork> works, CancellationToken cancellationToken)
    {
        foreach (var (leg, _) in visits) works[leg.Place.Operative].Free(leg.Place);
        foreach (var (leg, visit) in visits.OrderBy(move => move.Leg.Wish.Start ?? move.Visit.Start).ThenBy(move => move.Leg.Number))
        {
            var terms = await bookings.TermsOfAsync(
                batch.Viewpoint, leg.Job.Contract, leg.Job.Property, leg.Job.Lines, cancellationToken);
            if (!terms.Succeeded) return leg.Refuse(terms.Refusal.Reason, terms.Refusal.Text);
            var place = new NewPlace(leg.Job, visit, terms.Value, registry.Current, bookings.ZoneOf(terms.Value.Contract), bookings.Now);
            if (place.Put(works[leg.Wish.To], leg.Wish.Start, isReturn: leg.Wish.Was is not null) is { } refusal)
                return leg.Refuse(refusal.Reason, refusal.Text);
        }

        return null;
    }

    Changeset ChangesetOf(Batch batch, Dictionary<OperativeId, Diary> diaries, IEnumerable<DiaryWork> works)
    {
        var before = diaries.Values.SelectMany(diary => diary.Visits).ToDictionary(visit => visit.Id);
        DiaryChange[] changes = [.. works.Select(work => work.Change).OfType<DiaryChange>()];
        VisitMove[] moves =
        [
            .. from change in changes
               from visit in change.Put
               let was = before[visit.Id]
               // A hold may be gone any second: it is not put back.
               where visit.State != Domain.Jobs.VisitState.Held && (was.Operative, was.Start) != (visit.Operative, visit.Start)
               select new VisitMove(visit.Id, was.Operative, was.Start, visit.Operative, visit.Start),
        ];
        var happened = new BookingEvent(
            batch.Kind, bookings.Now, default, batch.Contractor, default, null, 0, batch.Command.Context.Actor, null, null, batch.Note,
            changes, [])
        {
            Moves = moves,
        };
        return new Changeset(happened, [], batch.Command.Key);
    }
}
