using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OrleansScheduling.Api.Access;
using OrleansScheduling.Api.Tests.Desk;
using OrleansScheduling.Api.Tests.GraphQL;
using OrleansScheduling.Ledger;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Api.Tests;

/// <summary>A process is asked to end while somebody books.</summary>
public sealed class EndingTests : IAsyncLifetime
{
    /// <summary>Far longer than anything here takes: running out is missing evidence, and fails the test.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Whoever books waits for the database for as long as the test keeps it from answering.</summary>
    sealed class PatientDesk : DeskOnPostgreSql
    {
        protected override IEnumerable<string> Settings => ["--Ledger:AnswerSeconds", "170"];
    }

    readonly PatientDesk desk = new();

    public Task InitializeAsync() => PostgreSqlNeeded.Reason is null ? desk.InitializeAsync() : Task.CompletedTask;

    public Task DisposeAsync() => PostgreSqlNeeded.Reason is null ? desk.CloseAsync() : Task.CompletedTask;

    [PostgreSqlFact]
    public async Task What_was_taken_before_is_answered_and_kept_and_nothing_is_taken_after()
    {
        using var caller = new ApiCaller(desk.Address, $"{Sessions.Cookie}={desk.SessionOf(desk.Planner)}");
        var offer = await OfferAsync(caller);
        var connection = desk.Services.GetRequiredService<LedgerOptions>().ConnectionString;
        await using var other = NpgsqlDataSource.Create(connection);
        await using var keeping = await other.OpenConnectionAsync();
        await using var transaction = await keeping.BeginTransactionAsync();
        await ExecuteAsync(keeping, "LOCK TABLE visit IN SHARE ROW EXCLUSIVE MODE");
        var booking = caller.AskAsync(
            "mutation ($input: BookWindowInput!) { bookWindow(input: $input) { job { reference } } }",
            new { input = new { offer, idempotencyKey = "ending" } });
        await UntilAsync(() => IsWaitedForAsync(other)).WaitAsync(Patience);

        var stopping = desk.StopAsync();
        await UntilAsync(IsClosedAsync).WaitAsync(Patience);
        Assert.False(booking.IsCompleted);
        Assert.False(stopping.IsCompleted);
        await transaction.CommitAsync();

        var told = (await booking.WaitAsync(Patience)).GetProperty("bookWindow").GetProperty("job").GetProperty("reference").GetString()!;
        await stopping.WaitAsync(Patience);
        Assert.True(Domain.Identity.JobId.TryParse(told, out var job));
        await using var recorded = other.CreateCommand($"SELECT count(*) FROM visit WHERE job_id = {job.Value}");
        Assert.Equal(1L, await recorded.ExecuteScalarAsync());
    }

    async Task<string> OfferAsync(ApiCaller caller)
    {
        var day = desk.Tomorrow.ToString("uuuu-MM-dd", null);
        var found = await caller.AskAsync(
            """{ contracts(first: 10) { nodes { id reference } } properties(where: { reference: { eq: "M0012" } }) { nodes { id } } }""");
        var contract = found.GetProperty("contracts").GetProperty("nodes").EnumerateArray()
            .Single(one => one.GetProperty("reference").GetString() == "MEADOW-ASHBY").GetProperty("id").GetString();
        var property = found.GetProperty("properties").GetProperty("nodes")[0].GetProperty("id").GetString();
        var windows = await caller.AskAsync(
            "query ($search: WindowSearchInput!) { availableWindows(search: $search) { windows { code offer } } }",
            new { search = new { contract, property, lines = new[] { Village.Plumbing }, from = day, days = 1 } });
        return windows.GetProperty("availableWindows").GetProperty("windows").EnumerateArray()
            .Single(window => window.GetProperty("code").GetString() == "PM").GetProperty("offer").GetString()!;
    }

    static async Task<bool> IsWaitedForAsync(NpgsqlDataSource other)
    {
        await using var command = other.CreateCommand(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'");
        return (long)(await command.ExecuteScalarAsync())! > 0;
    }

    async Task<bool> IsClosedAsync()
    {
        try
        {
            using var stranger = new HttpClient { BaseAddress = desk.Address };
            using var answer = await stranger.GetAsync("/health/live");
            return answer.StatusCode != HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return true;
        }
    }

    static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        while (!await isSo()) await Task.Yield();
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
