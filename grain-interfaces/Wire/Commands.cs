using Orleans;

namespace OrleansScheduling.GrainInterfaces;

/// <summary>Who sends a command, and the key that makes repeating it safe.</summary>
/// <param name="IdempotencyKey">
/// 1 to 64 characters, chosen by the caller, unique within the organisation. The same key with the same command gets the first answer;
/// with another command it is refused.
/// </param>
/// <param name="Asker">Who the caller is; keys of different organisations never meet.</param>
/// <param name="Actor">Who did it: an opaque id, never a person's name.</param>
[GenerateSerializer, Immutable, Alias("scheduling.CommandContext")]
public sealed record CommandContext(
    [property: Id(0)] string IdempotencyKey,
    [property: Id(1)] Asker Asker,
    [property: Id(2)] string Actor)
{
    public const int MaxKeyLength = 64;
    public const int MaxActorLength = 64;
}

/// <summary>Records a repair without an appointment.</summary>
/// <param name="Lines">SOR codes of the contract's schedule, 1 to 12.</param>
/// <param name="Description">What was reported; at most 1,000 characters.</param>
[GenerateSerializer, Immutable, Alias("scheduling.LogJob")]
public sealed record LogJob(
    [property: Id(0)] CommandContext Context,
    [property: Id(1)] int Contract,
    [property: Id(2)] int Property,
    [property: Id(3)] IReadOnlyList<string> Lines,
    [property: Id(4)] string Description);

/// <summary>What a claim does with the window.</summary>
public enum ClaimKind
{
    None = 0,

    /// <summary>A claim that expires unless it is confirmed.</summary>
    Hold = 1,

    /// <summary>Claimed and promised by one command.</summary>
    Book = 2,

    /// <summary>Exchanged for the present appointment by one command.</summary>
    Move = 3,
}

/// <summary>Claims an offered window for a job, which is recorded with it when it is new.</summary>
/// <param name="Offer">The token that a search answered.</param>
/// <param name="Holder">Who holds it: an opaque id of the session or system, at most 64 characters.</param>
/// <param name="Description">For a new job: what was reported.</param>
/// <param name="IsNew">Whether the job's id has just been drawn for this claim, so that there is nothing to look up.</param>
[GenerateSerializer, Immutable, Alias("scheduling.ClaimSlot")]
public sealed record ClaimSlot(
    [property: Id(0)] CommandContext Context,
    [property: Id(1)] ClaimKind Kind,
    [property: Id(2)] string Offer,
    [property: Id(3)] string Holder,
    [property: Id(4)] string Description,
    [property: Id(5)] bool IsNew = false);

/// <summary>Makes a hold a promise.</summary>
[GenerateSerializer, Immutable, Alias("scheduling.ConfirmHold")]
public sealed record ConfirmHold(
    [property: Id(0)] CommandContext Context,
    [property: Id(1)] int Hold,
    [property: Id(2)] string Holder);

/// <summary>Gives a hold up before it expires.</summary>
[GenerateSerializer, Immutable, Alias("scheduling.ReleaseHold")]
public sealed record ReleaseHold(
    [property: Id(0)] CommandContext Context,
    [property: Id(1)] int Hold,
    [property: Id(2)] string Holder);

/// <summary>Gives an appointment up.</summary>
/// <param name="Reason">At most 200 characters.</param>
/// <param name="CloseJob">Whether the repair itself is called off; otherwise it waits for another appointment.</param>
[GenerateSerializer, Immutable, Alias("scheduling.CancelBooking")]
public sealed record CancelBooking(
    [property: Id(0)] CommandContext Context,
    [property: Id(1)] string Reason,
    [property: Id(2)] bool CloseJob)
{
    public const int MaxReasonLength = 200;
}

/// <summary>
/// A claim on one diary: the window of an offer, tried in this diary only. The job grain sends it to the best diary first, and to the next
/// when it is refused.
/// </summary>
/// <param name="Description">The command's description, for its identity; what a new job records stands in the job.</param>
[GenerateSerializer, Immutable, Alias("scheduling.ClaimVisit")]
public sealed record ClaimVisit(
    [property: Id(0)] CommandContext Context,
    [property: Id(1)] ClaimKind Kind,
    [property: Id(2)] JobState Job,
    [property: Id(3)] DateOnly Day,
    [property: Id(4)] string Window,
    [property: Id(5)] string Holder,
    [property: Id(6)] string Description = "");
