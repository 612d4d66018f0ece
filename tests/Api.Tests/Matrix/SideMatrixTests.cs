using System.Text.Json.Nodes;
using OrleansScheduling.Api.Tests.GraphQL;
using OrleansScheduling.GraphQL.Language;
using Xunit.Abstractions;

namespace OrleansScheduling.Api.Tests.Matrix;

/// <summary>What the people of one side learn of another: the same questions, whoever the two sides are.</summary>
public abstract class SideMatrixTests(MatrixApi api, ITestOutputHelper output)
{
    internal static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>
    /// What fields side by side look up is one statement or two, as it happens: so now this answer takes one more, now the other. What
    /// tells is an answer that takes more every time.
    /// </summary>
    const int WorkAttempts = 8;

    readonly Answers answers = new(api);

    /// <summary>One caller of each viewpoint: they alone try what is said inside filters, unless the whole matrix is asked for.</summary>
    internal static readonly string[] Viewpoints =
    [
        $"CallHandler {Side.Own.Client}", $"Planner {Side.Own.Contractor}", $"Tenant {Side.Own.Client} home={Side.Own.Home(1)}",
        $"Operative {Side.Own.Contractor} operative={Side.Own.Operative}", $"Planner {Side.Own.Contractor} NO-CONTRACT",
    ];

    static bool IsWhole => Environment.GetEnvironmentVariable("MATRIX_WHOLE") == "1";

    /// <summary>Every caller with every document, but for what is the same for callers of one viewpoint.</summary>
    IEnumerable<Probe> For(string who, Func<Probe, bool> wanted) => api.Schema.Probes
        .Where(probe => wanted(probe) && (IsWhole || !probe.IsInside || Viewpoints.Contains(who)));

    [Fact]
    public async Task Anothers_id_answers_as_one_that_is_not_there_and_takes_the_same_work()
    {
        var leaks = new List<string>();
        var asked = 0;
        foreach (var (who, _, _) in api.Callers())
        {
            using var caller = api.Caller(who);
            foreach (var probe in For(who, probe => probe is { Kind: OperationKind.Query, Missing: not null }))
            {
                var first = 0;
                for (var attempt = 1; attempt <= WorkAttempts; attempt++)
                {
                    var (nowhere, less) = await WorkAsync(caller, probe, probe.Missing!);
                    var (there, more) = await WorkAsync(caller, probe, probe.Hidden);
                    asked += 2;
                    if (attempt == 1) answers.Judge(leaks, who, probe, there, nowhere);
                    if (!more.Distinct().SequenceEqual(less.Distinct())) leaks.Add($"{who}: {probe.Name} takes other statements");
                    var sign = Math.Sign(more.Count - less.Count);
                    if (attempt == 1) first = sign;
                    if (sign == 0 || sign != first) break;
                    if (attempt == WorkAttempts)
                        leaks.Add($"{who}: {probe.Name} takes {more.Count} statements instead of {less.Count}");
                }
            }
        }

        output.WriteLine($"{asked} documents sent");
        Assert.True(leaks.Count == 0, Answers.Told(leaks));
    }

    async Task<(string Answer, IReadOnlyList<string> Work)> WorkAsync(ApiCaller caller, Probe probe, JsonObject variables)
    {
        api.Sql.Clear();
        var answer = await Answers.AskAsync(caller, probe, variables);
        return (answer, [.. api.Sql.Commands.Order(StringComparer.Ordinal)]);
    }

    [Fact]
    public async Task What_others_do_changes_no_answer()
    {
        var before = await AllAsync();
        using var owner = api.Caller($"Planner {api.Other.Contractor}");
        var count = await CountAsync(owner);

        await api.GrowHiddenAsync();

        Assert.NotEqual(count, await CountAsync(owner));
        var after = await AllAsync();
        var leaks = new List<string>();
        foreach (var ((who, probe), told) in after)
        {
            if (answers.MarkIn(told) is { } mark) leaks.Add($"{who}: {probe.Name} tells {mark}");
            if (told != before[(who, probe)])
                leaks.Add($"{who}: {probe.Name} has changed {Answers.FirstDifference(told, before[(who, probe)])}");
        }

        output.WriteLine($"{after.Count} answers, twice");
        Assert.True(leaks.Count == 0, Answers.Told(leaks));
    }

    static async Task<string> CountAsync(ApiCaller caller) => (await caller.AskAsync(
        "{ jobs { totalCount } visits { totalCount } operatives { totalCount } properties { totalCount } }")).GetRawText();

    async Task<Dictionary<(string Who, Probe Probe), string>> AllAsync()
    {
        var all = new Dictionary<(string, Probe), string>();
        foreach (var (who, _, _) in api.Callers())
        {
            using var caller = api.Caller(who);
            foreach (var probe in For(who, probe => probe is { Kind: OperationKind.Query, Missing: null }))
                all[(who, probe)] = answers.Plain(await Answers.AskAsync(caller, probe, probe.Hidden), probe);
        }

        return all;
    }

    [Fact]
    public async Task A_socket_tells_no_more_and_its_subscriptions_have_no_event_of_others()
    {
        using var patience = new CancellationTokenSource(Patience);
        var leaks = new List<string>();
        var told = 0;
        // What a filter says is compared over HTTP; here, everything else.
        var probes = api.Schema.Probes
            .Where(probe => probe.Kind == OperationKind.Subscription || !probe.IsInside).ToList();
        foreach (var (who, _, _) in api.Callers())
        {
            using var socket = await MatrixSocket.ConnectAsync(api.Address, api.CookieOf(who), patience.Token);
            foreach (var probe in probes.Where(probe => probe.Kind != OperationKind.Mutation))
            {
                var there = await socket.OperateAsync(probe, probe.Hidden, patience.Token);
                told++;
                answers.Judge(
                    leaks, who, probe, there,
                    probe.Missing is null ? there : await socket.OperateAsync(probe, probe.Missing, patience.Token));
            }
        }

        output.WriteLine($"{told} operations");
        Assert.True(leaks.Count == 0, Answers.Told(leaks));
        // Silence is no proof: the owners hear of all of it.
        using var owner = await MatrixSocket.ConnectAsync(api.Address, api.CookieOf($"Planner {api.Other.Contractor}"), patience.Token);
        foreach (var probe in probes.Where(probe => probe.Name is "Subscription.jobChanged" or "Subscription.diaryChanged"))
        {
            var heard = await owner.OperateAsync(probe, probe.Hidden, patience.Token);
            Assert.True(answers.MarkIn(heard) is not null, heard);
        }
    }
}

/// <summary>Two contractors of one client: neither can see, count, time or guess what the other has.</summary>
public sealed class RivalMatrixTests(RivalApi api, ITestOutputHelper output) : SideMatrixTests(api, output), IClassFixture<RivalApi>;
