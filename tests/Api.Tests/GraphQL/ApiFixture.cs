using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using NodaTime;
using OrleansScheduling.Api.Access;
using OrleansScheduling.Api.Access.Keys;
using OrleansScheduling.Api.Hosting;
using OrleansScheduling.Api.Tests.Desk;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Grains.Registry;
using OrleansScheduling.Ledger;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Api.Tests.GraphQL;

/// <summary>The whole host on one database with two towns that know nothing of each other.</summary>
public abstract class ApiFixture : IAsyncLifetime
{
    /// <summary>The sessions' issuer; nobody asks it.</summary>
    const string Issuer = "test";

    static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(120);

    readonly string directory = Directory.CreateTempSubdirectory("api-").FullName;
    WebApplication? app;

    public ShiftedTime Time { get; } = new();

    public SqlLog Sql { get; } = new();

    public Uri Address { get; private set; } = null!;

    public IServiceProvider Services => app!.Services;

    public LocalDate Today => Instant.FromDateTimeOffset(Time.GetUtcNow()).InZone(DateTimeZoneProviders.Tzdb["Europe/London"]).Date;

    /// <summary>Null: SQLite in the fixture's directory.</summary>
    protected abstract Task<string?> NewDatabaseAsync();

    /// <summary>Whether the database can be had here.</summary>
    protected abstract bool IsThere { get; }

    /// <summary>Settings of the host, beside those that it needs. What a test does to a day, no engine puts right.</summary>
    protected virtual IEnumerable<string> Settings => ["--Scheduling:LivePlans", "false"];

    /// <summary>What is recorded before the host starts.</summary>
    protected virtual Task FillAsync(IRegistryStore store) => TwoTowns.FillAsync(store, Today);

    public virtual async Task InitializeAsync()
    {
        if (!IsThere) return;
        var connection = await NewDatabaseAsync();
        var options = new LedgerOptions { Directory = directory, ConnectionString = connection ?? "" };
        await using (var database = await LedgerDatabase.OpenAsync(options, Time, NullLoggerFactory.Instance, default))
            await FillAsync(database.Registry);
        app = DeskHost.Build(
            [
                "--urls", "http://127.0.0.1:0", "--Ledger:Directory", directory, "--ConnectionStrings:Ledger", connection ?? "",
                "--Demo:Import", "false", "--AllowedHosts", "*", "--Logging:LogLevel:Default", "Warning", "--environment", "Production",
                "--GraphQL:RequestTimeout", "00:01:00", "--Access:Issuers:0:Name", Issuer,
                "--Access:Issuers:0:Authority", "http://127.0.0.1:9", "--Access:Issuers:0:Audience", "api", "--Access:Issuers:0:Organisations:0", "*",
                .. Settings,
            ],
            builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(Time);
                builder.Services.AddSingleton<IInterceptor>(Sql);
            });
        await app.StartAsync();
        Address = new Uri(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        await Services.GetRequiredService<Readiness>().WhenStarted.WaitAsync(StartPatience);
    }

    /// <summary>Somebody who asks.</summary>
    /// <param name="who">
    /// Role and organisation, such as <c>Planner ASHBY</c>, and perhaps the contracts of a narrower scope, <c>operative=REFERENCE</c> or
    /// <c>home=REFERENCE</c>.
    /// </param>
    public ApiCaller Caller(string who) => new(Address, CookieOf(who));

    public string CookieOf(string who) => $"{Sessions.Cookie}={SessionOf(PrincipalOf(who))}";

    /// <summary>Somebody who has not signed in.</summary>
    public ApiCaller Stranger() => new(Address, null);

    /// <summary>A key for a system, good for a day.</summary>
    public async Task<string> KeyOfAsync(string who)
    {
        var principal = PrincipalOf(who);
        var made = await Services.GetRequiredService<ApiKeys>().CreateAsync(
            principal.Organisation, who, principal.Roles, principal.Contracts, days: 1, by: "test", default);
        return made!.Value.Text;
    }

    /// <summary>A session as sign-in gives it.</summary>
    string SessionOf(Principal principal)
    {
        var cookie = Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(Sessions.Scheme);
        var now = Time.GetUtcNow();
        var properties = new AuthenticationProperties { IssuedUtc = now, ExpiresUtc = now.AddHours(12) };
        return cookie.TicketDataFormat.Protect(
            new AuthenticationTicket(PrincipalClaims.Write(principal, Issuer, Sessions.Scheme), properties, Sessions.Scheme));
    }

    Principal PrincipalOf(string who)
    {
        var parts = who.Split(' ');
        var view = Services.GetRequiredService<RegistryCache>().Current;
        var organisation = view.Organisations.Values.Single(one => one.Reference == parts[1]);
        var named = parts.Skip(2).Where(part => !part.Contains('=')).ToList();
        string? Own(string name) => parts
            .FirstOrDefault(part => part.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];
        return new Principal(
            who.Replace(' ', ':'), organisation.Id, organisation.Kind, new HashSet<Role> { Enum.Parse<Role>(parts[0]) },
            named.Count == 0
                ? ContractScope.All
                : ContractScope.Of(view.Contracts.Values.Where(one => named.Contains(one.Reference)).Select(one => one.Id)),
            Own("operative") is { } operative ? view.Operatives.Values.Single(one => one.Reference == operative).Id : null,
            Own("home") is { } home
                ? Services.GetRequiredService<IRegistryStore>().FindPropertyAsync(organisation.Id, home, default)
                    .GetAwaiter().GetResult()!.Id
                : null);
    }

    public async Task DisposeAsync()
    {
        if (app is not null)
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }

        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        await CloseAsync();
        Directory.Delete(directory, recursive: true);
    }

    protected virtual Task CloseAsync() => Task.CompletedTask;
}

public sealed class SqliteApi : ApiFixture
{
    protected override bool IsThere => true;

    protected override Task<string?> NewDatabaseAsync() => Task.FromResult<string?>(null);
}

public sealed class PostgreSqlApi : ApiFixture
{
    PrivatePostgreSql? cluster;

    protected override bool IsThere => PostgreSqlNeeded.Reason is null;

    protected override async Task<string?> NewDatabaseAsync()
    {
        cluster = await PrivatePostgreSql.StartAsync();
        return await cluster.CreateDatabaseAsync("api");
    }

    protected override async Task CloseAsync()
    {
        if (cluster is not null) await cluster.DisposeAsync();
    }
}

/// <summary>Every statement that the reading side sends, of requests that carry a name of their own.</summary>
public sealed class SqlLog : DbCommandInterceptor
{
    /// <summary>Enough for the longest test; the oldest go first.</summary>
    const int MaxKept = 10_000;

    readonly ConcurrentQueue<string> commands = new();

    public IReadOnlyList<string> Commands => [.. commands];

    public void Clear() => commands.Clear();

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default)
    {
        commands.Enqueue(command.CommandText);
        if (commands.Count > MaxKept) commands.TryDequeue(out _);
        return base.ReaderExecutingAsync(command, eventData, result, cancellationToken);
    }
}
