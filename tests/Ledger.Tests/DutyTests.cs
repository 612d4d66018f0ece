using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using OrleansScheduling.Ledger.Duties;
using OrleansScheduling.Ledger.PostgreSql;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Ledger.Tests;

/// <summary>Who has a duty, when processes come, go, stop and lose their connection. Each keeper here is a process's own.</summary>
[Collection(nameof(PostgreSqlCluster))]
public sealed class DutyTests(ClusterFixture cluster) : IAsyncLifetime
{
    /// <summary>Far longer than anything takes: running out is missing evidence, and fails the test.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    static readonly Duty Expiry = new(DutyKind.HoldExpiry, 0);
    static readonly int[] Ten = [.. Enumerable.Range(0, 10)];

    readonly List<PostgreSqlDuties> keepers = [];
    string connectionString = "";

    public async Task InitializeAsync() => connectionString = await cluster.NewDatabaseAsync();

    public async Task DisposeAsync()
    {
        foreach (var keeper in keepers) await keeper.DisposeAsync();
    }

    PostgreSqlDuties NewKeeper(TimeProvider? time = null, string? connection = null)
    {
        var keeper = new PostgreSqlDuties(connection ?? connectionString, time ?? TimeProvider.System, NullLogger.Instance);
        keepers.Add(keeper);
        return keeper;
    }

    static Task HasAsync(PostgreSqlDuties keeper, Duty duty) => keeper.WaitAsync(duty, CancellationToken.None).WaitAsync(Patience);

    /// <summary>Backends that hold any duty, by the server's own word.</summary>
    const string Holders = "SELECT DISTINCT pid FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND classid::bigint > $1";

