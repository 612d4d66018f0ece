using System.Globalization;
using OrleansScheduling.Check.Linearizability;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Check.Tests;

/// <summary>Histories written as tables: when, who does what, and how it ended. "?" is what nobody knows.</summary>
public sealed class LinearizabilityTests
{
    [Theory]
    [InlineData("nothing happened", "")]
    [InlineData("one after another", """
        0-1  Ann books AM: done
        2-3  reads AM=Ann
        4-5  Ann moves AM PM: done
        6-7  reads PM=Ann
        8-9  Ann releases PM: done
        10-11 reads
        """)]
    [InlineData("of two at once one wins", """
        0-10 Ann books AM: done
        5-15 Bob books AM: refused
        """)]
    [InlineData("the one that began later may come first", """
        0-10 Ann books AM: refused
        5-15 Bob books AM: done
        20-21 reads AM=Bob
        """)]
    [InlineData("a read during a booking sees it or not", """
        0-10 Ann books AM: done
        1-9  reads
        2-8  reads AM=Ann
        """)]
    [InlineData("what nobody knows happened later", """
        0-?  Ann books AM
        10-11 reads
        20-21 reads AM=Ann
        """)]
    [InlineData("what nobody knows never happened", """
        0-?  Ann books AM
        10-11 Bob books AM: done
        20-21 reads AM=Bob
        """)]
    [InlineData("what nobody knows explains a refusal", """
        0-?  Ann books AM
        10-11 Bob books AM: refused
        """)]
    [InlineData("an unknown move frees a slot for another", """
        0-1  Ann books AM: done
        2-?  Ann moves AM PM
        10-11 Bob books AM: done
        12-13 reads AM=Bob PM=Ann
        """)]
    public void Possible_histories_are_linearizable(string what, string table) =>
        Assert.True(LinearizabilityCheck.Run(Parse(table)) is { Verdict: Verdict.Linearizable }, what);

    [Theory]
    [InlineData("double booking", """
        0-10 Ann books AM: done
        5-15 Bob books AM: done
        """)]
    [InlineData("a stale read", """
        0-1  Ann books AM: done
        2-3  reads AM=Ann
        4-5  reads
        """)]
    [InlineData("an acknowledged write is lost", """
        0-1  Ann books AM: done
        2-3  reads
        """)]
    [InlineData("a lost update: two moves from one slot", """
        0-1  Ann books AM: done
        2-10 Ann moves AM PM: done
        3-11 Ann moves AM EVE: done
        """)]
    [InlineData("two readers see two writes in different orders", """
        0-20 Ann books AM: done
        0-20 Bob books PM: done
        1-2  reads AM=Ann
        3-4  reads PM=Bob
        """)]
    [InlineData("refused though it was free", """
        0-1  Ann books AM: refused
        """)]
    [InlineData("what nobody knows is seen and is gone again", """
        0-?  Ann books AM
        10-11 reads AM=Ann
        20-21 reads
        """)]
    [InlineData("released twice", """
        0-1  Ann books AM: done
        2-9  Ann releases AM: done
        3-8  Ann releases AM: done
        """)]
    [InlineData("somebody else's slot is given back", """
        0-1  Ann books AM: done
        2-3  Bob releases AM: done
        """)]
    [InlineData("it is read before it was asked for", """
        0-1  reads AM=Ann
        2-3  Ann books AM: done
        """)]
    public void Impossible_histories_are_not(string what, string table)
    {
        var report = LinearizabilityCheck.Run(Parse(table));
        Assert.True(report is { Verdict: Verdict.NotLinearizable, Diary: "1", Reason: not null }, what);
    }

    [Fact]
    public void Diaries_are_judged_apart_and_the_bad_one_is_named()
    {
        var good = Parse("0-1 Ann books AM: done\n2-3 reads AM=Ann");
        var bad = Parse("0-1 Ann books AM: done\n2-3 reads").Select(operation => operation with { Diary = "2" });
        Assert.Equal("2", LinearizabilityCheck.Run(good.Concat(bad)).Diary);
    }

    [Fact]
    public void What_would_take_too_long_is_undecided_and_not_called_good_or_bad()
    {
        // All at once, and one read that no order explains.
        var history = Enumerable.Range(0, 24)
            .Select(i => new DiaryOperation("1", OperationKind.Book, 0, 100, OperationOutcome.Done, $"B{i}", $"S{i}"))
            .Append(new DiaryOperation("1", OperationKind.Read, 200, 201, OperationOutcome.Done)).ToList();
        Assert.Equal(Verdict.Undecided, LinearizabilityCheck.Run(history, maxSteps: 10_000).Verdict);
    }

