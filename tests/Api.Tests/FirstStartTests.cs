using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using OrleansScheduling.Api.Hosting;
using OrleansScheduling.Api.Tests.Desk;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Tests;

/// <summary>The first start fills an empty ledger with the demonstration, and finishes what an earlier one was killed in.</summary>
public sealed class FirstStartTests : IDisposable
{
    /// <summary>Homes of the small demonstration.</summary>
    const int Homes = 40;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    readonly string directory = Directory.CreateTempSubdirectory("first-start-").FullName;
    readonly ShiftedTime time = new();

    public FirstStartTests()
    {
        var demo = FirstStart.FindDirectory("", AppContext.BaseDirectory)!;
        Directory.CreateDirectory(Small);
        foreach (var file in new[] { "organisations", "contracts", "windows", "quotas", "schedule-of-rates", "bank-holidays" })
            File.Copy(Path.Combine(demo, file + ".csv"), Path.Combine(Small, file + ".csv"));
        File.WriteAllLines(
            Path.Combine(Small, "properties.csv"), File.ReadLines(Path.Combine(demo, "properties.csv")).Take(Homes + 1));
    }

    string Small => Path.Combine(directory, "demo");

    LedgerOptions Ledger => new() { Directory = Path.Combine(directory, "data") };

    [Fact]
    public async Task Import_that_was_killed_between_two_files_is_finished_by_the_next_start()
    {
        var stalled = new TaskCompletionSource();
        await using (var killed = Build(builder => builder.Services.AddSingleton(services =>
            StallingRegistry.Around(services.GetRequiredService<LedgerDatabase>().Registry, stalled))))
        {
            await killed.StartAsync();
            await stalled.Task.WaitAsync(Patience);
            await killed.StopAsync();
        }

        var (organisations, homes) = await CountAsync();
        Assert.True(organisations > 0);
        Assert.Equal(0, homes);

        await using (var again = Build())
        {
            await again.StartAsync();
            var readiness = again.Services.GetRequiredService<Readiness>();
            await readiness.WhenStarted.WaitAsync(Patience);
            Assert.Equal(StartPhase.Started, readiness.Phase);
            await again.StopAsync();
        }

        Assert.Equal((organisations, Homes), await CountAsync());
    }

    [Fact]
    public async Task Import_that_is_whole_is_not_begun_again()
    {
        await StartAsync();
        // A home more in the files is not missed by a ledger that is whole.
        await File.AppendAllTextAsync(
            Path.Combine(Small, "properties.csv"), "BROOKFIELD-HOMES,999999999,home,1 Late Lane,,ZB1 1AA,51.50000,-0.10000,N1\n");

        await StartAsync();

        Assert.Equal(Homes, (await CountAsync()).Homes);
    }

    [Fact]
    public async Task Ledger_with_somebodys_own_organisations_is_left_alone_though_an_import_was_begun()
    {
        await using (var database = await LedgerDatabase.OpenAsync(Ledger, time, NullLoggerFactory.Instance, default))
        {
            await Village.FillAsync(database.Registry, new LocalDate(2026, 6, 1));
            await new DemoRecord(database.State).BeginAsync(Instant.FromUtc(2026, 6, 1, 8, 0), default);
        }

        var before = await CountAsync();
        await StartAsync();

        Assert.Equal(before, await CountAsync());
    }

    async Task StartAsync()
    {
        await using var app = Build();
        await app.StartAsync();
        await app.Services.GetRequiredService<Readiness>().WhenStarted.WaitAsync(Patience);
        await app.StopAsync();
    }

    WebApplication Build(Action<WebApplicationBuilder>? adjust = null) => DeskHost.Build(
        [
            "--urls", "http://127.0.0.1:0", "--Ledger:Directory", Ledger.Directory, "--Demo:Import", "true", "--Demo:Directory", Small,
            "--Logging:LogLevel:Default", "Warning", "--environment", "Production",
        ],
        builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(time);
            adjust?.Invoke(builder);
        });

    async Task<(int Organisations, int Homes)> CountAsync()
    {
        await using var database = await LedgerDatabase.OpenAsync(Ledger, time, NullLoggerFactory.Instance, default);
        var registry = await database.Registry.LoadAsync(default);
        return (registry.Organisations.Count, await database.Registry.CountPropertiesAsync(default));
    }

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(directory, recursive: true);
    }
}

/// <summary>A registry that takes organisations, and waits with contracts until it is told to stop.</summary>
public class StallingRegistry : DispatchProxy
{
    IRegistryStore inner = null!;
    TaskCompletionSource stalled = null!;

    public static IRegistryStore Around(IRegistryStore inner, TaskCompletionSource stalled)
    {
        var proxy = Create<IRegistryStore, StallingRegistry>();
        ((StallingRegistry)(object)proxy).inner = inner;
        ((StallingRegistry)(object)proxy).stalled = stalled;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        args is [RegistryBatch { Contracts.Count: > 0 }, CancellationToken stop] ? StallAsync(stop) : targetMethod!.Invoke(inner, args);

    async Task<RegistryResult> StallAsync(CancellationToken stop)
    {
        stalled.TrySetResult();
        await new TaskCompletionSource().Task.WaitAsync(stop);
        throw new InvalidOperationException("It is only ever stopped.");
    }
}
