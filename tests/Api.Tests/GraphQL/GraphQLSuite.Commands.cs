using System.Text.Json;
using OrleansScheduling.Api.Tests.Desk;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Api.Tests.GraphQL;

/// <summary>Commands: each done, refused with its typed error, and repeated under its key.</summary>
public abstract partial class GraphQLSuite
{
    const string Payload = "event sequence clientMutationId "
        + "job { id reference version status emergency description reportedAt trade standardMinutes bookedDay lines { code } "
        + "contract { reference } client { reference } contractor { reference } property { reference } visits { trade } "
        + "hold { number isYours expiresAt promise { window starts ends } } promise { window starts ends } } "
        + "promise { window } hold { number expiresAt } errors { __typename ... on Error { message } }";

    /// <summary>
    /// Sends a command twice: the second answer is the first, and the job that the command says it has left is the one that is recorded.
    /// Then with another body: the key is refused.
    /// </summary>
    static async Task<JsonElement> CommandAsync(
        ApiCaller caller, string name, Dictionary<string, object?> input, string changed, object other)
    {
        var first = await OnceAsync(caller, name, input);
        Assert.Equal(JsonValueKind.Null, first.GetProperty("errors").ValueKind);
        var again = await OnceAsync(caller, name, input);
        foreach (var field in new[] { "event", "promise", "hold", "job", "clientMutationId" })
            Assert.Equal(first.GetProperty(field).GetRawText(), again.GetProperty(field).GetRawText());
        var reused = await OnceAsync(caller, name, new Dictionary<string, object?>(input) { [changed] = other });
        Assert.Equal("KeyReusedError", ErrorOf(reused));
        return first;
    }

    static async Task<JsonElement> OnceAsync(ApiCaller caller, string name, Dictionary<string, object?> input)
    {
        var type = char.ToUpperInvariant(name[0]) + name[1..];
        var data = await caller.AskAsync(
            $"mutation ($input: {type}Input!) {{ {name}(input: $input) {{ {Payload} }} }}", new { input });
        return data.GetProperty(name);
    }

    static string ErrorOf(JsonElement payload)
    {
        Assert.Equal(JsonValueKind.Null, payload.GetProperty("job").ValueKind);
        var error = Assert.Single(payload.GetProperty("errors").EnumerateArray());
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
        return error.GetProperty("__typename").GetString()!;
    }

    static Dictionary<string, object?> Input(params (string Name, object? Value)[] fields)
    {
        var input = fields.ToDictionary(field => field.Name, field => field.Value);
        input["idempotencyKey"] = Guid.NewGuid().ToString("N");
        input["clientMutationId"] = "mine";
        return input;
    }

    [StoreFact]
    public async Task A_hold_is_placed_confirmed_moved_and_cancelled_and_each_step_can_be_repeated()
    {
        using var caller = Api.Caller("CallHandler MEADOW");
        var day = Api.Today.PlusDays(4);
        var offer = await OfferAsync(caller, "M0020", Village.Plumbing, day, "AM");
        var held = await CommandAsync(
            caller, "holdWindow", Input(("offer", offer), ("description", "Tap drips")), "description", "Tap floods");
        var job = held.GetProperty("job").GetProperty("id").GetString()!;
        var hold = held.GetProperty("hold").GetProperty("number").GetInt32();
        Assert.Equal("HOLD_PLACED", held.GetProperty("event").GetString());
        Assert.Equal("mine", held.GetProperty("clientMutationId").GetString());
        Assert.True(held.GetProperty("job").GetProperty("hold").GetProperty("isYours").GetBoolean());

        using var colleague = Api.Caller("Planner MEADOW");
        var notTheirs = await OnceAsync(colleague, "confirmHold", Input(("job", job), ("hold", hold)));
        Assert.Equal("HoldRefusedError", ErrorOf(notTheirs));

        var confirmed = await CommandAsync(caller, "confirmHold", Input(("job", job), ("hold", hold)), "hold", hold + 40);
        Assert.Equal("BOOKING_CONFIRMED", confirmed.GetProperty("event").GetString());
        Assert.Equal("BOOKED", confirmed.GetProperty("job").GetProperty("status").GetString());

        var later = await OfferAsync(caller, "M0020", Village.Plumbing, day, "PM", job);
        var other = await OfferAsync(caller, "M0020", Village.Plumbing, day.PlusDays(1), "PM", job);
        var moved = await CommandAsync(caller, "moveBooking", Input(("job", job), ("offer", later)), "offer", other);
        Assert.Equal("BOOKING_MOVED", moved.GetProperty("event").GetString());
        Assert.Equal("PM", moved.GetProperty("job").GetProperty("promise").GetProperty("window").GetString());

        var cancelled = await CommandAsync(caller, "cancelBooking", Input(("job", job), ("reason", "Away")), "reason", "Ill");
        Assert.Equal("BOOKING_CANCELLED", cancelled.GetProperty("event").GetString());
        Assert.Equal("LOGGED", cancelled.GetProperty("job").GetProperty("status").GetString());
        Assert.Equal("JobStateError", ErrorOf(await OnceAsync(caller, "cancelBooking", Input(("job", job)))));
        Assert.Equal("JobStateError", ErrorOf(await OnceAsync(caller, "moveBooking", Input(("job", job), ("offer", later)))));

        var closed = await CommandAsync(caller, "closeJob", Input(("job", job), ("reason", "Mended by the tenant")), "reason", "Sold");
        Assert.Equal("JOB_CLOSED", closed.GetProperty("event").GetString());
        Assert.Equal("CANCELLED", closed.GetProperty("job").GetProperty("status").GetString());
        Assert.Equal("JobStateError", ErrorOf(await OnceAsync(caller, "closeJob", Input(("job", job)))));
    }

