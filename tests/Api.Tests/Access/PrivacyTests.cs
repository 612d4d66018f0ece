using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansScheduling.Api.Live;
using OrleansScheduling.Api.Tests.Desk;
using OrleansScheduling.Domain.Access;

namespace OrleansScheduling.Api.Tests.Access;

/// <summary>Keeps all that is logged, as it would be written.</summary>
public sealed class LogRecord : ILoggerProvider
{
    readonly ConcurrentQueue<(string Category, LogLevel Level, string Text)> lines = new();

    public IReadOnlyList<(string Category, LogLevel Level, string Text)> Lines => [.. lines];

    public ILogger CreateLogger(string categoryName) => new Category(categoryName, lines);

    public void Dispose()
    {
    }

    sealed class Category(string name, ConcurrentQueue<(string, LogLevel, string)> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue((name, logLevel, $"{formatter(state, exception)}\n{exception}".TrimEnd()));
    }
}

/// <summary>A desk whose log is kept, as talkative as an operator can make our own part and the host's.</summary>
public sealed class LoggedDesk : TwoVillages
{
    public LogRecord Log { get; } = new();

    protected override IEnumerable<string> Settings =>
    [
        "--Logging:LogLevel:OrleansScheduling", "Trace", "--Logging:LogLevel:Microsoft", "Information",
        "--Logging:LogLevel:Microsoft.AspNetCore.SignalR", "Trace",
    ];

    protected override void Adjust(WebApplicationBuilder builder) => builder.Logging.ClearProviders().AddProvider(Log);
}

/// <summary>What identifies people is never logged: no names, no telephone numbers, no addresses.</summary>
public sealed class PrivacyTests(LoggedDesk desk) : IClassFixture<LoggedDesk>
{
    const string Telephone = "07700 900123";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Of the tenant, the operatives and the home.</summary>
    static readonly string[] Personal = [Telephone, "0900123", "Mrs Lark", "Ada Pipe", "Ben Valve", "Orchard", "ZA1 1AA", "ZA1"];

    [Fact]
    public async Task A_booking_from_the_search_to_the_cancellation_logs_nothing_personal()
    {
        using var browser = desk.NewBrowser(desk.CallHandler);
        var home = await browser.FindHomeAsync("17 orchard");
        await browser.FindHomeAsync("ZA1 1AA 17 orchard");
        var windows = await browser.WindowsAsync(home, Village.Plumbing, desk.Tomorrow);
        var held = await browser.SubmitAsync(
            windows, windows.Form("[data-desk=windows]"), windows.Choice(desk.Tomorrow, "AM"),
            ("Description", $"Mrs Lark, {Telephone}, kitchen tap"));
        var booked = await browser.ConfirmAsync(held);
        Assert.Equal("Appointment booked", booked.Heading);
        var cancel = await browser.GetAsync($"{booked.JobPath()}/cancel");
        await browser.SubmitAsync(
            cancel, cancel.Form("main form"), null, ("Reason", $"Mrs Lark rang from {Telephone}"), ("Repair", "keep"));
        await browser.GetAsync("/jobs/ZZZZ-ZZZZ");
        using var content = new StringContent(
            $"{{\"query\":\"{{ properties(search: \\\"ZA1 1AA\\\") {{ nodes {{ address nothing(x: \\\"{Telephone}\\\") }} }} }}\"}}",
            System.Text.Encoding.UTF8, "application/json");
        await browser.Http.PostAsync("/graphql", content);
        await using var client = await desk.ConnectAsync(desk.CallHandler);
        foreach (var kind in new[] { "Mrs Lark", "job", "operatives" })
            await (await client.SubscribeAsync(kind, [Telephone])).Ended.Task.WaitAsync(Patience);

        Assert.Contains(desk.Log.Lines, line => line.Category.StartsWith("OrleansScheduling", StringComparison.Ordinal));
        var personal = desk.Log.Lines
            .Where(line => Personal.Any(word => line.Text.Contains(word, StringComparison.OrdinalIgnoreCase)))
            .Select(line => $"{line.Level} {line.Category}: {line.Text}").ToList();
        Assert.True(personal.Count == 0, string.Join('\n', personal.Take(10)));
    }

