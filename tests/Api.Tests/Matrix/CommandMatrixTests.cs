using OrleansScheduling.Api.Tests.GraphQL;
using OrleansScheduling.GraphQL.Language;

namespace OrleansScheduling.Api.Tests.Matrix;

/// <summary>The matrix of commands, on a host of its own: what is allowed on the own side is done there.</summary>
public sealed class CommandMatrixTests(MatrixApi api) : SideCommandTests(api), IClassFixture<MatrixApi>;

/// <summary>The matrix of commands between two contractors of one client.</summary>
public sealed class RivalCommandTests(RivalApi api) : SideCommandTests(api), IClassFixture<RivalApi>;

public abstract class SideCommandTests(MatrixApi api)
{
    readonly Answers answers = new(api);

    [Fact]
    public async Task Commands_on_what_belongs_to_others_are_refused_as_on_nothing_and_change_nothing()
    {
        var leaks = new List<string>();
        using var owner = api.Caller($"Planner {api.Other.Contractor}");
        var before = await EverythingAsync(owner);
        foreach (var (who, _, _) in api.Callers())
        {
            using var caller = api.Caller(who);
            foreach (var probe in api.Schema.Probes.Where(probe => probe.Kind == OperationKind.Mutation))
            {
                var there = await Answers.AskAsync(caller, probe, probe.Hidden);
                if (probe.Missing is null)
                {
                    if (answers.MarkIn(answers.Plain(there, probe)) is { } mark) leaks.Add($"{who}: {probe.Name} tells {mark}");
                    continue;
                }

                var nowhere = await Answers.AskAsync(caller, probe, probe.Missing);
                // What a command does on the own side has new ids and moments each time.
                if (there.Contains("\"errors\":null", StringComparison.Ordinal))
                    (there, nowhere) = (Answers.ShapeOf(there), Answers.ShapeOf(nowhere));
                answers.Judge(leaks, who, probe, there, nowhere);
            }
        }

        Assert.True(leaks.Count == 0, Answers.Told(leaks));
        Assert.Equal(before, await EverythingAsync(owner));
    }

    /// <summary>Over a socket the same commands take another way in; what they decide is the same, so one caller of each viewpoint
    /// will do.</summary>
    [Fact]
    public async Task A_socket_refuses_commands_on_what_belongs_to_others_as_those_on_nothing()
    {
        using var patience = new CancellationTokenSource(SideMatrixTests.Patience);
        var leaks = new List<string>();
        using var owner = api.Caller($"Planner {api.Other.Contractor}");
        var before = await EverythingAsync(owner);
        foreach (var who in SideMatrixTests.Viewpoints.Intersect(api.Callers().Select(caller => caller.Who)))
        {
            using var socket = await MatrixSocket.ConnectAsync(api.Address, api.CookieOf(who), patience.Token);
            foreach (var probe in api.Schema.Probes.Where(probe => probe is { Kind: OperationKind.Mutation, Missing: not null }))
            {
                var there = await socket.OperateAsync(probe, probe.Hidden, patience.Token);
                var nowhere = await socket.OperateAsync(probe, probe.Missing!, patience.Token);
                if (there.Contains("\"errors\":null", StringComparison.Ordinal))
                    (there, nowhere) = (Answers.ShapeOf(there), Answers.ShapeOf(nowhere));
                answers.Judge(leaks, who, probe, there, nowhere);
            }
        }

        Assert.True(leaks.Count == 0, Answers.Told(leaks));
        Assert.Equal(before, await EverythingAsync(owner));
    }

    static async Task<string> EverythingAsync(ApiCaller owner) => (await owner.AskAsync(
        """
        { jobs(first: 50) { nodes { id version status } } visits(first: 50) { nodes { id starts state } }
          properties(first: 50) { nodes { id reference } } }
        """)).GetRawText();
}