    [Fact]
    public void Readings_tell_which_of_many_that_may_have_been_at_any_time_were_first()
    {
        var random = new Random(TestSeed.Take());
        var books = Enumerable.Range(0, 40)
            .Select(i => new DiaryOperation("1", OperationKind.Book, 0, long.MaxValue, OperationOutcome.Done, $"B{i}", $"S{i}")).ToList();
        var order = books.ToArray();
        random.Shuffle(order);
        var readings = Enumerable.Range(1, order.Length).Select(i => new DiaryOperation(
            "1", OperationKind.Read, 10 * i, (10 * i) + 1, OperationOutcome.Done,
            Seen: order.Take(i).ToDictionary(one => one.Slot, one => one.Booking)));

        Assert.Equal(Verdict.Linearizable, LinearizabilityCheck.Run([.. books, .. readings], maxSteps: 20_000).Verdict);
    }

    [Fact]
    public void A_good_guess_decides_what_would_take_too_long()
    {
        const int Histories = 20;
        const int Steps = 20_000;
        var random = new Random(TestSeed.Take());
        var undecided = 0;
        for (var i = 0; i < Histories; i++)
        {
            var inOrder = Generated(random, operations: 1_000, callers: 6, slots: 40, lie: false, unknown: int.MaxValue);
            // Of writes nobody knows when they were; a reading here and there is all that tells.
            List<DiaryOperation> history =
            [
                .. inOrder.Select((one, place) => one with { Guess = place }).Where(one => one.Outcome == OperationOutcome.Done)
                    .Where(one => one.Kind != OperationKind.Read || one.Guess % 20 == 0)
                    .Select(one => one.Kind == OperationKind.Read ? one : one with { Began = 0, Ended = long.MaxValue }),
            ];
            Assert.Equal(Verdict.Linearizable, LinearizabilityCheck.Run(history, Steps).Verdict);
            var unguided = LinearizabilityCheck.Run(history.Select(one => one with { Guess = null }), Steps).Verdict;
            if (unguided == Verdict.Undecided) undecided++;
        }

        Assert.InRange(undecided, Histories / 2, Histories);
    }

    [Fact]
    public void A_long_history_of_a_few_callers_is_decided_within_the_bound()
    {
        var random = new Random(TestSeed.Take());
        var history = Generated(random, operations: 2_000, callers: 6, slots: 5, lie: false, unknown: 100);
        Assert.Equal(Verdict.Linearizable, LinearizabilityCheck.Run(history).Verdict);
    }

    [Fact]
    public void Small_histories_are_judged_as_every_order_tried_out_judges_them()
    {
        var seed = TestSeed.Take();
        var random = new Random(seed);
        var verdicts = new Dictionary<Verdict, int>();
        for (var i = 0; i < 4_000; i++)
        {
            var history = Generated(random, operations: 2 + random.Next(5), callers: 3, slots: 2, lie: random.Next(2) == 0);
            // Whatever somebody guesses of some of them.
            history = [.. history.Select(one => random.Next(3) == 0 ? one : one with { Guess = random.Next(history.Count) })];
            var verdict = LinearizabilityCheck.Run(history).Verdict;
            Assert.True(
                verdict == (AllOrders.Explain(history) ? Verdict.Linearizable : Verdict.NotLinearizable),
                $"Seed {seed}, history {i}: {verdict}\n{string.Join('\n', history)}");
            verdicts[verdict] = verdicts.GetValueOrDefault(verdict) + 1;
        }

        Assert.True(verdicts[Verdict.Linearizable] > 400 && verdicts[Verdict.NotLinearizable] > 400, string.Join(' ', verdicts));
    }

    /// <summary>Callers at a diary that really does one thing after another; a lie is an answer that is not the right one.</summary>
    static List<DiaryOperation> Generated(Random random, int operations, int callers, int slots, bool lie, int unknown = 8)
    {
        var diary = new Dictionary<string, string>();
        var free = new long[callers];
        var history = new List<DiaryOperation>();
        var now = 0L;
        for (var i = 0; i < operations; i++)
        {
            var caller = random.Next(callers);
            // It takes place now, somewhere between its begin and its end.
            now += random.Next(1, 4);
            var began = Math.Max(free[caller], now - random.Next(6));
            now = Math.Max(now, began);
            var ended = now + random.Next(6);
            free[caller] = ended + 1;
            var kind = (OperationKind)random.Next(1, 5);
            string Slot() => $"S{random.Next(slots)}";
            var operation = new DiaryOperation("1", kind, began, ended, OperationOutcome.Done, $"B{random.Next(3)}", Slot(), Slot());
            operation = Answered(operation, diary, random.Next(unknown) == 0, random.Next(2) == 0);
            if (lie && random.Next(4) == 0) operation = Lied(operation);
            history.Add(operation);
        }

        return history;
    }

