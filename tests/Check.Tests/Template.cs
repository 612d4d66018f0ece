using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using Npgsql;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Ledger;
using OrleansScheduling.Planning.Travel;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Check.Tests;

/// <summary>A ledger that grains have filled, on each database; each test takes a copy of it and may damage that.</summary>
public sealed class Template : IAsyncLifetime
{
    /// <summary>Monday 2 June 2025 in London; everything is booked for the days after it.</summary>
    public static readonly DateOnly Today = new(2025, 6, 2);
    public static readonly Town Town = new(Operatives: 4, Properties: 40) { MorningQuota = 50 };
    readonly ClusterFixture cluster = new();
    readonly Lazy<Task<string>> postgreSql;
    readonly Lazy<Task<string>> sqlite;
    int copies;

    public Template()
    {
        postgreSql = new Lazy<Task<string>>(PostgreSqlAsync);
        sqlite = new Lazy<Task<string>>(SqliteAsync);
    }

    /// <summary>What was booked: the jobs that tests name.</summary>
    public sealed record Jobs(JobId Booked, JobId Later, JobId Held, JobId Crew, JobId Staged);

    public Jobs Known { get; private set; } = null!;

    public async Task<Copy> CopyAsync(bool onPostgreSql)
    {
        var number = Interlocked.Increment(ref copies).ToString(CultureInfo.InvariantCulture);
        if (onPostgreSql)
        {
            var name = await postgreSql.Value;
            await (await cluster.ClusterAsync()).ExecuteAsync("postgres", $"CREATE DATABASE copy{number} TEMPLATE {name}");
            return new Copy(new LedgerOptions { ConnectionString = (await cluster.ClusterAsync()).ConnectionString($"copy{number}", 20) });
        }

        var from = await sqlite.Value;
        var directory = Directory.CreateTempSubdirectory("check-tests-").FullName;
        foreach (var file in Directory.GetFiles(from)) File.Copy(file, Path.Combine(directory, Path.GetFileName(file)));
        return new Copy(new LedgerOptions { Directory = directory });
    }

    async Task<string> PostgreSqlAsync()
    {
        var connection = await cluster.NewDatabaseAsync();
        await FillAsync(new LedgerOptions { ConnectionString = connection });
        NpgsqlConnection.ClearAllPools();
        return new NpgsqlConnectionStringBuilder(connection).Database!;
    }

    async Task<string> SqliteAsync()
    {
        var directory = Directory.CreateTempSubdirectory("check-tests-").FullName;
        await FillAsync(new LedgerOptions { Directory = directory });
        SqliteConnection.ClearAllPools();
        return directory;
    }

    async Task FillAsync(LedgerOptions options)
    {
        await using (
            var database = await LedgerDatabase.OpenAsync(options, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None))
            await Town.SettleAsync(database.Registry);
        await using var node = await SchedulingNode.StartAsync(options, time: new FakeTimeProvider());
        var desk = new Desk(node.Grains);
        // A dozen taps first, so that diaries have several visits a day.
        for (var number = 20; number < 32; number++)
            await desk.ClaimAsync(number, Town.Tap, ClaimKind.Book, 1, number % 2 == 0 ? Town.Am : Town.Pm);
        var booked = await desk.ClaimAsync(1, Town.Tap, ClaimKind.Book, 1, Town.Am);
        var later = await desk.ClaimAsync(2, Town.Tap, ClaimKind.Book, 3, Town.Pm);
        var held = await desk.ClaimAsync(3, Town.Tap, ClaimKind.Hold, 2, Town.Am);
        var crew = await desk.ClaimAsync(4, Town.Bath, ClaimKind.Book, 2, Town.Pm);
        var staged = await desk.ClaimAsync(5, Town.Leak, ClaimKind.Book, 1, Town.Am);
        var moved = await desk.ClaimAsync(6, Town.Tap, ClaimKind.Book, 2, Town.Am);
        await desk.ClaimAsync(6, Town.Tap, ClaimKind.Move, 4, Town.Am);
        var confirmed = await desk.ClaimAsync(7, Town.Tap, ClaimKind.Hold, 4, Town.Pm);
        await desk.ConfirmAsync(confirmed);
        var cancelled = await desk.ClaimAsync(8, Town.Tap, ClaimKind.Book, 4, Town.Am);
        await desk.CancelAsync(cancelled);
        Assert.Equal(4, new[] { booked.Job, later.Job, held.Job, moved.Job }.Distinct().Count());
        Known = new Jobs(new JobId(booked.Job), new JobId(later.Job), new JobId(held.Job), new JobId(crew.Job), new JobId(staged.Job));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => cluster.DisposeAsync();
}

/// <summary>A ledger of the test's own.</summary>
public sealed record Copy(LedgerOptions Options)
{
    public bool IsPostgreSql => Options.ConnectionString.Length > 0;

