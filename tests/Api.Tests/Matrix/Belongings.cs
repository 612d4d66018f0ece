using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using OrleansScheduling.Api.GraphQL.Relay;
using OrleansScheduling.Api.Tests.GraphQL;
using OrleansScheduling.Domain.Identity;

namespace OrleansScheduling.Api.Tests.Matrix;

/// <summary>What one side has, by the names under which a schema's arguments ask for it.</summary>
/// <param name="Ids">Global ids by noun.</param>
/// <param name="Texts">References, codes, words, tokens and keys; those of the missing side stand in the same order as the hidden
/// side's.</param>
/// <param name="Jobs">References of all jobs.</param>
sealed record Belongings(
    Side Side, IReadOnlyDictionary<string, string> Ids, IReadOnlyList<string> Texts, string Offer, int Hold, IReadOnlyList<string> Jobs)
{
    /// <summary>Fills a side's record through the API, as its own people do, and reads back what it is called.</summary>
    /// <param name="round">Each time another one: keys are used once.</param>
    public static async Task<Belongings> MakeAsync(ApiFixture api, Side side, string round = "")
    {
        using var caller = api.Caller($"CallHandler {side.Client}");
        using var planner = api.Caller($"Planner {side.Contractor}");
        var registry = await planner.AskAsync(
            """
            query ($c: String, $h: String) {
              contracts(where: { reference: { eq: $c } }) { nodes { id client { id } contractor { id } } }
              properties(first: 6, where: { reference: { startsWith: $h } }) { nodes { id } }
              operatives(first: 1) { nodes { id } } scheduleOfRates(first: 1) { nodes { id } }
            }
            """,
            new { c = side.Contract, h = $"{side.Mark}-" });
        JsonElement First(string list) => registry.GetProperty(list).GetProperty("nodes")[0];
        string IdOf(JsonElement node) => node.GetProperty("id").GetString()!;
        var contract = IdOf(First("contracts"));
        string Home(int number) => IdOf(registry.GetProperty("properties").GetProperty("nodes")[number - 1]);

        var logged = await SendAsync("logJob", ("contract", contract), ("property", Home(2)), ("lines", new[] { side.Work }));
        await SendAsync("logJob", ("contract", contract), ("property", Home(2)), ("lines", new[] { side.Emergency }));
        var booked = await SendAsync("bookWindow", ("offer", await OfferAsync(1, 2)));
        var held = await SendAsync("holdWindow", ("offer", await OfferAsync(3, 3)));
        var closed = await SendAsync("bookWindow", ("offer", await OfferAsync(4, 4)));
        await SendAsync("closeJob", ("job", JobOf(closed)));
        await api.KeyOfAsync($"Integrator {side.Contractor}");
        var visit = booked.GetProperty("job").GetProperty("visits")[0].GetProperty("id").GetString()!;
        string[] jobs =
        [
            .. new[] { booked, logged, held, closed }.Select(one => one.GetProperty("job").GetProperty("reference").GetString()!),
        ];
        // The client of a rival is the own side's, too.
        var client = IdOf(First("contracts").GetProperty(side.Landlord is null ? "client" : "contractor"));
        var ids = new Dictionary<string, string>
        {
            ["organisation"] = client,
            ["client"] = client,
            ["contractor"] = IdOf(First("contracts").GetProperty("contractor")),
            ["contract"] = contract,
            ["property"] = Home(1),
            ["operative"] = IdOf(First("operatives")),
            ["rate"] = IdOf(First("scheduleOfRates")),
            ["job"] = JobOf(booked),
            ["logged"] = JobOf(logged),
            ["held"] = JobOf(held),
            ["closed"] = JobOf(closed),
            ["visit"] = visit,
        };
        var offer = await OfferAsync(5, 5);
        var actor = side.Landlord is null ? $"CallHandler:{side.Client}" : $"Integrator:{side.Contractor}";
        return new Belongings(
            side, ids, [.. Words(side), .. jobs, $"key-{side.Mark}", actor, offer],
            offer, held.GetProperty("hold").GetProperty("number").GetInt32(), jobs);

        string JobOf(JsonElement payload) => payload.GetProperty("job").GetProperty("id").GetString()!;

        async Task<string> OfferAsync(int home, int days) =>
            await OfferOfAsync(caller, side, contract, Home(home), api.Today.PlusDays(days));

        Task<JsonElement> SendAsync(string name, params (string Name, object Value)[] fields)
        {
            // One key is the mark's own: it is looked for under the other side's name.
            var key = name == "holdWindow" ? $"key-{side.Mark}{round}" : Guid.NewGuid().ToString("N");
            return CommandAsync(caller, side, name, key, fields);
        }
    }

    static async Task<string> OfferOfAsync(ApiCaller caller, Side side, string contract, string property, LocalDate day)
    {
        var search = new { contract, property, lines = new[] { side.Work }, from = MatrixApi.Iso(day), days = 1 };
        var found = await caller.AskAsync(
            "query ($s: WindowSearchInput!) { availableWindows(search: $s) { windows { offer } } }", new { s = search });
        return found.GetProperty("availableWindows").GetProperty("windows")[0].GetProperty("offer").GetString()!;
    }

    static async Task<JsonElement> CommandAsync(ApiCaller caller, Side side, string name, string key, (string Name, object Value)[] fields)
    {
        var input = fields.ToDictionary(field => field.Name, field => field.Value);
        input["idempotencyKey"] = key;
        if (name is "logJob" or "bookWindow" or "holdWindow") input["description"] = $"{side.Name} tap drips";
        var type = char.ToUpperInvariant(name[0]) + name[1..];
        var data = (await caller.AskAsync(
            $"mutation ($i: {type}Input!) {{ {name}(input: $i) {{ sequence job {{ id reference visits {{ id }} }} hold {{ number }} "
                + "errors { ... on Error { message } } } }",
            new { i = input })).GetProperty(name);
        Assert.True(data.GetProperty("errors").ValueKind == JsonValueKind.Null, data.GetRawText());
        return data;
    }

    /// <summary>Ids and texts of the forms of another side's, that name nothing.</summary>
    public static Belongings Nothing(ApiFixture api, Belongings like)
    {
        var ids = api.Services.GetRequiredService<GlobalIds>();
        var jobs = like.Jobs.Select((_, i) => JobId.Create(api.Today, uint.MaxValue - (uint)i)).ToList();
        // Numbers that nothing has: the registry counts up from 1.
        const int Number = 900_001;
        NodeKind KindOf(string noun) => noun switch
        {
            "organisation" or "client" or "contractor" => NodeKind.Organisation,
            "logged" or "held" or "closed" => NodeKind.Job,
            _ => Enum.Parse<NodeKind>(noun, ignoreCase: true),
        };
        var nothing = like.Ids.Keys.Select((noun, i) => (noun, Id: KindOf(noun) switch
        {
            NodeKind.Job => ids.Encode(NodeKind.Job, jobs[i % jobs.Count].Value),
            NodeKind.Visit => ids.Encode(NodeKind.Visit, jobs[0].Value, 1),
            // Its id is its code and schedule, sealed.
            NodeKind.Rate => ids.TryOpen(like.Ids[noun], out var rate)
                ? ids.Seal(Renamed(rate, like.Side)) : throw new InvalidOperationException("A rate's id is a seal."),
            var kind => ids.Encode(kind, Number + i),
        })).ToDictionary(pair => pair.noun, pair => pair.Id);
        var texts = like.Texts.Select(text => Array.IndexOf([.. like.Jobs], text) is >= 0 and var at
            ? jobs[at].ToString()
            : text == like.Offer ? "AAAA" + text[4..]
            : Renamed(text, like.Side)).ToList();
        return new Belongings(Side.Missing, nothing, texts, "AAAA" + like.Offer[4..], like.Hold, [.. jobs.Select(job => job.ToString())]);
    }

    static string Renamed(string text, Side from) => text
        .Replace(from.Mark, Side.Missing.Mark, StringComparison.Ordinal)
        .Replace(from.Name, Side.Missing.Name, StringComparison.Ordinal)
        .Replace(from.Postcode, Side.Missing.Postcode, StringComparison.Ordinal);

    static string[] Words(Side side) =>
    [
        .. side.Landlord is null ? new[] { side.Client } : [], side.Contractor, side.Contract, side.Schedule, side.Work, side.Patch,
        side.Trade, side.Skill, side.Window,
        side.Operative, side.Home(1), side.Name, $"{side.Name} Homes", $"{side.Name} Pipe 1", $"1 {side.Name} Street", side.Postcode,
        $"{side.Name} tap drips",
    ];
}
