namespace OrleansScheduling.Check.Linearizability;

/// <summary>What somebody did with a diary, seen as a register of slots each of which one booking has at most.</summary>
public enum OperationKind
{
    None = 0,

    /// <summary>Takes a free slot.</summary>
    Book = 1,

    /// <summary>Gives back a slot that one has.</summary>
    Release = 2,

    /// <summary>Exchanges a slot that one has for a free one.</summary>
    Move = 3,

    /// <summary>Looks at the whole diary.</summary>
    Read = 4,
}

/// <summary>How it ended, as whoever did it knows.</summary>
public enum OperationOutcome
{
    None = 0,

    /// <summary>It was carried out.</summary>
    Done = 1,

    /// <summary>It was refused: it could not be carried out at that moment, and changed nothing.</summary>
    Refused = 2,

    /// <summary>Nobody knows: it may have been carried out at any moment since it began, may yet be, or never.</summary>
    Unknown = 3,
}

/// <summary>One operation on one diary, with the moments between which it took place.</summary>
/// <param name="Diary">Diaries are judged apart: what is linearizable in each is linearizable as a whole (Herlihy and Wing, 1990).</param>
/// <param name="Began">On one clock for all.</param>
/// <param name="Ended">Not looked at when the outcome is unknown.</param>
/// <param name="Booking">Who has the slot, or is to have it.</param>
/// <param name="Slot">For a move: the one that is taken.</param>
/// <param name="From">For a move: the one that is given back.</param>
/// <param name="Seen">For a read: who has which slot; those that are not named were free.</param>
/// <param name="Guess">
/// Where it may have stood among the others: what to try first, and nothing that a verdict rests on. Null: nobody has an idea.
/// </param>
public sealed record DiaryOperation(
    string Diary, OperationKind Kind, long Began, long Ended, OperationOutcome Outcome, string Booking = "", string Slot = "",
    string From = "", IReadOnlyDictionary<string, string>? Seen = null, int? Guess = null)
{
    static readonly Dictionary<string, string> NothingSeen = [];

    public override string ToString()
    {
        var what = Kind switch
        {
            OperationKind.Read => $"read {string.Join(' ', (Seen ?? NothingSeen).Select(one => $"{one.Key}={one.Value}"))}",
            OperationKind.Move => $"{Booking} moves from {From} to {Slot}",
            _ => $"{Booking} {Kind}s {Slot}",
        };
        return $"{Began}–{(Outcome == OperationOutcome.Unknown ? "?" : Ended)} {what}: {Outcome}";
    }
}