    [StoreFact]
    public async Task Each_command_of_one_request_shows_the_job_as_it_left_it()
    {
        using var caller = Api.Caller("CallHandler MEADOW");
        var day = Api.Today.PlusDays(12);
        var job = await BookAsync(caller, "M0027", Village.Plumbing, day, "AM");
        const string Job = "{ job { status visits { starts state } } errors { __typename } }";
        var data = await caller.AskAsync(
            "mutation ($move: MoveBookingInput!, $cancel: CancelBookingInput!, $same: CancelBookingInput!) { "
                + $"move: moveBooking(input: $move) {Job} cancel: cancelBooking(input: $cancel) {Job} "
                + "again: cancelBooking(input: $same) { errors { __typename } } }",
            new
            {
                move = Input(("job", job), ("offer", await OfferAsync(caller, "M0027", Village.Plumbing, day, "PM", job))),
                cancel = Input(("job", job)),
                same = Input(("job", job)),
            });
        var moved = data.GetProperty("move").GetProperty("job");
        Assert.Equal("BOOKED", moved.GetProperty("status").GetString());
        Assert.Single(moved.GetProperty("visits").EnumerateArray());
        var cancelled = data.GetProperty("cancel").GetProperty("job");
        Assert.Equal("LOGGED", cancelled.GetProperty("status").GetString());
        Assert.Empty(cancelled.GetProperty("visits").EnumerateArray());
        Assert.Equal("JobStateError", data.GetProperty("again").GetProperty("errors")[0].GetProperty("__typename").GetString());
    }

    [StoreFact]
    public async Task A_job_is_logged_booked_and_a_hold_on_it_released()
    {
        using var caller = Api.Caller("Integrator ASHBY");
        var day = Api.Today.PlusDays(6);
        var logged = await CommandAsync(
            caller, "logJob",
            Input(
                ("contract", await IdAsync("Planner ASHBY", "contracts", "MEADOW-ASHBY")),
                ("property", await IdAsync("Planner ASHBY", "properties", "M0021")), ("lines", new[] { Village.Plumbing, "PLU002" }),
                ("description", "Reported by the housing system")),
            "lines", new[] { "PLU002" });
        var job = logged.GetProperty("job").GetProperty("id").GetString()!;
        Assert.Equal("JOB_LOGGED", logged.GetProperty("event").GetString());
        Assert.Equal("Reported by the housing system", logged.GetProperty("job").GetProperty("description").GetString());

        Assert.Equal(105, logged.GetProperty("job").GetProperty("standardMinutes").GetInt32());
        Assert.Equal("PLUMBER", logged.GetProperty("job").GetProperty("trade").GetString());

        var offer = await OfferAsync(caller, "M0021", $"{Village.Plumbing} PLU002", day, "AM", job);
        var held = await CommandAsync(caller, "holdWindow", Input(("job", job), ("offer", offer)), "description", "changed");
        var hold = held.GetProperty("hold").GetProperty("number").GetInt32();
        var released = await CommandAsync(caller, "releaseHold", Input(("job", job), ("hold", hold)), "hold", hold + 40);
        Assert.Equal("HOLD_RELEASED", released.GetProperty("event").GetString());
        Assert.Equal("HoldRefusedError", ErrorOf(await OnceAsync(caller, "releaseHold", Input(("job", job), ("hold", hold)))));

        var booked = await CommandAsync(caller, "bookWindow", Input(("job", job), ("offer", offer)), "description", "changed");
        Assert.Equal("BOOKED", booked.GetProperty("job").GetProperty("status").GetString());
        Assert.Equal("PLUMBER", booked.GetProperty("job").GetProperty("visits")[0].GetProperty("trade").GetString());
        Assert.Equal("JobStateError", ErrorOf(await OnceAsync(caller, "bookWindow", Input(("job", job), ("offer", offer)))));
    }

