using System.Globalization;
using System.Text;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Testing;
using static OrleansScheduling.Grains.Tests.World;

namespace OrleansScheduling.Grains.Tests;

public abstract partial class GrainSuite
{
    /// <summary>A bad value of a command: what is sent, the reason expected, and what the text must name.</summary>
    sealed record Bad(string Case, Func<Task<CommandAnswer>> Send, string Reason, params string[] Named);

    [StoreFact]
    public async Task Bad_values_of_every_command_are_refused_by_name_and_change_nothing()
    {
        var booked = await Anna.BookedAsync(Daily, 1, Tap, Tuesday, Am);
        var held = Caller.NewJob();
        var last = Granted(await Anna.HoldAsync(held, await Anna.OfferAsync(Daily, 1, Tap, Tuesday, Am)));
        var hold = last.Hold!.Number;
        IEnumerable<Bad>[] rows = [BadContexts(booked, held, hold), BadLogs(booked), BadClaims(booked), BadTexts(booked),
            BadEndings(booked, held), BadReports(booked, held), BadMoves(booked)];
        foreach (var row in rows.SelectMany(bad => bad))
        {
            var answer = await row.Send();
            Assert.True(answer.Refusal is not null, $"{row.Case}: granted.");
            Assert.True(answer.Refusal.Reason == row.Reason,
                $"{row.Case}: {answer.Refusal.Reason}, not {row.Reason}: {answer.Refusal.Text}");
            foreach (var word in row.Named)
                Assert.True(answer.Refusal.Text.Contains(word, StringComparison.Ordinal),
                    $"{row.Case}: '{answer.Refusal.Text}' does not say '{word}'.");
            // A transaction elsewhere in the server may hold the feed's end back for a moment.
            Assert.True(await HeadAsync() <= last.Position, $"{row.Case}: something was written.");
        }
    }

    IEnumerable<Bad> BadContexts(JobId booked, JobId held, int hold)
    {
        var fresh = Caller.NewJob();
        var context = Anna.Context();
        var good = TokenFor(null, Tap, Tuesday, Am);
        var none = CancellationToken.None;
        var long65 = new string('k', 65);
        CommandContext[] contexts =
        [
            context with { IdempotencyKey = "" }, context with { IdempotencyKey = long65 }, context with { IdempotencyKey = null! },
            context with { Actor = "" }, context with { Actor = long65 },
        ];
        string[][] named =
        [
            ["idempotencyKey", "0 characters", "1 to 64"], ["idempotencyKey", "65 characters", "1 to 64"],
                ["idempotencyKey", "nothing", "1 to 64"],
            ["actor", "0 characters", "1 to 64"], ["actor", "65 characters", "1 to 64"],
        ];
        for (var i = 0; i < contexts.Length; i++)
        {
            var bad = contexts[i];
            yield return new Bad($"log, context {i}", () => Node.Job(fresh).Log(new(bad, 1, 1, [Tap], ""), none), "InvalidInput", named[i]);
            yield return new Bad($"claim, context {i}", () => Node.Job(fresh).Claim(new(bad, ClaimKind.Book, good, "h", ""), none),
                "InvalidInput", named[i]);
            yield return new Bad($"confirm, context {i}", () => Node.Job(held).Confirm(new(bad, hold, "anna"), none), "InvalidInput",
                named[i]);
            yield return new Bad($"release, context {i}", () => Node.Job(held).Release(new(bad, hold, "anna"), none), "InvalidInput",
                named[i]);
            yield return new Bad($"cancel, context {i}", () => Node.Job(booked).Cancel(new(bad, "", false), none), "InvalidInput",
                named[i]);
        }

        foreach (var holder in new[] { "", long65 })
        {
            string[] says = ["holder", $"{holder.Length.ToString(CultureInfo.InvariantCulture)} characters", "1 to 64"];
            yield return new Bad("claim, holder", () => Node.Job(fresh).Claim(new(context, ClaimKind.Book, good, holder, ""), none),
                "InvalidInput", says);
            yield return new Bad("confirm, holder", () => Node.Job(held).Confirm(new(context, hold, holder), none), "InvalidInput", says);
            yield return new Bad("release, holder", () => Node.Job(held).Release(new(context, hold, holder), none), "InvalidInput", says);
        }
    }