    /// <summary>Edits the rows as no program of ours would.</summary>
    public async Task DamageAsync(string sql)
    {
        if (IsPostgreSql)
        {
            await using var source = NpgsqlDataSource.Create(Options.ConnectionString);
            await using var command = source.CreateCommand("ALTER TABLE visit DISABLE TRIGGER USER; " + sql);
            await command.ExecuteNonQueryAsync();
            return;
        }

        await using var connection = new SqliteConnection($"Data Source={Path.Combine(Options.Directory, "ledger.db")};Pooling=False");
        await connection.OpenAsync();
        await using var edit = connection.CreateCommand();
        edit.CommandText = sql;
        await edit.ExecuteNonQueryAsync();
    }

    public Task<CheckReport> CheckAsync() =>
        WithAsync(database => LedgerCheck.RunAsync(database, StraightLineTravel.Default, CancellationToken.None));

    public async Task<T> WithAsync<T>(Func<LedgerDatabase, Task<T>> work)
    {
        await using var database = await LedgerDatabase.OpenAsync(
            Options, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        return await work(database);
    }
}

/// <summary>Somebody who books through the grains.</summary>
sealed class Desk(Orleans.IGrainFactory grains)
{
    static readonly Asker Landlord = new(Town.Landlord.Value);

    int keys;

    public async Task<Receipt> ClaimAsync(int number, SorCode line, ClaimKind kind, int daysAhead, WindowCode window)
    {
        var day = Template.Today.AddDays(daysAhead);
        var contract = grains.GetGrain<IContractGrain>(Town.Contract.Value.ToString(CultureInfo.InvariantCulture));
        var job = JobOf(number);
        var known = await grains.GetGrain<IJobGrain>(job.ToString()).Get(Landlord) is null ? 0 : job.Value;
        var found = await contract.Search(new SearchSlots(number, [line.Value], day, 7, known, "desk", Landlord));
        var slot = Assert.Single(found.Slots, slot => slot.Day == day && slot.Window == window.Value);
        Assert.True(slot.Offer is not null, slot.Refusal?.Text);
        var claim = new ClaimSlot(Context(), kind, slot.Offer, "desk", "Tap drips");
        return Accepted(await grains.GetGrain<IJobGrain>(job.ToString()).Claim(claim, CancellationToken.None));
    }

    public async Task ConfirmAsync(Receipt held) =>
        Accepted(await JobGrain(held).Confirm(new ConfirmHold(Context(), held.Hold!.Number, "desk"), CancellationToken.None));

    public async Task CancelAsync(Receipt booked) =>
        Accepted(await JobGrain(booked).Cancel(new CancelBooking(Context(), "No longer needed", CloseJob: true), CancellationToken.None));

    IJobGrain JobGrain(Receipt receipt) => grains.GetGrain<IJobGrain>(new JobId(receipt.Job).ToString());

    static JobId JobOf(int number) => JobId.Create(LocalDate.FromDateOnly(Template.Today), (uint)number * 1_000_003);

    CommandContext Context() => new($"key-{++keys}", Landlord, "desk");

    static Receipt Accepted(CommandAnswer answer)
    {
        Assert.True(answer.Receipt is not null, answer.Refusal?.Text);
        return answer.Receipt;
    }
}