    [StoreFact]
    public async Task A_booking_of_the_last_place_gives_its_first_answer_again_though_the_place_is_gone()
    {
        using var caller = Api.Caller("CallHandler ASHBY");
        var input = Input(("offer", await OfferAsync(caller, "M0024", Village.Kitchen, Api.Today.PlusDays(12), "AM")));
        var first = await OnceAsync(caller, "bookWindow", input);
        Assert.Equal("BOOKING_MADE", first.GetProperty("event").GetString());
        var another = new Dictionary<string, object?>(input) { ["idempotencyKey"] = Guid.NewGuid().ToString("N") };
        Assert.Equal("WindowUnavailableError", ErrorOf(await OnceAsync(caller, "bookWindow", another)));

        var again = await OnceAsync(caller, "bookWindow", input);
        Assert.Equal(
            first.GetProperty("job").GetProperty("id").GetString(), again.GetProperty("job").GetProperty("id").GetString());
        Assert.Equal("BOOKING_MADE", again.GetProperty("event").GetString());
    }

    [StoreFact]
    public async Task What_cannot_be_done_is_told_by_a_typed_error_with_a_sentence()
    {
        using var caller = Api.Caller("CallHandler ASHBY");
        var day = Api.Today.PlusDays(8);
        var first = await OfferAsync(caller, "M0022", Village.Kitchen, day, "AM");
        var second = await OfferAsync(caller, "M0023", Village.Kitchen, day, "AM");
        Assert.Equal("BOOKING_MADE", (await OnceAsync(caller, "bookWindow", Input(("offer", first)))).GetProperty("event").GetString());

        Assert.Equal("WindowUnavailableError", ErrorOf(await OnceAsync(caller, "bookWindow", Input(("offer", second)))));
        Assert.Equal("OfferRefusedError", ErrorOf(await OnceAsync(caller, "holdWindow", Input(("offer", "bm90IG91cnM")))));
        Assert.Equal("JobNotFoundError", ErrorOf(await OnceAsync(caller, "cancelBooking", Input(("job", "nothing")))));
        var tooLong = Input(("offer", second));
        tooLong["idempotencyKey"] = new string('x', 65);
        Assert.Equal("InvalidInputError", ErrorOf(await OnceAsync(caller, "holdWindow", tooLong)));
        var noCode = Input(
            ("contract", await IdAsync("Planner ASHBY", "contracts", "MEADOW-ASHBY")),
            ("property", await IdAsync("Planner ASHBY", "properties", "M0021")), ("lines", new[] { "NOPE99" }));
        Assert.Equal("InvalidInputError", ErrorOf(await OnceAsync(caller, "logJob", noCode)));

        using var manager = Api.Caller("ContractManager ASHBY");
        Assert.Equal("NotAllowedError", ErrorOf(await OnceAsync(manager, "bookWindow", Input(("offer", second)))));
    }

    [StoreFact]
    public async Task Windows_come_with_an_offer_or_the_reason_why_not()
    {
        using var caller = Api.Caller("CallHandler MEADOW");
        var day = Api.Today.PlusDays(9);
        await BookAsync(caller, "M0024", Village.Kitchen, day, "AM");
        var full = await WindowAsync(caller, "M0025", Village.Kitchen, day, "AM");
        Assert.False(full.GetProperty("isAvailable").GetBoolean());
        Assert.Equal("ALL_FULL", full.GetProperty("refusal").GetProperty("reason").GetString());
        Assert.Equal("Everybody who could do it is fully booked then.", full.GetProperty("refusal").GetProperty("text").GetString());

        var next = (await caller.AskAsync(
            "query ($search: WindowSearchInput!) { nextAvailable(search: $search) { windows { day isAvailable } } }",
            new
            {
                search = new
                {
                    contract = await IdAsync("Planner ASHBY", "contracts", "MEADOW-ASHBY"),
                    property = await IdAsync("Planner ASHBY", "properties", "M0025"),
                    lines = new[] { Village.Kitchen },
                    from = Iso(day),
                },
            })).GetProperty("nextAvailable").GetProperty("windows").EnumerateArray().ToList();
        Assert.Contains(next, window => window.GetProperty("isAvailable").GetBoolean());
        Assert.All(next, window => Assert.Equal(next[0].GetProperty("day").GetString(), window.GetProperty("day").GetString()));
    }
}