    [Fact]
    public async Task A_live_call_that_is_refused_is_one_warning_without_a_trace_or_the_callers_words()
    {
        await using var client = await desk.ConnectAsync(desk.CallHandler);
        var stream = await client.StreamAsync("Watch", new
        {
            contract = TwoVillages.Missing,
            property = 1,
            lines = new[] { Village.Plumbing },
            from = desk.Tomorrow.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture),
            days = 2,
        });
        Assert.NotNull((await stream.Ended.Task.WaitAsync(Patience)).Error);
        var search = await client.StreamAsync("Watch", new
        {
            contract = desk.Contract.Id.Value,
            property = TwoVillages.Missing,
            lines = new[] { Village.Plumbing },
            from = desk.Tomorrow.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture),
            days = 2,
        });
        Assert.NotNull((await search.Ended.Task.WaitAsync(Patience)).Error);

        var lines = desk.Log.Lines
            .Where(line => line.Level >= LogLevel.Warning && line.Text.Contains("Watch", StringComparison.Ordinal)).ToList();
        Assert.Equal(
            ["A live call to Watch was refused: contract.", "A live call to Watch was refused: search."],
            lines.Select(line => line.Text).Order(StringComparer.Ordinal));
        Assert.All(lines, line => Assert.Equal(LogLevel.Warning, line.Level));
        Assert.DoesNotContain(desk.Log.Lines, line => line.Text.Contains(nameof(LiveRefusal), StringComparison.Ordinal));
        var sent = TwoVillages.Missing.ToString(CultureInfo.InvariantCulture);
        Assert.DoesNotContain(desk.Log.Lines, line => line.Text.Contains(sent, StringComparison.Ordinal));
    }
}

/// <summary>How many of a contractor's people could come, and how far it is for them, is the contractor's business.</summary>
public sealed class CapacityTests(TwoVillages desk) : IClassFixture<TwoVillages>
{
    [Fact]
    public async Task The_figures_behind_a_window_are_for_the_contractor_alone()
    {
        var home = await desk.HomeAsync(desk.Contract.Client, "M0030");
        foreach (var (principal, isTold) in new[] { (desk.Planner, true), (desk.CallHandler, false), (Tenant(home.Id), false) })
        {
            var day = desk.Tomorrow.ToDateOnly();
            var found = await desk.Services.GetRequiredService<Orleans.IGrainFactory>()
                .GetGrain<GrainInterfaces.IContractGrain>(desk.Contract.Id.ToString())
                .Search(new GrainInterfaces.SearchSlots(
                    home.Id.Value, [Village.Plumbing], day, 1, 0, "who", Grains.Wire.WireMapping.ToWire(Viewpoint.Of(principal))));
            Assert.NotEmpty(found.Slots);
            Assert.All(found.Slots, slot => Assert.Equal((isTold, isTold), (slot.Operatives is not null, slot.AddedMetres is not null)));
        }

        Principal Tenant(Domain.Identity.PropertyId own) => desk.Somebody(desk.Contract.Client, Role.Tenant, home: own);
    }

    [Fact]
    public async Task Neither_the_pages_nor_the_live_windows_of_a_landlord_have_them()
    {
        var home = (await desk.HomeAsync(desk.Contract.Client, "M0031")).Id.Value;
        using var browser = desk.NewBrowser(desk.CallHandler);
        var page = await browser.WindowsAsync(home, Village.Plumbing, desk.Tomorrow);
        Assert.DoesNotMatch("[0-9] (operatives|people)|metres|miles", page.Words);
        await using var client = await desk.ConnectAsync(desk.CallHandler);
        var stream = await client.StreamAsync("Watch", new
        {
            contract = desk.Contract.Id.Value,
            property = home,
            lines = new[] { Village.Plumbing },
            from = desk.Tomorrow.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture),
            days = 1,
        });
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var windows = (await stream.NextAsync("windows", patience.Token))["windows"]!.AsArray();
        Assert.NotEmpty(windows);
        Assert.All(
            windows, window => Assert.Equal(
                ["available", "day", "reason", "text", "window"],
                window!.AsObject().Select(field => field.Key).Order(StringComparer.Ordinal)));
    }
}