    static DiaryOperation Answered(DiaryOperation operation, Dictionary<string, string> diary, bool isUnknown, bool isCarriedOut)
    {
        if (operation.Kind == OperationKind.Read)
            return operation with { Booking = "", Slot = "", From = "", Seen = new Dictionary<string, string>(diary) };
        if (operation.Kind != OperationKind.Move) operation = operation with { From = "" };
        if (isUnknown && !isCarriedOut) return operation with { Outcome = OperationOutcome.Unknown };
        var done = AllOrders.Apply(diary, operation);
        return operation with
        {
            Outcome = isUnknown ? OperationOutcome.Unknown : done ? OperationOutcome.Done : OperationOutcome.Refused,
        };
    }

    static DiaryOperation Lied(DiaryOperation operation) => operation switch
    {
        { Kind: OperationKind.Read } => operation with { Seen = new Dictionary<string, string>() },
        { Outcome: OperationOutcome.Done } => operation with { Outcome = OperationOutcome.Refused },
        { Outcome: OperationOutcome.Refused } => operation with { Outcome = OperationOutcome.Done },
        _ => operation,
    };

    static List<DiaryOperation> Parse(string table)
    {
        var history = new List<DiaryOperation>();
        foreach (var line in table.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.Replace(":", "", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var time = words[0].Split('-');
            var isKnown = time[1] != "?";
            var (began, ended) = (Moment(time[0]), isKnown ? Moment(time[1]) : 0);
            var outcome = !isKnown ? OperationOutcome.Unknown : words[^1] == "refused" ? OperationOutcome.Refused : OperationOutcome.Done;
            history.Add(words[1] == "reads"
                ? new DiaryOperation("1", OperationKind.Read, began, ended, outcome,
                    Seen: words[2..].Select(word => word.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]))
                : words[2] == "moves"
                ? new DiaryOperation("1", OperationKind.Move, began, ended, outcome, words[1], words[4], words[3])
                : new DiaryOperation(
                    "1", words[2] == "books" ? OperationKind.Book : OperationKind.Release, began, ended, outcome, words[1], words[3]));
        }

        return history;

        static long Moment(string text) => long.Parse(text, CultureInfo.InvariantCulture);
    }

    /// <summary>The slow way: every order of every choice of the unknown ones is tried.</summary>
    static class AllOrders
    {
        public static bool Explain(IReadOnlyList<DiaryOperation> history) => Explain([.. history], []);

        static bool Explain(List<DiaryOperation> left, Dictionary<string, string> diary)
        {
            if (left.TrueForAll(operation => operation.Outcome == OperationOutcome.Unknown)) return true;
            foreach (var next in left)
            {
                var mustWait = left.Exists(other => other.Outcome != OperationOutcome.Unknown && other.Ended < next.Began);
                if (mustWait) continue;
                var after = new Dictionary<string, string>(diary);
                if (!EndsSo(after, next)) continue;
                if (Explain([.. left.Where(other => !ReferenceEquals(other, next))], after)) return true;
            }

            return false;
        }

        static bool EndsSo(Dictionary<string, string> diary, DiaryOperation operation)
        {
            if (operation.Kind == OperationKind.Read)
                return operation.Seen!.Count == diary.Count && operation.Seen.All(one => diary.GetValueOrDefault(one.Key) == one.Value);
            var done = Apply(diary, operation);
            return operation.Outcome == OperationOutcome.Unknown || done == (operation.Outcome == OperationOutcome.Done);
        }

        /// <returns>Whether it could be carried out, and was.</returns>
        public static bool Apply(Dictionary<string, string> diary, DiaryOperation operation)
        {
            switch (operation.Kind)
            {
                case OperationKind.Book:
                    return diary.TryAdd(operation.Slot, operation.Booking);
                case OperationKind.Release:
                    return diary.GetValueOrDefault(operation.Slot) == operation.Booking && diary.Remove(operation.Slot);
                default:
                    if (diary.GetValueOrDefault(operation.From) != operation.Booking || diary.ContainsKey(operation.Slot)) return false;
                    diary.Remove(operation.From);
                    diary[operation.Slot] = operation.Booking;
                    return true;
            }
        }
    }
}
