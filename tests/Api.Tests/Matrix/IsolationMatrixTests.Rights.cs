using System.Text.Json;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.GraphQL.Language;
using OrleansScheduling.GraphQL.Types;

namespace OrleansScheduling.Api.Tests.Matrix;

/// <summary>The other half: what a role may do, it can. A matrix that refuses everything would leak nothing, too.</summary>
public sealed partial class IsolationMatrixTests
{
    /// <summary>What each root field needs; null: nothing but a sign-in. One that is not here fails by its name.</summary>
    static readonly Dictionary<string, (AccessAction Action, RecordKind Record)?> Needs = new()
    {
        ["Query.node"] = null,
        ["Query.nodes"] = null,
        ["Query.viewer"] = null,
        ["Query.organisation"] = (AccessAction.Read, RecordKind.Organisation),
        ["Query.organisations"] = (AccessAction.Read, RecordKind.Organisation),
        ["Query.contract"] = (AccessAction.Read, RecordKind.Contract),
        ["Query.contracts"] = (AccessAction.Read, RecordKind.Contract),
        ["Query.rate"] = (AccessAction.Read, RecordKind.Rate),
        ["Query.scheduleOfRates"] = (AccessAction.Read, RecordKind.Rate),
        ["Query.property"] = (AccessAction.Read, RecordKind.Property),
        ["Query.properties"] = (AccessAction.Read, RecordKind.Property),
        ["Query.operative"] = (AccessAction.Read, RecordKind.Operative),
        ["Query.operatives"] = (AccessAction.Read, RecordKind.Operative),
        ["Query.diary"] = (AccessAction.Read, RecordKind.Diary),
        ["Query.diaries"] = (AccessAction.Read, RecordKind.Diary),
        ["Query.whyNotOperative"] = (AccessAction.Read, RecordKind.Plan),
        ["Query.whyNotWindow"] = (AccessAction.Read, RecordKind.Plan),
        ["Query.scoreDay"] = (AccessAction.Read, RecordKind.Plan),
        ["Subscription.planChanged"] = (AccessAction.Read, RecordKind.Plan),
        ["Query.dayPlan"] = (AccessAction.Read, RecordKind.Plan),
        ["Query.job"] = (AccessAction.Read, RecordKind.Job),
        ["Query.jobs"] = (AccessAction.Read, RecordKind.Job),
        ["Query.visits"] = (AccessAction.Read, RecordKind.Appointment),
        ["Query.availableWindows"] = (AccessAction.Read, RecordKind.Window),
        ["Query.nextAvailable"] = (AccessAction.Read, RecordKind.Window),
        // Asked for by every dimension, the operative among them.
        ["Query.visitReport"] = (AccessAction.Read, RecordKind.Operative),
        ["Query.jobReport"] = (AccessAction.Read, RecordKind.Operative),
        ["Query.load"] = (AccessAction.Read, RecordKind.Diary),
        ["Query.audit"] = (AccessAction.Read, RecordKind.Audit),
        ["Mutation.logJob"] = (AccessAction.Make, RecordKind.Job),
        ["Mutation.bookEmergency"] = (AccessAction.Make, RecordKind.Appointment),
        ["Mutation.holdWindow"] = (AccessAction.Make, RecordKind.Appointment),
        ["Mutation.bookWindow"] = (AccessAction.Make, RecordKind.Appointment),
        ["Mutation.moveBooking"] = (AccessAction.Change, RecordKind.Appointment),
        ["Mutation.confirmHold"] = (AccessAction.Make, RecordKind.Appointment),
        ["Mutation.releaseHold"] = (AccessAction.Cancel, RecordKind.Appointment),
        ["Mutation.cancelBooking"] = (AccessAction.Cancel, RecordKind.Appointment),
        ["Mutation.closeJob"] = (AccessAction.Cancel, RecordKind.Job),
        ["Mutation.setOutForVisit"] = (AccessAction.Change, RecordKind.Attendance),
        ["Mutation.startVisit"] = (AccessAction.Change, RecordKind.Attendance),
        ["Mutation.extendVisit"] = (AccessAction.Change, RecordKind.Attendance),
        ["Mutation.finishVisit"] = (AccessAction.Change, RecordKind.Attendance),
        ["Mutation.reportNoAccess"] = (AccessAction.Change, RecordKind.Attendance),
        ["Mutation.pinVisit"] = (AccessAction.Change, RecordKind.Plan),
        ["Mutation.unpinVisit"] = (AccessAction.Change, RecordKind.Plan),
        ["Mutation.reassignVisits"] = (AccessAction.Change, RecordKind.Plan),
        ["Mutation.undoReassignment"] = (AccessAction.Change, RecordKind.Plan),
        ["Mutation.reportAbsence"] = (AccessAction.Change, RecordKind.Absence),
        ["Mutation.lockDay"] = (AccessAction.Change, RecordKind.Plan),
        ["Mutation.unlockDay"] = (AccessAction.Change, RecordKind.Plan),
        ["Mutation.agreeOvertime"] = (AccessAction.Change, RecordKind.Plan),
        ["Mutation.acceptProposal"] = (AccessAction.Change, RecordKind.Plan),
        ["Mutation.declineProposal"] = (AccessAction.Change, RecordKind.Plan),
        ["Subscription.diaryChanged"] = (AccessAction.Read, RecordKind.Diary),
        ["Subscription.jobChanged"] = (AccessAction.Read, RecordKind.Job),
        ["Subscription.windowsChanged"] = (AccessAction.Read, RecordKind.Window),
    };

