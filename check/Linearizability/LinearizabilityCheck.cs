using System.Collections;

namespace OrleansScheduling.Check.Linearizability;

public enum Verdict
{
    None = 0,

    /// <summary>There is an order of the operations, each at a moment between its begin and its end, in which all ended as they
    /// did.</summary>
    Linearizable = 1,

    /// <summary>There is none.</summary>
    NotLinearizable = 2,

    /// <summary>The bound was reached before either was found.</summary>
    Undecided = 3,
}

/// <param name="Diary">The first that is not linearizable, or the first that is undecided; null when all are linearizable.</param>
/// <param name="Reason">What could not be put in order.</param>
public sealed record LinearizabilityReport(Verdict Verdict, string? Diary = null, string? Reason = null);

/// <summary>
/// Whether a history could have come from a diary that does one thing after another. The search is that of Wing and Gong (Testing and
/// verifying concurrent objects, 1993), with Lowe's memory of the states that have been reached by the same operations (Testing for
/// linearizability, 2017). What fits now and changes nothing is put at once, with nothing else tried in its place: wherever it stands later
/// in some order, that order holds with it here. Then what is guessed to be next is tried, if anybody has guessed; then what leads to the
/// operation that ends first: among many whose end nobody knows, a reading tells which have been carried out by then.
/// </summary>
public static class LinearizabilityCheck
{
    /// <summary>Steps of the search for one diary; a history of a thousand operations of a few callers takes some thousand.</summary>
    public const int DefaultMaxSteps = 2_000_000;

    public static LinearizabilityReport Run(IEnumerable<DiaryOperation> history, int maxSteps = DefaultMaxSteps)
    {
        LinearizabilityReport? undecided = null;
        foreach (var diary in history.GroupBy(operation => operation.Diary))
        {
            var report = new Search([.. diary.OrderBy(operation => operation.Began)], maxSteps).Run(diary.Key);
            if (report.Verdict == Verdict.NotLinearizable) return report;
            if (report.Verdict == Verdict.Undecided) undecided ??= report;
        }

        return undecided ?? new LinearizabilityReport(Verdict.Linearizable);
    }

    /// <summary>A begin or an end, in a list from which both are lifted when the operation has been given its place.</summary>
    sealed class Mark(int operation, bool isBegin)
    {
        public int Operation => operation;

        public bool IsBegin => isBegin;

        public Mark? Before { get; set; }

        public Mark? Next { get; set; }

        /// <summary>Of a begin: its end; null for one that nobody knows the end of.</summary>
        public Mark? End { get; set; }
    }

    /// <summary>What is tried from a state on.</summary>
    enum Way
    {
        None = 0,

        /// <summary>One operation, which changes nothing.</summary>
        Only = 1,

        /// <summary>The one that is guessed to be next; when it has led nowhere, those that are likely.</summary>
        Guessed = 2,

        /// <summary>Those that lead to the most urgent one; when they have led nowhere, all.</summary>
        Likely = 3,

        /// <summary>All.</summary>
        Any = 4,
    }

    sealed class Search
    {
        readonly IReadOnlyList<DiaryOperation> operations;
        readonly int maxSteps;
        readonly DiaryStates states;
        readonly Mark first = new(-1, false);

        /// <summary>Operations of which it is guessed where they stand, in that order.</summary>
        readonly int[] guessed;

        readonly BitArray placed;
        readonly HashSet<Reached> reached = [];
        int known;

        public Search(IReadOnlyList<DiaryOperation> operations, int maxSteps)
        {
            (this.operations, this.maxSteps) = (operations, maxSteps);
            states = new DiaryStates(operations);
            placed = new BitArray(operations.Count);
            guessed =
                [.. Enumerable.Range(0, operations.Count).Where(i => operations[i].Guess is not null).OrderBy(i => operations[i].Guess)];
            Link();
        }

        /// <summary>In order of time; what began at the moment at which another ended may have gone before it.</summary>
        void Link()
        {
            var marks = new List<(long At, bool IsEnd, Mark Mark)>();
            for (var i = 0; i < operations.Count; i++)
            {
                var begin = new Mark(i, isBegin: true);
                marks.Add((operations[i].Began, false, begin));
                if (operations[i].Outcome == OperationOutcome.Unknown) continue;
                known++;
                begin.End = new Mark(i, isBegin: false);
                marks.Add((operations[i].Ended, true, begin.End));
            }

            var last = first;
            foreach (var (_, _, mark) in marks.OrderBy(one => one.At).ThenBy(one => one.IsEnd))
            {
                (last.Next, mark.Before) = (mark, last);
                last = mark;
            }
        }

