using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using NodaTime;
using OrleansScheduling.Api.Access;
using OrleansScheduling.Api.Hosting;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Grains.Registry;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Tests.Desk;

/// <summary>The whole host on an ephemeral loopback port, with SQLite in a directory of its own.</summary>
public class DeskFixture : IAsyncLifetime
{
    static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(3);

    readonly string directory = Directory.CreateTempSubdirectory("desk-").FullName;
    WebApplication? app;
    Task? stopping;

    public ShiftedTime Time { get; } = new();

    public Uri Address { get; private set; } = null!;

    public IServiceProvider Services => app!.Services;

    public Contract Contract => Registry.Contracts.Values.Single(contract => contract.Reference == "MEADOW-ASHBY");

    public RegistryView Registry => Services.GetRequiredService<RegistryCache>().Current;

    public TestIssuer Issuer { get; } = new();

    public LocalDate Today => Instant.FromDateTimeOffset(Time.GetUtcNow()).InZone(DateTimeZoneProviders.Tzdb["Europe/London"]).Date;

    /// <summary>A day on which all windows lie ahead.</summary>
    public LocalDate Tomorrow => Today.PlusDays(1);

    public Operative Joiner => Registry.Operatives.Values.Single(one => one.Reference == "J1");

    protected virtual IEnumerable<string> Settings => [];

    protected virtual bool IsFilled => true;

    /// <summary>Empty: SQLite in the fixture's directory.</summary>
    protected virtual Task<string> NewDatabaseAsync() => Task.FromResult("");

    protected virtual void Adjust(WebApplicationBuilder builder)
    {
    }

    /// <summary>Further records, for a desk that needs them.</summary>
    protected virtual Task FillAsync(IRegistryStore store) => Task.CompletedTask;

    /// <summary>Production has no people of the demonstration.</summary>
    protected virtual string Environment => "Production";

    /// <summary>Of the contractor: books for all its landlords and sees its board.</summary>
    public Principal Planner => Somebody(Contract.Contractor, Role.Planner);

    /// <summary>Of the landlord.</summary>
    public Principal CallHandler => Somebody(Contract.Client, Role.CallHandler);

    public Principal Somebody(
        OrganisationId organisation, Role role, ContractScope? contracts = null, OperativeId? operative = null, PropertyId? home = null) =>
        new($"test:{role}-{organisation}", organisation, Registry.Organisations[organisation].Kind, new HashSet<Role> { role },
            contracts ?? ContractScope.All, operative, home);

    /// <summary>A session as sign-in gives it.</summary>
    public string SessionOf(Principal principal, string via = TestIssuer.Name)
    {
        var cookie = Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(Sessions.Scheme);
        var now = Time.GetUtcNow();
        var properties = new AuthenticationProperties { IssuedUtc = now, ExpiresUtc = now.AddHours(12) };
        return cookie.TicketDataFormat.Protect(
            new AuthenticationTicket(PrincipalClaims.Write(principal, via, Sessions.Scheme), properties, Sessions.Scheme));
    }

    /// <summary>A live connection of somebody who has signed in: the planner, unless another is named.</summary>
    public Task<HubClient> ConnectAsync(Principal? principal = null) =>
        HubClient.ConnectAsync(Address, $"{Sessions.Cookie}={SessionOf(principal ?? Planner)}");

    public async Task InitializeAsync()
    {
        await Issuer.StartAsync();
        var connection = await NewDatabaseAsync();
        var options = new LedgerOptions { Directory = directory, ConnectionString = connection };
        await using (var database = await LedgerDatabase.OpenAsync(options, Time, NullLoggerFactory.Instance, default))
        {
            if (IsFilled)
            {
                await Village.FillAsync(database.Registry, Today);
                await FillAsync(database.Registry);
            }
        }

        app = DeskHost.Build(
            [
                "--urls", "http://127.0.0.1:0", "--Ledger:Directory", directory, "--ConnectionStrings:Ledger", connection,
                "--Demo:Import", "false", "--AllowedHosts", "*",
                "--Logging:LogLevel:Default", "Warning", "--environment", Environment, .. Issuer.Settings, .. Settings,
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

    /// <summary>As somebody asks the process to end.</summary>
    public Task StopAsync() => stopping ??= app!.StopAsync();

    public async Task DisposeAsync()
    {
        if (app is not null)
        {
            await StopAsync();
            await app.DisposeAsync();
        }

        await Issuer.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(directory, recursive: true);
    }

    /// <summary>A browser of somebody who has signed in: the planner, unless another is named.</summary>
    public DeskBrowser NewBrowser(Principal? principal = null) => new(Address, SessionOf(principal ?? Planner));

    /// <summary>A browser of nobody.</summary>
    public DeskBrowser NewStranger() => new(Address);
}
