using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;

namespace OrleansScheduling.Ledger.Coding;

/// <summary>
/// A feed entry's payload: a version byte, then fields in a fixed order; about 90 bytes for a booking, a quarter of its JSON. Every version
/// that was ever written has its reader here for good.
/// </summary>
/// <remarks>
/// Version 1. Integers are zigzag varints. An instant is seconds since the entry's own instant, doubled, plus a flag for a following count
/// of nanoseconds. A visit's job, contract and promise that equal the entry's are one bit each.
/// Version 2 is version 1 and then the visits that were moved, and is written only when there are some: programs that know version 1 alone
/// go on reading everything else.
/// </remarks>
static class EventCodec
{
    const byte Version1 = 1;
    const byte Version2 = 2;

    /// <summary>Most elements of one list: above what any changeset holds, below what a damaged length could cost.</summary>
    const int MaxElements = 100_000;

    [Flags]
    enum Parts
    {
        None = 0,
        Job = 1,
        Promise = 2,
        Hold = 4,
        Note = 8,
    }

    [Flags]
    enum VisitParts
    {
        None = 0,
        SameJob = 1,
        SameContract = 2,
        SamePromise = 4,
        StartFixed = 8,
        HoldExpires = 16,
        FirstStage = 32,
    }

    public static byte[] Encode(BookingEvent entry)
    {
        var bytes = new ByteWriter(entry.At);
        bytes.Byte(entry.Moves.Count == 0 ? Version1 : Version2);
        bytes.Integer((int)entry.Kind);
        bytes.AbsoluteInstant(entry.At);
        bytes.Integer(entry.Client.Value);
        bytes.Integer(entry.Contractor.Value);
        bytes.Integer(entry.Contract.Value);
        var parts = (entry.Job is null ? Parts.None : Parts.Job) | (entry.Promise is null ? Parts.None : Parts.Promise)
            | (entry.Hold is null ? Parts.None : Parts.Hold) | (entry.Note is null ? Parts.None : Parts.Note);
        bytes.Byte((byte)parts);
        if (entry.Job is { } job) bytes.Integer(job.Value);
        bytes.Integer(entry.JobVersion);
        bytes.Text(entry.Actor);
        if (entry.Promise is { } promise) WritePromise(ref bytes, promise);
        if (entry.Hold is { } hold)
        {
            bytes.Integer(hold.Id.Job.Value);
            bytes.Integer(hold.Id.Number);
            bytes.Text(hold.Holder);
            WritePromise(ref bytes, hold.Promise);
            bytes.Instant(hold.ExpiresAt);
        }

        if (entry.Note is { } note) bytes.Text(note);
        bytes.Integer(entry.Diaries.Count);
        foreach (var change in entry.Diaries) WriteDiary(ref bytes, entry, change);
        bytes.Integer(entry.Quotas.Count);
        foreach (var quota in entry.Quotas) WriteQuota(ref bytes, quota);
        if (entry.Moves.Count == 0) return bytes.ToArray();
        bytes.Integer(entry.Moves.Count);
        foreach (var move in entry.Moves) WriteMove(ref bytes, move);
        return bytes.ToArray();
    }

    static void WritePromise(ref ByteWriter bytes, Promise promise)
    {
        bytes.Text(promise.Window.Value);
        bytes.Instant(promise.Start);
        bytes.Instant(promise.End);
    }

    static void WriteDiary(ref ByteWriter bytes, BookingEvent entry, DiaryChange change)
    {
        bytes.Integer(change.Operative.Value);
        bytes.Integer(change.Version);
        bytes.Integer(change.Put.Count);
        foreach (var visit in change.Put) WriteVisit(ref bytes, entry, change.Operative, visit);
        bytes.Integer(change.Removed.Count);
        foreach (var removed in change.Removed)
        {
            bytes.Integer(removed.Job.Value);
            bytes.Integer(removed.Number);
        }
    }

    static void WriteVisit(ref ByteWriter bytes, BookingEvent entry, OperativeId diary, Visit visit)
    {
        var parts = (visit.Id.Job == entry.Job ? VisitParts.SameJob : VisitParts.None)
            | (visit.Contract == entry.Contract ? VisitParts.SameContract : VisitParts.None)
            | (visit.Promise == entry.Promise ? VisitParts.SamePromise : VisitParts.None)
            | (visit.StartFixed ? VisitParts.StartFixed : VisitParts.None)
            | (visit.HoldExpiresAt is null ? VisitParts.None : VisitParts.HoldExpires)
            | (visit.Stage == 0 ? VisitParts.FirstStage : VisitParts.None);
        bytes.Byte((byte)parts);
        if ((parts & VisitParts.SameJob) == 0) bytes.Integer(visit.Id.Job.Value);
        bytes.Integer(visit.Id.Number);
        bytes.Integer(visit.Operative.Value - (long)diary.Value);
        if ((parts & VisitParts.SameContract) == 0) bytes.Integer(visit.Contract.Value);
        bytes.Day(visit.Day);
        bytes.Instant(visit.Start);
        bytes.Instant(visit.End);
        if ((parts & VisitParts.SamePromise) == 0) WritePromise(ref bytes, visit.Promise);
        bytes.Double(visit.Place.LatitudeDegrees);
        bytes.Double(visit.Place.LongitudeDegrees);
        if ((parts & VisitParts.FirstStage) == 0) bytes.Integer(visit.Stage);
        bytes.Byte((byte)visit.State);
        if (visit.HoldExpiresAt is { } expires) bytes.Instant(expires);
    }