        public LinearizabilityReport Run(string diary)
        {
            var path = new Stack<(Mark Begin, int[] Before, Way Way, int Urgent)>();
            var (state, furthest, stuckAt) = (states.Start, -1, first);
            var (mark, way, urgent) = Choices(state);
            for (var steps = 0; known > 0; steps++)
            {
                if (steps >= maxSteps)
                    return new LinearizabilityReport(Verdict.Undecided, diary, $"{maxSteps} steps did not decide it.");
                if (mark is { IsBegin: true })
                {
                    var after = way == Way.Likely && !states.Leads(state, mark.Operation, urgent)
                        ? null : states.After(state, mark.Operation);
                    if (after is not null && IsNew(mark.Operation, after))
                    {
                        path.Push((mark, state, way, urgent));
                        state = after;
                        Lift(mark);
                        (mark, way, urgent) = Choices(state);
                    }
                    else
                    {
                        mark = way is Way.Only or Way.Guessed ? null : mark.Next;
                    }

                    continue;
                }

                if (way == Way.Guessed)
                {
                    (mark, way) = (first.Next, urgent < 0 ? Way.Any : Way.Likely);
                    continue;
                }

                if (way == Way.Likely)
                {
                    (mark, way) = (first.Next, Way.Any);
                    continue;
                }

                // An end before whose operation nothing more can be put, or the end of the list.
                if (mark is not null && path.Count > furthest) (furthest, stuckAt) = (path.Count, mark);
                if (!path.TryPop(out var taken))
                    return new LinearizabilityReport(Verdict.NotLinearizable, diary, Reason(stuckAt, furthest));
                state = taken.Before;
                PutBack(taken.Begin);
                (mark, way, urgent) = (taken.Way is Way.Only or Way.Guessed ? null : taken.Begin.Next, taken.Way, taken.Urgent);
            }

            return new LinearizabilityReport(Verdict.Linearizable);
        }

        /// <returns>Where to begin, how to go on, and the operation that ends first; -1 when nothing is known to end.</returns>
        (Mark? First, Way Way, int Urgent) Choices(int[] state)
        {
            var mark = first.Next;
            var (next, guess) = (Array.FindIndex(guessed, operation => !placed[operation]), (Mark?)null);
            for (; mark is { IsBegin: true }; mark = mark.Next)
            {
                if (ReferenceEquals(states.After(state, mark.Operation), state)) return (mark, Way.Only, mark.Operation);
                if (next >= 0 && mark.Operation == guessed[next]) guess = mark;
            }

            var urgent = mark?.Operation ?? -1;
            if (guess is not null) return (guess, Way.Guessed, urgent);
            return (first.Next, urgent < 0 ? Way.Any : Way.Likely, urgent);
        }

        string Reason(Mark stuckAt, int furthest) => stuckAt.Operation < 0
            ? "No order was found." : $"After {furthest} operations there is no place for: {operations[stuckAt.Operation]}";

        bool IsNew(int operation, int[] after)
        {
            placed[operation] = true;
            if (reached.Add(new Reached(new BitArray(placed), after))) return true;
            placed[operation] = false;
            return false;
        }

        void Lift(Mark begin)
        {
            Unlink(begin);
            if (begin.End is not { } end) return;
            Unlink(end);
            known--;
        }

        void PutBack(Mark begin)
        {
            placed[begin.Operation] = false;
            if (begin.End is { } end)
            {
                Relink(end);
                known++;
            }

            Relink(begin);
        }

        static void Unlink(Mark mark)
        {
            mark.Before!.Next = mark.Next;
            if (mark.Next is not null) mark.Next.Before = mark.Before;
        }

        static void Relink(Mark mark)
        {
            mark.Before!.Next = mark;
            if (mark.Next is not null) mark.Next.Before = mark;
        }
    }

    /// <summary>Which operations have been given a place, and the slots after them: from there on the search is the same.</summary>
    sealed class Reached : IEquatable<Reached>
    {
        readonly int[] placed;
        readonly int[] slots;
        readonly int hash;

        public Reached(BitArray placed, int[] slots)
        {
            this.placed = new int[(placed.Length + 31) / 32];
            placed.CopyTo(this.placed, 0);
            this.slots = slots;
            var all = new HashCode();
            foreach (var bits in this.placed) all.Add(bits);
            foreach (var slot in slots) all.Add(slot);
            hash = all.ToHashCode();
        }

        public bool Equals(Reached? other) => other is not null && hash == other.hash
            && placed.AsSpan().SequenceEqual(other.placed) && slots.AsSpan().SequenceEqual(other.slots);

        public override bool Equals(object? obj) => Equals(obj as Reached);

        public override int GetHashCode() => hash;
    }
}