    IEnumerable<Bad> BadLogs(JobId booked)
    {
        var fresh = Caller.NewJob();
        var none = CancellationToken.None;
        var long1001 = new string('d', 1001);
        Task<CommandAnswer> Log(int contract, int property, string[] lines, string text) => Node.Job(fresh)
            .Log(new(Anna.Context(), contract, property, lines, text), none);
        yield return new Bad("log, description", () => Log(1, 1, [Tap], long1001), "InvalidInput", "description", "1001 characters",
            "0 to 1000");
        yield return new Bad("log, no description", () => Log(1, 1, [Tap], null!), "InvalidInput", "description", "nothing");
        yield return new Bad("log, unknown contract", () => Log(99, 1, [Tap], ""), "InvalidInput", "contract", "the one that was given");
        yield return new Bad("log, negative contract", () => Log(-1, 1, [Tap], ""), "InvalidInput", "contract", "the one that was given");
        yield return new Bad("log, unknown property", () => Log(1, 999, [Tap], ""), "InvalidInput", "property", "the one that was given");
        yield return new Bad("log, zero property", () => Log(1, 0, [Tap], ""), "InvalidInput", "property", "the one that was given");
        yield return new Bad("log, patch not served", () => Log(1, 13, [Tap], ""), "InvalidInput", "property", "patch");
        yield return new Bad("log, no lines", () => Log(1, 1, [], ""), "InvalidInput", "lines", "0 lines", "1 to 12");
        yield return new Bad("log, lines missing", () => Log(1, 1, null!, ""), "InvalidInput", "lines", "nothing");
        yield return new Bad("log, too many lines", () => Log(1, 1, [.. Enumerable.Repeat(Tap, 13)], ""), "InvalidInput", "lines",
            "13 lines");
        yield return new Bad("log, unknown code", () => Log(1, 1, ["PLU777"], ""), "InvalidInput", "lines", "PLU777", "NHF");
        yield return new Bad("log, malformed code", () => Log(1, 1, ["no code!"], ""), "InvalidInput", "lines", "no code!", "A-Z");
        yield return new Bad("log, no code", () => Log(1, 1, [null!], ""), "InvalidInput", "lines", "A-Z");
        yield return new Bad("log, too many visits", () => Log(1, 1, [TooMany], ""), "InvalidInput", "lines", "20 visits", "at most 12");
        yield return new Bad("log, there already", () => Node.Job(booked).Log(new(Anna.Context(), 1, 1, [Tap], ""), none), "JobExists");
    }

