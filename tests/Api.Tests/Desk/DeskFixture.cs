using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using OrleansScheduling.Api.Hosting;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Grains.Registry;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Tests.Desk;

/// <summary>The whole host on an ephemeral loopback port, with SQLite in a directory of its own.</summary>
public class DeskFixture : IAsyncLifetime
{
    static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);

    readonly string directory = Directory.CreateTempSubdirectory("desk-").FullName;
    WebApplication? app;

    public ShiftedTime Time { get; } = new();

    public Uri Address { get; private set; } = null!;

    public IServiceProvider Services => app!.Services;

    public Contract Contract => Services.GetRequiredService<RegistryCache>().Current.Contracts.Values.Single();

    public LocalDate Today => Instant.FromDateTimeOffset(Time.GetUtcNow()).InZone(DateTimeZoneProviders.Tzdb["Europe/London"]).Date;

    /// <summary>A day on which all windows lie ahead.</summary>
    public LocalDate Tomorrow => Today.PlusDays(1);

    public Operative Joiner => Services.GetRequiredService<RegistryCache>().Current.Operatives.Values.Single(one => one.Reference == "J1");

    protected virtual IEnumerable<string> Settings => [];

    protected virtual bool IsFilled => true;

    protected virtual void Adjust(WebApplicationBuilder builder)
    {
    }

    public async Task InitializeAsync()
    {
        var options = new LedgerOptions { Directory = directory };
        await using (var database = await LedgerDatabase.OpenAsync(options, Time, NullLoggerFactory.Instance, default))
        {
            if (IsFilled) await Village.FillAsync(database.Registry, Today);
        }

        app = DeskHost.Build(
            [
                "--urls", "http://127.0.0.1:0", "--Ledger:Directory", directory, "--Demo:Import", "false", "--AllowedHosts", "*",
                "--Logging:LogLevel:Default", "Warning", "--environment", "Production", .. Settings,
            ],
            builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(Time);
                Adjust(builder);
            });
        await app.StartAsync();
        Address = new Uri(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        if (IsFilled) await Services.GetRequiredService<Readiness>().WhenStarted.WaitAsync(StartPatience);
    }

    public async Task DisposeAsync()
    {
        if (app is not null)
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }

        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(directory, recursive: true);
    }

    public DeskBrowser NewBrowser() => new(Address);
}