    static void WriteMove(ref ByteWriter bytes, VisitMove move)
    {
        bytes.Integer(move.Visit.Job.Value);
        bytes.Integer(move.Visit.Number);
        bytes.Integer(move.From.Value);
        bytes.Instant(move.FromStart);
        bytes.Integer(move.To.Value);
        bytes.Instant(move.ToStart);
    }

    static void WriteQuota(ref ByteWriter bytes, QuotaChange quota)
    {
        bytes.Integer(quota.Key.Contract.Value);
        bytes.Day(quota.Key.Day);
        bytes.Text(quota.Key.Window);
        bytes.Text(quota.Key.Patch);
        bytes.Integer(quota.Delta);
        bytes.Integer(quota.Limit);
    }

    /// <exception cref="InvalidDataException">Not a payload that this code can read.</exception>
    public static BookingEvent Decode(ReadOnlySpan<byte> payload)
    {
        var bytes = new ByteReader(payload);
        var version = bytes.Byte();
        if (version is not (Version1 or Version2))
            throw new InvalidDataException($"A feed entry is of version {version}; this program reads versions {Version1} and {Version2}.");
        var entry = DecodeVersion1(ref bytes);
        if (version == Version1) return entry;
        var moves = new VisitMove[bytes.Count(MaxElements)];
        for (var i = 0; i < moves.Length; i++) moves[i] = ReadMove(ref bytes);
        return entry with { Moves = moves };
    }

    static VisitMove ReadMove(ref ByteReader bytes)
    {
        var visit = new VisitId(new JobId(bytes.Integer()), bytes.Int32());
        var (from, fromStart) = (new OperativeId(bytes.Int32()), bytes.Instant());
        return new VisitMove(visit, from, fromStart, new OperativeId(bytes.Int32()), bytes.Instant());
    }

    static BookingEvent DecodeVersion1(ref ByteReader bytes)
    {
        var kind = (EventKind)bytes.Int32();
        var at = bytes.AbsoluteInstant();
        bytes.Origin = at;
        var client = new OrganisationId(bytes.Int32());
        var contractor = new OrganisationId(bytes.Int32());
        var contract = new ContractId(bytes.Int32());
        var parts = (Parts)bytes.Byte();
        JobId? job = (parts & Parts.Job) == 0 ? null : new JobId(bytes.Integer());
        var jobVersion = bytes.Integer();
        var actor = bytes.Text();
        Promise? promise = (parts & Parts.Promise) == 0 ? null : ReadPromise(ref bytes);
        Hold? hold = null;
        if ((parts & Parts.Hold) != 0)
        {
            var id = new HoldId(new JobId(bytes.Integer()), bytes.Int32());
            var holder = bytes.Text();
            hold = new Hold(id, holder, ReadPromise(ref bytes), bytes.Instant());
        }

        var note = (parts & Parts.Note) == 0 ? null : bytes.Text();
        var entry = new BookingEvent(kind, at, client, contractor, contract, job, jobVersion, actor, promise, hold, note, [], []);
        var diaries = new DiaryChange[bytes.Count(MaxElements)];
        for (var i = 0; i < diaries.Length; i++) diaries[i] = ReadDiary(ref bytes, entry);
        var quotas = new QuotaChange[bytes.Count(MaxElements)];
        for (var i = 0; i < quotas.Length; i++) quotas[i] = ReadQuota(ref bytes);
        return entry with { Diaries = diaries, Quotas = quotas };
    }

    static Promise ReadPromise(ref ByteReader bytes) => new(new WindowCode(bytes.Text()), bytes.Instant(), bytes.Instant());

    static DiaryChange ReadDiary(ref ByteReader bytes, BookingEvent entry)
    {
        var operative = new OperativeId(bytes.Int32());
        var version = bytes.Integer();
        var put = new Visit[bytes.Count(MaxElements)];
        for (var i = 0; i < put.Length; i++) put[i] = ReadVisit(ref bytes, entry, operative);
        var removed = new VisitId[bytes.Count(MaxElements)];
        for (var i = 0; i < removed.Length; i++) removed[i] = new VisitId(new JobId(bytes.Integer()), bytes.Int32());
        return new DiaryChange(operative, version, put, removed);
    }

    static Visit ReadVisit(ref ByteReader bytes, BookingEvent entry, OperativeId diary)
    {
        var parts = (VisitParts)bytes.Byte();
        var job = (parts & VisitParts.SameJob) != 0 ? entry.Job!.Value : new JobId(bytes.Integer());
        var id = new VisitId(job, bytes.Int32());
        var operative = new OperativeId(checked((int)(diary.Value + bytes.Integer())));
        var contract = (parts & VisitParts.SameContract) != 0 ? entry.Contract : new ContractId(bytes.Int32());
        var day = bytes.Day();
        var start = bytes.Instant();
        var end = bytes.Instant();
        var promise = (parts & VisitParts.SamePromise) != 0 ? entry.Promise!.Value : ReadPromise(ref bytes);
        var place = new Place(bytes.Double(), bytes.Double());
        var stage = (parts & VisitParts.FirstStage) != 0 ? 0 : bytes.Int32();
        var state = (VisitState)bytes.Byte();
        Instant? expires = (parts & VisitParts.HoldExpires) != 0 ? bytes.Instant() : null;
        return new Visit(
            id, operative, contract, day, start, end, promise, place, stage, (parts & VisitParts.StartFixed) != 0, state, expires);
    }

    static QuotaChange ReadQuota(ref ByteReader bytes)
    {
        var key = new QuotaKey(new ContractId(bytes.Int32()), bytes.Day(), bytes.Text(), bytes.Text());
        return new QuotaChange(key, bytes.Int32(), bytes.Int32());
    }
}