    [StoreFact]
    public void An_offer_is_a_token_that_nobody_can_read()
    {
        var (one, other) = (TokenFor(null, Bath, Tuesday, Am), TokenFor(null, Tap, Tuesday, Am));
        Assert.NotEqual(one, other);
        var read = Encoding.Latin1.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(one));
        Assert.DoesNotContain(Bath, read, StringComparison.Ordinal);
        Assert.DoesNotContain(Tuesday.ToString("uuuu-MM-dd", null), read, StringComparison.Ordinal);
    }

    IEnumerable<Bad> BadClaims(JobId booked)
    {
        var fresh = Caller.NewJob();
        var none = CancellationToken.None;
        var good = TokenFor(null, Tap, Tuesday, Am);
        Task<CommandAnswer> Claim(JobId job, string offer, ClaimKind kind = ClaimKind.Book) =>
            Node.Job(job).Claim(new(Anna.Context(), kind, offer, "anna", ""), none);
        var tampered = Encoding.UTF8.GetString([.. good.Select((letter, i) => (byte)(i == 4 ? (letter == 'A' ? 'B' : 'A') : letter))]);
        foreach (var (name, token) in new[]
        {
            ("empty", ""), ("none", null!), ("too long", new string('A', 1025)), ("tampered", tampered), ("truncated", good[..^8]),
                ("not base64", "%%%%"), ("short", "AAAA"),
        })
        {
            yield return new Bad($"claim, offer {name}", () => Claim(fresh, token), "OfferInvalid");
        }

        yield return new Bad("claim, offer expired", () => Claim(fresh, TokenFor(null, Tap, Tuesday, Am, minutes: 0)), "OfferExpired");
        yield return new Bad("claim, offer of another job", () => Claim(fresh, TokenFor(booked, Tap, Tuesday, Am)), "OfferInvalid");
        yield return new Bad("claim, offer for other work", () => Claim(booked, TokenFor(null, Bath, Tuesday, Am), ClaimKind.Move),
            "OfferInvalid");
        yield return new Bad("claim, offer for another property", () =>
            Claim(booked, TokenFor(null, Tap, Tuesday, Am, property: 2), ClaimKind.Move), "OfferInvalid");
        yield return new Bad("claim, unknown window", () => Claim(fresh, TokenFor(null, Tap, Tuesday, new("NIGHT"))), "WindowNotOffered");
        yield return new Bad("claim, crew, unknown window", () => Claim(fresh, TokenFor(null, Worktop, Tuesday, new("NIGHT"))),
            "WindowNotOffered");
        yield return new Bad("claim, past day", () => Claim(fresh, TokenFor(null, Tap, Monday.PlusDays(-7), Am)), "NoticeTooShort");
        yield return new Bad("claim, crew, past day", () => Claim(fresh, TokenFor(null, Worktop, Monday.PlusDays(-7), Am)),
            "NoticeTooShort");
        yield return new Bad("claim, far day", () => Claim(fresh, TokenFor(null, Tap, Monday.PlusDays(365), Am)), "BeyondHorizon");
        yield return new Bad("claim, unknown contract", () => Claim(fresh, TokenFor(null, Tap, Tuesday, Am, new ContractId(99))),
            "OfferInvalid");
        yield return new Bad("claim, no kind", () => Claim(fresh, good, ClaimKind.None), "InvalidInput", "kind", "None",
            "Hold, Book or Move");
        yield return new Bad("claim, unknown kind", () => Claim(fresh, good, (ClaimKind)9), "InvalidInput", "kind", "9");
        yield return new Bad("claim, nobody of that trade", () => Claim(fresh, TokenFor(null, Boiler, Tuesday, Am)), "WindowGone");
    }

    /// <summary>Text that PostgreSQL or UTF-8 cannot hold: alone, and in the middle of what is fine.</summary>
    IEnumerable<Bad> BadTexts(JobId booked)
    {
        var (fresh, none, good) = (Caller.NewJob(), CancellationToken.None, TokenFor(null, Tap, Tuesday, Am));
        Bad Refused(string field, Func<Task<CommandAnswer>> act) => new($"{field}, text", act, "InvalidInput", field, "U+0000");
        foreach (var text in new[] { "a\0b", "\ud800", "b\udc00 c", "\ud83d" })
        {
            Task<CommandAnswer> Claim(CommandContext context, string holder, string description) =>
                Node.Job(fresh).Claim(new(context, ClaimKind.Hold, good, holder, description), none);
            yield return Refused("idempotencyKey", () => Claim(new(text, Caller.Landlord, "anna"), "anna", ""));
            yield return Refused("actor", () => Claim(new("k", Caller.Landlord, text), "anna", ""));
            yield return Refused("holder", () => Claim(Anna.Context(), text, ""));
            yield return Refused("description", () => Claim(Anna.Context(), "anna", text));
            yield return Refused("description", () => Node.Job(fresh).Log(new(Anna.Context(), 1, 1, [Tap], text), none));
            yield return Refused("reason", () => Node.Job(booked).Cancel(new(Anna.Context(), text, false), none));
        }
    }

    IEnumerable<Bad> BadEndings(JobId booked, JobId held)
    {
        var fresh = Caller.NewJob();
        var none = CancellationToken.None;
        var good = TokenFor(null, Tap, Tuesday, Am);
        var long201 = new string('r', 201);
        yield return new Bad("confirm, unknown job", () => Anna.ConfirmAsync(fresh, 1), "JobNotFound");
        yield return new Bad("confirm, wrong hold", () => Anna.ConfirmAsync(held, 99), "HoldNotFound");
        yield return new Bad("confirm, negative hold", () => Anna.ConfirmAsync(held, -1), "HoldNotFound");
        yield return new Bad("confirm, no hold", () => Anna.ConfirmAsync(booked, 1), "HoldNotFound");
        yield return new Bad("release, unknown job", () => Anna.ReleaseAsync(fresh, 1), "JobNotFound");
        yield return new Bad("release, wrong hold", () => Anna.ReleaseAsync(held, 0), "HoldNotFound");
        yield return new Bad("cancel, unknown job", () => Anna.CancelAsync(fresh), "JobNotFound");
        yield return new Bad("cancel, not booked", () => Anna.CancelAsync(held), "NotBooked");
        yield return new Bad("cancel, reason", () => Node.Job(booked).Cancel(new(Anna.Context(), long201, false), none), "InvalidInput",
            "reason", "201 characters", "0 to 200");
        foreach (var reference in new[] { "nonsense", "0GC00-00000", new string('x', 40) })
        {
            var wrong = Node.Grains.GetGrain<IJobGrain>(reference);
            yield return new Bad("log, wrong reference", () => wrong.Log(new(Anna.Context(), 1, 1, [Tap], ""), none), "InvalidInput", "job",
                reference);
            yield return new Bad("claim, wrong reference", () => wrong.Claim(new(Anna.Context(), ClaimKind.Book, good, "h", ""), none),
                "InvalidInput", "job");
            yield return new Bad("confirm, wrong reference", () => wrong.Confirm(new(Anna.Context(), 1, "h"), none), "InvalidInput", "job");
            yield return new Bad("release, wrong reference", () => wrong.Release(new(Anna.Context(), 1, "h"), none), "InvalidInput", "job");
            yield return new Bad("cancel, wrong reference", () => wrong.Cancel(new(Anna.Context(), "", false), none), "InvalidInput",
                "job");
        }
    }

    /// <summary>Texts, numbers, moments and references of what is told of a visit.</summary>
    IEnumerable<Bad> BadReports(JobId booked, JobId held)
    {
        var (fresh, none) = (Caller.NewJob(), CancellationToken.None);
        var past = Clock.GetUtcNow().AddMinutes(-1);
        Task<CommandAnswer> Tell(JobId job, int kind, int visit = 2, DateTimeOffset? at = null, int minutes = 0, string reason = "") =>
            Node.Job(job).Report(new(Planner.Context(), kind, visit, at, minutes, reason), none);
        foreach (var kind in new[] { 0, -1, 8, int.MaxValue })
            yield return new Bad($"report, kind {kind}", () => Tell(booked, kind), "InvalidInput", "kind", $"{kind}", "SetOut");
        foreach (var minutes in new[] { 0, -1, 481, int.MaxValue, int.MinValue })
            yield return new Bad($"extend, {minutes}", () => Tell(booked, 3, minutes: minutes), "InvalidInput", "minutes",
                $"{minutes}", "1 to 480");
        yield return new Bad("start, later", () => Tell(booked, 2, at: Clock.GetUtcNow().AddSeconds(1)), "InvalidInput", "at", "passed");
        yield return new Bad("start, last moment", () => Tell(booked, 2, at: DateTimeOffset.MaxValue), "InvalidInput", "at");
        yield return new Bad("start, first moment", () => Tell(booked, 2, at: DateTimeOffset.MinValue), "VisitNotDue");
        yield return new Bad("start, the day before", () => Tell(booked, 2, at: past), "VisitNotDue");
        yield return new Bad("no access, no reason", () => Tell(booked, 5), "InvalidInput", "reason", "0 characters", "1 to 200");
        yield return new Bad("no access, reason missing", () => Tell(booked, 5, reason: null!), "InvalidInput", "reason", "nothing");
        yield return new Bad("no access, long reason", () => Tell(booked, 5, reason: new string('r', 201)), "InvalidInput", "reason",
            "201 characters");
        foreach (var text in new[] { "a\0b", "\ud800" })
            yield return new Bad("no access, text", () => Tell(booked, 5, reason: text), "InvalidInput", "reason", "U+0000");
        foreach (var visit in new[] { 0, -1, 99, int.MaxValue, int.MinValue })
            yield return new Bad($"start, visit {visit}", () => Tell(booked, 2, visit), "VisitNotFound");
        yield return new Bad("start, held", () => Tell(held, 2), "NotBooked");
        yield return new Bad("start, unknown job", () => Tell(fresh, 2), "JobNotFound");
        foreach (var reference in new[] { "nonsense", "0GC00-00000", new string('x', 40) })
        {
            var wrong = Node.Grains.GetGrain<IJobGrain>(reference);
            yield return new Bad("start, wrong reference", () => wrong.Report(new(Planner.Context(), 2, 2), none), "InvalidInput", "job");
        }

        foreach (var (key, says) in new[] { ("", "0 characters"), (new string('k', 65), "65 characters"), (null!, "nothing") })
        {
            var bad = Planner.Context() with { IdempotencyKey = key };
            string[] named = ["idempotencyKey", says, "1 to 64"];
            yield return new Bad("report, key", () => Node.Job(booked).Report(new(bad, 2, 2), none), "InvalidInput", named);
            yield return new Bad("reassign, key", () => Node.Plan(Repairs).Reassign(new(bad, [new(booked.Value, 2, 1)], []), none),
                "InvalidInput", named);
            yield return new Bad("undo, key", () => Node.Plan(Repairs).Undo(new(bad, 1), none), "InvalidInput", named);
        }
    }

    IEnumerable<Bad> BadMoves(JobId booked)
    {
        var none = CancellationToken.None;
        var good = new VisitWish(booked.Value, 2, 2);
        Task<CommandAnswer> Move(IReadOnlyList<VisitWish> moves, IReadOnlyList<PlannedOn>? on = null) =>
            Node.Plan(Repairs).Reassign(new(Planner.Context(), moves, on ?? []), none);
        yield return new Bad("reassign, nothing", () => Move([]), "InvalidInput", "moves", "0 moves", "1 to 50");
        yield return new Bad("reassign, moves missing", () => Move(null!), "InvalidInput", "moves", "0 moves");
        yield return new Bad("reassign, too many", () => Move([.. Enumerable.Range(1, 51).Select(i => good with { Number = i })]),
            "InvalidInput", "moves", "51 moves", "1 to 50");
        yield return new Bad("reassign, one twice", () => Move([good, good with { Operative = 3 }]), "InvalidInput", "moves",
            "each visit once");
        foreach (var job in new[] { -1, long.MinValue, long.MaxValue })
            yield return new Bad($"reassign, job {job}", () => Move([good with { Job = job }]), "InvalidInput", "moves", $"{job}");
        foreach (var number in new[] { 0, -1, 77, int.MaxValue, int.MinValue })
            yield return new Bad($"reassign, visit {number}", () => Move([good with { Number = number }]), "VisitNotFound", "Move 1");
        foreach (var operative in new[] { 0, -1, 999, int.MaxValue, int.MinValue })
            yield return new Bad($"reassign, to {operative}", () => Move([good with { Operative = operative }]), "InvalidInput",
                "operative");
        foreach (var start in new[] { DateTimeOffset.MinValue, DateTimeOffset.MaxValue, Clock.GetUtcNow() })
            yield return new Bad($"reassign, at {start}", () => Move([good with { Start = start }]), "InvalidInput", "start", "promise");
        yield return new Bad("reassign, planned twice", () => Move([good], [new(1, 1), new(1, 1)]), "InvalidInput", "plannedOn", "once");
        yield return new Bad("reassign, planned on nobody", () => Move([good], [new(999, 0)]), "InvalidInput", "plannedOn", "diary 1");
        PlannedOn[] tooMany = [.. Enumerable.Range(1, 65).Select(i => new PlannedOn(i, 1))];
        yield return new Bad("reassign, too many diaries", () => Move([good], tooMany), "InvalidInput", "plannedOn", "65 diaries", "64");
        foreach (var version in new[] { -1, long.MinValue, long.MaxValue })
            yield return new Bad($"reassign, version {version}", () => Move([good], [new(2, version)]), "DiaryChanged");
        foreach (var key in new[] { "nobody", "-1", "99", "" })
        {
            var wrong = Node.Grains.GetGrain<IPlanGrain>(key.Length == 0 ? "0" : key);
            yield return new Bad($"reassign, plan '{key}'", () => wrong.Reassign(new(Planner.Context(), [good], []), none),
                "VisitNotFound");
            yield return new Bad($"undo, plan '{key}'", () => wrong.Undo(new(Planner.Context(), 1), none), "ReassignmentNotFound");
        }
    }

    [StoreFact]
    public async Task Bad_values_of_a_search_are_refused_by_name()
    {
        var booked = await Anna.BookedAsync(Daily, 1, Tap, Tuesday, Am);
        var good = new SearchSlots(1, [Tap], null, 7, 0, "anna", Caller.Landlord);
        (string Case, string Contract, SearchSlots Query, string Reason, string Named)[] rows =
        [
            ("unknown contract", "99", good, "InvalidInput", "contract: the one that was given"),
            ("no contract", "none", good, "InvalidInput", "contract: none"),
            ("unknown property", "1", good with { Property = 999 }, "InvalidInput", "property: the one that was given"),
            ("negative property", "1", good with { Property = -5 }, "InvalidInput", "property: the one that was given"),
            ("no lines", "1", good with { Lines = [] }, "InvalidInput", "lines: 0 lines"),
            ("too many lines", "1", good with { Lines = [.. Enumerable.Repeat(Tap, 13)] }, "InvalidInput", "lines: 13 lines"),
            ("unknown code", "1", good with { Lines = ["PLU777"] }, "InvalidInput", "lines: PLU777"),
            ("malformed code", "1", good with { Lines = [""] }, "InvalidInput", "lines: ''"),
            ("too many visits", "1", good with { Lines = [TooMany] }, "InvalidInput", "lines: 20 visits"),
            ("no days", "1", good with { Days = 0 }, "InvalidInput", "days: 0"),
            ("negative days", "1", good with { Days = -1 }, "InvalidInput", "days: -1"),
            ("too many days", "1", good with { Days = 63 }, "InvalidInput", "days: 63"),
            ("past day", "1", good with { From = new DateOnly(2025, 5, 1) }, "InvalidInput", "from: 2025-05-01"),
            ("first day", "1", good with { From = DateOnly.MinValue }, "InvalidInput", "from: 0001-01-01"),
            ("last day", "1", good with { From = DateOnly.MaxValue }, "InvalidInput", "from: 9999-12-31"),
            ("negative job", "1", good with { Job = -1 }, "InvalidInput", "job: -1"),
            ("impossible job", "1", good with { Job = long.MaxValue }, "InvalidInput", "job: 9223372036854775807"),
            ("unknown job", "1", good with { Job = 12345 }, "JobNotFound", ""),
            ("other work", "1", good with { Job = booked.Value, Lines = [Bath] }, "InvalidInput", $"job: {booked}"),
            ("long holder", "1", good with { Holder = new string('h', 65) }, "InvalidInput", "holder: 65 characters"),
        ];
        foreach (var row in rows)
        {
            var contract = Node.Grains.GetGrain<IContractGrain>(row.Contract);
            foreach (var answer in new[] { await contract.Search(row.Query), await contract.NextAvailable(row.Query) })
            {
                Assert.True(answer.Refusal?.Reason == row.Reason, $"{row.Case}: {answer.Refusal?.Reason}: {answer.Refusal?.Text}");
                Assert.Contains(row.Named, answer.Refusal!.Text, StringComparison.Ordinal);
                Assert.Empty(answer.Slots);
            }
        }
    }
}