    /// <summary>Fields that have no value in any answer that this matrix asks for, each with the reason.</summary>
    static readonly string[] Empty =
    [
        // A refusal of a whole search, and of a window, of the own side's: other tests have them.
        "WindowSearch.refusal",
        "Window.refusal",
        "Refusal.reason",
        "Refusal.text",
        // Of a trail of more than a hundred entries.
        "AuditLog.next",
        // Of a report that is not by day, which the matrix asks for: the tests of the load have them.
        "LoadLine.waitingJobs",
        "LoadLine.waitingMinutes",
        // Of a visit that is under way or done: the tests of a visit's day have them.
        "Visit.actualStarts",
        "Visit.actualEnds",
        // Of a day on which something went wrong: the tests of the day's plan have them.
        "DayPlan.flags",
        "DayPlan.emergencies",
        "UnattendedEmergency.*",
        "DayPlan.done",
        "DayPlan.unsettled",
        "DayPlan.proposals",
        "Proposal.*",
        "PlannerAnswer.operative",
        "Query.scoreDay",
        "DayComparison.*",
        "DayScore.*",
        "DayLine.underWay",
        "DayLine.stops",
        "DayStop.*",
        "DayFlag.*",
        "WayOut.*",
        "EngineDeed.*",
        "EngineMove.*",
    ];

    [Fact]
    public async Task Each_role_may_do_what_the_policy_says_and_nothing_else()
    {
        using var patience = new CancellationTokenSource(Patience);
        var roots = api.Schema.Probes.Where(probe => RootOf(probe) is not null).DistinctBy(RootOf).ToList();
        Assert.Empty(RootsOf(Schema).Except(Needs.Keys));
        Assert.Empty(RootsOf(Schema).Except(roots.Select(probe => RootOf(probe)!)));
        var wrong = new List<string>();
        foreach (var (who, role, kind) in api.Callers())
        {
            using var caller = api.Caller(who);
            using var socket = await MatrixSocket.ConnectAsync(api.Address, api.CookieOf(who), patience.Token);
            foreach (var probe in roots)
            {
                var told = probe.Kind == OperationKind.Subscription
                    ? await socket.OperateAsync(probe, probe.Hidden, patience.Token)
                    : await Answers.AskAsync(caller, probe, probe.Hidden);
                var isRefused = told.Contains("FORBIDDEN", StringComparison.Ordinal)
                    || told.Contains("NotAllowedError", StringComparison.Ordinal);
                // What is asked for by its id is null instead, like everything that is not seen.
                var isNothing = told.Contains($"\"{probe.Name.Split('.')[1]}\":null", StringComparison.Ordinal);
                var may = Needs[RootOf(probe)!] is not { } need
                    || Policy.Allows(new HashSet<Role> { role }, kind, need.Action, need.Record);
                if (may ? isRefused : !isRefused && !isNothing)
                    wrong.Add($"{who}: {RootOf(probe)} is {(may ? "refused" : "allowed")}:\n{told}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Take(5)));
    }

    static IEnumerable<string> RootsOf(Schema schema) => new[] { schema.Query, schema.Mutation, schema.Subscription }
        .OfType<ObjectType>().SelectMany(type => type.Fields.Select(field => $"{type.Name}.{field.Name}"));

    /// <summary>The root field that a document without a tried value begins with; null for those of deeper fields.</summary>
    static string? RootOf(Probe probe) =>
        probe.Pairs.Count == 0 && Needs.ContainsKey(probe.Name) ? probe.Name : null;

    [Fact]
    public async Task The_own_side_has_a_value_in_every_field_that_can_be_asked_for()
    {
        var seen = new HashSet<string>();
        string[] owners =
        [
            $"Planner {Side.Own.Contractor}", $"CallHandler {Side.Own.Client}", $"Administrator {Side.Own.Client}",
        ];
        foreach (var who in owners)
        {
            using var caller = api.Caller(who);
            foreach (var probe in api.Schema.Probes.Where(probe => probe is { Kind: OperationKind.Query, Missing: null }))
            {
                var told = await Answers.AskAsync(caller, probe, probe.Hidden);
                // A document that is refused for its form proves nothing anywhere.
                if (!probe.Name.Contains('(', StringComparison.Ordinal))
                    Assert.DoesNotMatch("COST_EXCEEDED|VALIDATION_FAILED|BAD_USER_INPUT|INTERNAL", $"{probe.Name}: {told}");
                Look(JsonSerializer.Deserialize<JsonElement>(told[(told.IndexOf("\n{", StringComparison.Ordinal) + 1)..]), seen);
            }
        }

        var reached = api.Schema.Reachable.SelectMany(type => type.Fields.Select(field => $"{type.Name}.{field.Name}"));
        var empty = reached.Except(seen).Except(Empty).Where(name => !Empty.Contains($"{name.Split('.')[0]}.*"))
            .Order(StringComparer.Ordinal).ToList();
        Assert.True(empty.Count == 0, string.Join(' ', empty));
    }

    /// <summary>Notes every field that has a value.</summary>
    static void Look(JsonElement value, HashSet<string> seen)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in value.EnumerateArray()) Look(item, seen);
        }

        if (value.ValueKind != JsonValueKind.Object) return;
        var type = value.TryGetProperty("__typename", out var name) ? name.GetString() : "Query";
        foreach (var field in value.EnumerateObject())
        {
            if (field.Value.ValueKind == JsonValueKind.Null) continue;
            if (field.Value.ValueKind != JsonValueKind.Array || field.Value.GetArrayLength() > 0) seen.Add($"{type}.{field.Name}");
            Look(field.Value, seen);
        }
    }
}