    async Task<List<int>> HoldersAsync()
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(Holders);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = PostgreSqlDuties.LockSpace });
        await using var row = await command.ExecuteReaderAsync();
        var holders = new List<int>();
        while (await row.ReadAsync()) holders.Add(row.GetInt32(0));
        return holders;
    }

    [PostgreSqlFact]
    public async Task A_duty_has_one_holder_and_goes_to_another_when_it_is_given_back()
    {
        var (one, other) = (NewKeeper(), NewKeeper());
        Assert.False(one.Holds(Expiry));
        one.Apply(DutyKind.HoldExpiry, [0]);
        await HasAsync(one, Expiry);
        other.Apply(DutyKind.HoldExpiry, [0]);
        var waiting = HasAsync(other, Expiry);
        Assert.Single(await HoldersAsync());
        Assert.True(one.Holds(Expiry));
        Assert.False(other.Holds(Expiry));

        one.Apply(DutyKind.HoldExpiry, []);
        await waiting;
        Assert.False(one.Holds(Expiry));
        Assert.Single(await HoldersAsync());
    }

    [PostgreSqlFact]
    public async Task A_clock_that_is_set_an_hour_on_or_back_gives_a_duty_to_nobody_else_and_takes_it_from_nobody()
    {
        var (ownClock, otherClock) = (new ClockSetWrong(), new ClockSetWrong());
        var (one, other) = (NewKeeper(ownClock), NewKeeper(otherClock));
        one.Apply(DutyKind.HoldExpiry, [0]);
        await HasAsync(one, Expiry);
        other.Apply(DutyKind.HoldExpiry, [0]);
        var waiting = HasAsync(other, Expiry);
        var holder = Assert.Single(await HoldersAsync());
        foreach (var (ours, theirs) in new[] { (1, 0), (-1, 0), (0, 1), (0, -1), (1, -1), (-1, 1) })
        {
            var jump = $"{ours} {theirs}";
            (ownClock.Hours, otherClock.Hours) = (ours, theirs);
            Assert.True(one.Holds(Expiry), jump);
            Assert.False(other.Holds(Expiry), jump);
            // Both ask the server again, with the clock as it is now: once may have been under way.
            await Task.WhenAll(ownClock.PausesAsync(2), otherClock.PausesAsync(2)).WaitAsync(Patience);
            Assert.True(one.Holds(Expiry), jump);
            Assert.False(other.Holds(Expiry), jump);
            Assert.Equal(holder, Assert.Single(await HoldersAsync()));
        }

        await one.DisposeAsync();
        await waiting;
        Assert.Single(await HoldersAsync());
    }

    [PostgreSqlFact]
    public async Task A_process_that_ends_leaves_its_duties_to_others()
    {
        var (one, other) = (NewKeeper(), NewKeeper());
        one.Apply(DutyKind.HoldExpiry, [0]);
        await HasAsync(one, Expiry);
        other.Apply(DutyKind.HoldExpiry, [0]);
        await one.DisposeAsync();
        await HasAsync(other, Expiry);
        Assert.False(one.Holds(Expiry));
    }

    [PostgreSqlFact]
    public async Task Duties_are_dealt_out_evenly_when_a_process_comes_and_all_go_to_the_rest_when_it_is_gone()
    {
        var (one, other) = (NewKeeper(), NewKeeper());
        one.Apply(DutyKind.LivePlans, Ten);
        foreach (var number in Ten) await HasAsync(one, new Duty(DutyKind.LivePlans, number));

        var five = new CountdownEvent(5);
        var dealt = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        other.Taken += _ =>
        {
            if (five.Signal()) dealt.SetResult();
        };
        other.Apply(DutyKind.LivePlans, Ten);
        await dealt.Task.WaitAsync(Patience);
        Assert.Equal(Ten, Held(one).Concat(Held(other)).Order());
        Assert.Equal((5, 5), (Held(one).Count, Held(other).Count));

        var gone = Held(other);
        await other.DisposeAsync();
        foreach (var number in gone) await HasAsync(one, new Duty(DutyKind.LivePlans, number));
        Assert.Equal(Ten, Held(one));
    }

    static List<int> Held(PostgreSqlDuties keeper) => [.. Ten.Where(number => keeper.Holds(new Duty(DutyKind.LivePlans, number)))];

    [PostgreSqlFact]
    public async Task A_process_that_is_ready_for_one_kind_alone_takes_no_share_of_another()
    {
        var (one, other) = (NewKeeper(), NewKeeper());
        other.Apply(DutyKind.HoldExpiry, [0]);
        await HasAsync(other, Expiry);
        one.Apply(DutyKind.LivePlans, Ten);
        foreach (var number in Ten) await HasAsync(one, new Duty(DutyKind.LivePlans, number));
    }

    [PostgreSqlFact]
    public async Task A_process_whose_connection_is_cut_loses_its_duty_at_once()
    {
        var (one, other) = (NewKeeper(), NewKeeper());
        one.Apply(DutyKind.HoldExpiry, [0]);
        await HasAsync(one, Expiry);
        var holder = Assert.Single(await HoldersAsync());
        other.Apply(DutyKind.HoldExpiry, [0]);
        await (await cluster.ClusterAsync()).ExecuteAsync(
            new NpgsqlConnectionStringBuilder(connectionString).Database!, $"SELECT pg_terminate_backend({holder}, 60000)");
        // Whichever of them is first: exactly one has it, on another connection.
        await Task.WhenAny(HasAsync(one, Expiry), HasAsync(other, Expiry)).Unwrap();
        Assert.NotEqual(holder, Assert.Single(await HoldersAsync()));
    }

    /// <summary>The server ends the session by itself: nobody but the holder could have kept it.</summary>
    [PostgreSqlFact]
    public async Task A_process_that_falls_silent_has_stopped_believing_before_another_takes_over()
    {
        var (one, other) = (NewKeeper(new StoppedTimers()), NewKeeper());
        one.Apply(DutyKind.HoldExpiry, [0]);
        await HasAsync(one, Expiry);
        var believed = true;
        var taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        other.Taken += _ =>
        {
            believed = one.Holds(Expiry);
            taken.SetResult();
        };
        other.Apply(DutyKind.HoldExpiry, [0]);
        await taken.Task.WaitAsync(Patience);
        Assert.False(believed);
    }

    [PostgreSqlFact]
    public async Task Without_an_answer_a_duty_is_believed_for_less_time_than_the_server_keeps_it()
    {
        var stopped = new StoppedTimers();
        var one = NewKeeper(stopped);
        one.Apply(DutyKind.HoldExpiry, [0]);
        await HasAsync(one, Expiry);
        stopped.Ahead = PostgreSqlDuties.Trust;
        Assert.False(one.Holds(Expiry));
        Assert.True(PostgreSqlDuties.Trust < PostgreSqlDuties.ServerPatience);
    }

    [PostgreSqlFact]
    public async Task Duties_come_back_by_themselves_after_the_database_was_killed()
    {
        await using var own = await PrivatePostgreSql.StartAsync();
        var connection = await own.CreateDatabaseAsync("duties");
        var one = NewKeeper(connection: connection);
        one.Apply(DutyKind.LivePlans, Ten);
        foreach (var number in Ten) await HasAsync(one, new Duty(DutyKind.LivePlans, number));
        var again = new CountdownEvent(Ten.Length);
        var back = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        one.Taken += _ =>
        {
            if (again.Signal()) back.SetResult();
        };
        await own.KillAsync();
        await own.ResumeAsync();
        await back.Task.WaitAsync(Patience);
        Assert.Equal(Ten, Held(one));
        await one.DisposeAsync();
    }

    [Fact]
    public void A_duty_without_a_number_of_its_own_shares_one()
    {
        Assert.Equal(new Duty(DutyKind.LivePlans, 7), Duty.Of(DutyKind.LivePlans, 7));
        Assert.Equal(new Duty(DutyKind.LivePlans, 7), Duty.Of(DutyKind.LivePlans, Duty.MaxNumbers + 7));
    }

    [Fact]
    public async Task What_is_no_duty_is_refused()
    {
        await using var keeper = new PostgreSqlDuties("Host=127.0.0.1;Port=1", TimeProvider.System, NullLogger.Instance);
        Assert.Throws<ArgumentOutOfRangeException>(() => keeper.Apply(DutyKind.None, [0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => keeper.Apply((DutyKind)99, [0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => keeper.Apply(DutyKind.LivePlans, [-1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => keeper.Apply(DutyKind.LivePlans, [Duty.MaxNumbers]));
    }

    /// <summary>
    /// Processes come and go, and each does its round when it likes: nothing has two holders, and soon after the last change everything has
    /// one and nobody has more than an even share.
    /// </summary>
    [Fact]
    public void Shares_settle_evenly_whatever_the_order_of_rounds()
    {
        var random = new Random(TestSeed.Take());
        for (var trial = 0; trial < 500; trial++)
        {
            var numbers = Enumerable.Range(0, random.Next(0, 40)).ToArray();
            var processes = Enumerable.Range(0, random.Next(1, 6)).Select(_ => new HashSet<int>()).ToList();
            for (var round = 0; round < 40; round++)
            {
                if (round < 20 && random.Next(4) == 0) processes[random.Next(processes.Count)].Clear();
                foreach (var own in processes.OrderBy(_ => random.Next()).ToList())
                {
                    var others = processes.Where(one => one != own).SelectMany(one => one).ToHashSet();
                    var share = DutyShare.Of(numbers, own, others, processes.Count);
                    own.ExceptWith(share.GiveBack);
                    Assert.DoesNotContain(share.Take, others.Contains);
                    own.UnionWith(share.Take);
                }
            }

            Assert.Equal(numbers, processes.SelectMany(own => own).Order());
            Assert.All(processes, own => Assert.InRange(own.Count, 0, (numbers.Length + processes.Count - 1) / processes.Count));
        }
    }

    /// <summary>A time of day that somebody has set so many hours on; what was measured before is as old as it was.</summary>
    sealed class ClockSetWrong : TimeProvider
    {
        readonly Lock gate = new();
        readonly List<(int Left, TaskCompletionSource Done)> awaited = [];

        public int Hours { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddHours(Hours);

        /// <summary>Returns when the keeper has begun so many more pauses, one after each of its rounds.</summary>
        public Task PausesAsync(int count)
        {
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (gate) awaited.Add((count, done));
            return done.Task;
        }

        /// <summary>A pause is the only thing that a keeper has a timer for.</summary>
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            lock (gate)
            {
                for (var i = awaited.Count - 1; i >= 0; i--)
                {
                    var (left, done) = awaited[i];
                    if (left == 1) done.SetResult();
                    if (left == 1) awaited.RemoveAt(i);
                    else awaited[i] = (left - 1, done);
                }
            }

            return base.CreateTimer(callback, state, dueTime, period);
        }
    }

    /// <summary>The machine's own time, in which no timer ever fires: a process that was stopped.</summary>
    sealed class StoppedTimers : TimeProvider
    {
        /// <summary>How far its clock is ahead of the machine's.</summary>
        public TimeSpan Ahead { get; set; }

        public override long GetTimestamp() => base.GetTimestamp() + (long)(Ahead.TotalSeconds * TimestampFrequency);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
