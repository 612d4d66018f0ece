using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using OrleansScheduling.Api.Tests.GraphQL;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.GraphQL.Execution;
using OrleansScheduling.GraphQL.Language;
using OrleansScheduling.GraphQL.Types;
using Xunit.Abstractions;

namespace OrleansScheduling.Api.Tests.Matrix;

/// <summary>
/// Every field and argument of the schema, for every role, with what belongs to others: they answer to the byte as what is not there, with
/// as much work, and whatever others do changes no answer. The documents are written from the schema, so what it gains is tried at once.
/// </summary>
public sealed partial class IsolationMatrixTests(MatrixApi api, ITestOutputHelper output) : IClassFixture<MatrixApi>
{
    internal static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>
    /// What fields side by side look up is one statement or two, as it happens: so now this answer takes one more, now the other. What
    /// tells is an answer that takes more every time.
    /// </summary>
    const int WorkAttempts = 8;

    readonly Answers answers = new(api);

    Schema Schema => api.Services.GetRequiredService<GraphQLEngine>().Schema;

    internal static string Iso(LocalDate day) => day.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Every role on both of the own side's organisations, and a planner of no contract.</summary>
    internal static IEnumerable<(string Who, Role Role, OrganisationKind Kind)> Callers()
    {
        foreach (var role in Enum.GetValues<Role>().Where(role => role != Role.None))
        {
            yield return (
                $"{role} {Side.Own.Client}{(role == Role.Tenant ? $" home={Side.Own.Home(1)}" : "")}", role, OrganisationKind.Client);
            yield return (
                $"{role} {Side.Own.Contractor}{(role == Role.Operative ? $" operative={Side.Own.Operative}" : "")}", role,
                OrganisationKind.Contractor);
        }

        yield return ($"Planner {Side.Own.Contractor} NO-CONTRACT", Role.Planner, OrganisationKind.Contractor);
    }

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
    public void Every_field_argument_and_input_of_the_schema_is_tried()
    {
        var (fields, inputs) = CoordinatesOf(Schema);
        Assert.Empty(fields.Except(api.Schema.Selected));
        Assert.Empty(inputs.Except(api.Schema.Given));
        output.WriteLine($"{fields.Count} fields, {inputs.Count} arguments and input fields, {api.Schema.Probes.Count} documents");
    }

    [Theory]
    [InlineData("type Query { a(thing: ID!): B } type B { x: Int }", "Query.a(thing:)")]
    [InlineData("scalar Shape type Query { a(shape: Shape): Int }", "Query.a(shape:)")]
    [InlineData("input I { thing: String! } type Query { a(i: I): Int }", "I.thing")]
    public void What_the_matrix_cannot_fill_in_fails_by_name(string schema, string coordinate)
    {
        var gap = Assert.Throws<MatrixGapException>(() => api.ProbesOf(SdlSchema.Build(schema)));
        Assert.Contains(coordinate, gap.Message, StringComparison.Ordinal);
    }

    /// <summary>All that can be reached from the roots, without introspection.</summary>
    static (HashSet<string> Fields, HashSet<string> Inputs) CoordinatesOf(Schema schema)
    {
        var (fields, inputs) = (new HashSet<string>(), new HashSet<string>());
        foreach (var type in schema.Types.Where(type => !type.Name.StartsWith("__", StringComparison.Ordinal)))
        {
            if (type is InputObjectType input) inputs.UnionWith(input.Fields.Select(field => $"{input.Name}.{field.Name}"));
            if (type is not ObjectType complex) continue;
            foreach (var field in complex.Fields)
            {
                fields.Add($"{complex.Name}.{field.Name}");
                inputs.UnionWith(field.Arguments.Select(argument => $"{complex.Name}.{field.Name}({argument.Name}:)"));
            }
        }

        return (fields, inputs);
    }

    [Fact]
    public async Task Anothers_id_answers_as_one_that_is_not_there_and_takes_the_same_work()
    {
        var leaks = new List<string>();
        var asked = 0;
        foreach (var (who, _, _) in Callers())
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
        using var owner = api.Caller($"Planner {Side.Hidden.Contractor}");
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
        foreach (var (who, _, _) in Callers())
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
        foreach (var (who, _, _) in Callers())
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
        using var owner = await MatrixSocket.ConnectAsync(api.Address, api.CookieOf($"Planner {Side.Hidden.Contractor}"), patience.Token);
        foreach (var probe in probes.Where(probe => probe.Name is "Subscription.jobChanged" or "Subscription.diaryChanged"))
        {
            var heard = await owner.OperateAsync(probe, probe.Hidden, patience.Token);
            Assert.True(answers.MarkIn(heard) is not null, heard);
        }

    }

    [Fact]
    public async Task Who_has_not_signed_in_gets_nothing_at_all()
    {
        using var stranger = api.Stranger();
        foreach (var probe in api.Schema.Probes.Where(probe => RootOf(probe) is not null))
        {
            var told = await Answers.AskAsync(stranger, probe, probe.Hidden);
            Assert.StartsWith($"{(int)HttpStatusCode.Unauthorized}\n", told, StringComparison.Ordinal);
            Assert.DoesNotContain("__typename", told, StringComparison.Ordinal);
        }
    }
}
