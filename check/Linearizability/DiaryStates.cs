namespace OrleansScheduling.Check.Linearizability;

/// <summary>The operations of one diary with its slots and bookings as numbers, and what each does to the slots.</summary>
sealed class DiaryStates
{
    /// <summary>Nobody has it.</summary>
    const int Free = 0;

    readonly Dictionary<string, int> slots = [];
    readonly Dictionary<string, int> bookings = [];
    readonly List<Step> steps = [];

    readonly record struct Step(OperationKind Kind, OperationOutcome Outcome, int Booking, int Slot, int From, int[]? Seen);

    public DiaryStates(IReadOnlyList<DiaryOperation> operations)
    {
        foreach (var operation in operations)
        {
            Number(slots, operation.Slot);
            Number(slots, operation.From);
            foreach (var seen in operation.Seen?.Keys ?? []) Number(slots, seen);
        }

        foreach (var operation in operations)
        {
            steps.Add(new Step(
                operation.Kind, operation.Outcome, 1 + Number(bookings, operation.Booking), Number(slots, operation.Slot),
                Number(slots, operation.From), operation.Kind == OperationKind.Read ? SeenBy(operation) : null));
        }
    }

    public int[] Start => new int[slots.Count];

    static int Number(Dictionary<string, int> numbers, string name)
    {
        if (!numbers.TryGetValue(name, out var number)) numbers.Add(name, number = numbers.Count);
        return number;
    }

    int[] SeenBy(DiaryOperation read)
    {
        var seen = new int[slots.Count];
        foreach (var (slot, booking) in read.Seen ?? new Dictionary<string, string>())
            seen[slots[slot]] = 1 + Number(bookings, booking);
        return seen;
    }

    /// <summary>
    /// The slots after an operation that took place on these; null when it could not have ended as it did, or is one that nobody knows
    /// the end of and that would change nothing: such a one needs no place. The same array when it changes nothing.
    /// </summary>
    public int[]? After(int[] before, int operation)
    {
        var step = steps[operation];
        if (step.Kind == OperationKind.Read)
            return step.Outcome == OperationOutcome.Done && before.AsSpan().SequenceEqual(step.Seen) ? before : null;
        var canBe = step.Kind switch
        {
            OperationKind.Book => before[step.Slot] == Free,
            OperationKind.Release => before[step.Slot] == step.Booking,
            OperationKind.Move => before[step.From] == step.Booking && before[step.Slot] == Free,
            _ => throw new ArgumentOutOfRangeException(nameof(operation), step.Kind, "There is no such operation."),
        };
        if (step.Outcome == OperationOutcome.Refused) return canBe ? null : before;
        if (!canBe) return null;
        var after = (int[])before.Clone();
        after[step.Slot] = step.Kind == OperationKind.Release ? Free : step.Booking;
        if (step.Kind == OperationKind.Move) after[step.From] = Free;
        return after;
    }

    /// <summary>
    /// Whether an operation brings another nearer: it is that one, it makes a slot what the other saw there, or it is about the same slot.
    /// Only ever a guess at what to try first.
    /// </summary>
    public bool Leads(int[] before, int operation, int other)
    {
        if (operation == other) return true;
        var (step, aim) = (steps[operation], steps[other]);
        if (step.Kind == OperationKind.Read) return false;
        var after = step.Kind == OperationKind.Release ? Free : step.Booking;
        if (aim.Seen is { } seen)
        {
            return (before[step.Slot] != after && seen[step.Slot] == after)
                || (step.Kind == OperationKind.Move && before[step.From] != Free && seen[step.From] == Free);
        }

        return Concerns(aim, step.Slot) || (step.Kind == OperationKind.Move && Concerns(aim, step.From));
    }

    static bool Concerns(Step step, int slot) => step.Slot == slot || (step.Kind == OperationKind.Move && step.From == slot);
}
