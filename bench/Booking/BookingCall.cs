using System.Globalization;
using Orleans;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains.Wire;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Bench.Booking;

/// <summary>New jobs for the diary grains of a town: each in a window that has room, so that what is measured are bookings and not
/// refusals.</summary>
sealed class BookingCall
{
    /// <summary>Visits that go into one hot diary: 365 days of 40 stops, less some room for driving.</summary>
    const int HotVisits = 10_000;

    /// <summary>Half-hour visits planned for half a day; four hours and their driving hold five or more.</summary>
    const int PerHalfDay = 4;

    const int MaxCallers = 256;

    readonly IOperativeDiaryGrain[] diaries;
    readonly int[] booked;
    readonly Random[] randoms;
    readonly int share;
    readonly int shares;
    readonly Town town;
    readonly DateTimeOffset now = TimeProvider.System.GetUtcNow();
    int lastJob;
    long answered;

    /// <param name="share">Which of the processes that book in the town at once this one is, from 0.</param>
    /// <param name="shares">How many they are: jobs and places of one are not those of another.</param>
    public BookingCall(IGrainFactory grains, Town town, int share = 0, int shares = 1)
    {
        (this.town, this.share, this.shares) = (town, share, shares);
        randoms = [.. Enumerable.Range(0, MaxCallers).Select(caller => new Random((share * MaxCallers) + caller))];
        diaries = [.. Enumerable.Range(1, town.Operatives)
            .Select(operative => grains.GetGrain<IOperativeDiaryGrain>(operative.ToString(CultureInfo.InvariantCulture)))];
        booked = new int[town.Operatives];
    }

    /// <summary>Bookings that were answered with a receipt.</summary>
    public long Booked => Interlocked.Read(ref answered);

    /// <summary>Reads every diary once: a working day's start, not what is measured.</summary>
    public Task OpenDiariesAsync() =>
        Parallel.ForEachAsync(diaries, async (diary, _) =>
            await diary.Read(new Asker(Town.Contractor.Value), DateOnly.FromDateTime(now.UtcDateTime), 1));

    /// <summary>One command: claim a window in some diary for a new job, and promise it.</summary>
    public static Task Book(BookingCall calls, int caller)
    {
        var operative = calls.randoms[caller].Next(calls.diaries.Length);
        var number = calls.NextOf(operative);
        return calls.ClaimAsync(operative, calls.DayOf(number), WindowOf(number, calls.town), ClaimKind.Book, Town.Tap);
    }

    /// <summary>Two commands: hold the window, then confirm.</summary>
    public static async Task HoldAndConfirm(BookingCall calls, int caller)
    {
        var operative = calls.randoms[caller].Next(calls.diaries.Length);
        var number = calls.NextOf(operative);
        var (job, receipt) = await calls.ClaimAsync(operative, calls.DayOf(number), WindowOf(number, calls.town), ClaimKind.Hold, Town.Tap);
        var held = job with
        {
            Version = receipt.JobVersion,
            Hold = receipt.Hold,
            LastNumber = receipt.Visits[0].Number,
            Visits = [.. receipt.Visits.Select(
                visit => new VisitPlaceState(visit.Number, visit.Operative, visit.Day, visit.Stage, visit.State))],
        };
        var answer = await calls.diaries[operative].Confirm(
            held, new ConfirmHold(Context(job.Id, "confirm"), receipt.Hold!.Number, "desk-12"), CancellationToken.None);
        if (answer.Receipt is null) throw new InvalidOperationException($"A confirmation was refused: {answer.Refusal!.Text}");
    }

    /// <summary>All callers want the same diary, until it is full for a year; then the next.</summary>
    public static Task BookInOneDiary(BookingCall calls, int caller)
    {
        var number = calls.NextOf(0);
        var day = number % HotVisits % calls.town.HorizonDays;
        return calls.ClaimAsync(number / HotVisits, day + 1, caller % 2 == 0 ? Town.Am : Town.Pm, ClaimKind.Book, Town.Valve);
    }

    /// <summary>The next place in a diary: it says which day and which half of it.</summary>
    int NextOf(int operative) => ((Interlocked.Increment(ref booked[operative]) - 1) * shares) + share;

    int DayOf(int number) => 1 + (number % (town.HorizonDays - 2));

    static WindowCode WindowOf(int number, Town town)
    {
        var round = number / (town.HorizonDays - 2);
        if (round >= 2 * PerHalfDay) throw new InvalidOperationException("The diaries are full; measure for a shorter time.");
        return round % 2 == 0 ? Town.Am : Town.Pm;
    }

    async Task<(JobState Job, Receipt Receipt)> ClaimAsync(int operative, int daysAhead, WindowCode window, ClaimKind kind, SorCode line)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var job = NewJob(line);
        var claim = new ClaimVisit(Context(job.Id, "claim"), kind, job, today.AddDays(daysAhead), window.Value, "desk-12");
        var answer = await diaries[operative].Claim(claim, CancellationToken.None);
        if (answer.Receipt is not { } receipt) throw new InvalidOperationException($"A booking was refused: {answer.Refusal!.Text}");
        Interlocked.Increment(ref answered);
        return (job, receipt);
    }

    JobState NewJob(SorCode line)
    {
        // Scattered like random ids, and never the same twice: a multiplication by an odd number is a bijection of 32 bits.
        var number = (Interlocked.Increment(ref lastJob) * shares) + share;
        var id = JobId.Create(NodaTime.LocalDate.FromDateTime(now.UtcDateTime), unchecked((uint)number * 0x9E3779B1u));
        var property = new PropertyId(1 + (number % town.Properties));
        return new Job(
            id, 0, Town.Contract, Town.Landlord, Town.Contractor, property, [line], "The kitchen tap drips all night", false,
                JobStatus.Logged,
            NodaTime.Instant.FromDateTimeOffset(now), null, null, [], 0).ToWire();
    }

    static CommandContext Context(long job, string step) => new($"{job:X}-{step}", new Asker(1), "desk-12");
}
