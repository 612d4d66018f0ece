using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using OrleansScheduling.Api.Tests.Desk;
using OrleansScheduling.Api.Tests.GraphQL;

namespace OrleansScheduling.Api.Tests;

/// <summary>A host that is measured: Prometheus may ask it, and a receiver of OTLP is told.</summary>
public sealed class ObservedApi : ApiFixture
{
    readonly WebApplication receiver = CreateReceiver();

    protected override bool IsThere => true;

    public int MetricsPort { get; } = FreePort();

    /// <summary>What came, by path.</summary>
    public static ConcurrentDictionary<string, ConcurrentQueue<byte[]>> Received { get; } = new();

    protected override IEnumerable<string> Settings =>
    [
        "--Telemetry:MetricsPort", $"{MetricsPort}", "--Scheduling:LivePlans", "false",
        "--OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf", "--OTEL_EXPORTER_OTLP_ENDPOINT",
        receiver.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single(),
    ];

    protected override Task<string?> NewDatabaseAsync() => Task.FromResult<string?>(null);

    public override async Task InitializeAsync()
    {
        await receiver.StartAsync();
        await base.InitializeAsync();
    }

    protected override async Task CloseAsync() => await receiver.DisposeAsync();

    static WebApplication CreateReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapPost("/{**path}", async (string path, HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            Received.GetOrAdd(path, _ => []).Enqueue(body.ToArray());
        });
        return app;
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>What operators see from outside.</summary>
public sealed class TelemetryTests(ObservedApi api) : GraphQLCalls(api), IClassFixture<ObservedApi>
{
    /// <summary>
    /// From the request to the commit, each within the one before: the job's grain takes the command, the diary's grain decides.
    /// </summary>
    static readonly string[] Way =
    [
        "Microsoft.AspNetCore", "OrleansScheduling.GraphQL", "Microsoft.Orleans.Application", "OrleansScheduling.Booking",
        "Microsoft.Orleans.Application", "OrleansScheduling.Ledger",
    ];

    /// <summary>Far longer than anything takes: running out is missing evidence, and fails the test.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Prometheus_reads_what_was_booked_at_an_address_of_its_own()
    {
        using var caller = Api.Caller("Planner ASHBY");
        using var prometheus = new HttpClient { BaseAddress = new Uri($"http://localhost:{api.MetricsPort}") };
        var before = Booked(await ScrapeAsync());
        await BookAsync(caller, "M0021", Village.Plumbing, Api.Today.PlusDays(2), "AM");

        // A meter is heard in the whole process, what other tests book meanwhile with it; and a page is served again for a moment.
        var text = await CountedAsync().WaitAsync(Patience);

        Assert.Contains("http_server_request_duration_seconds_count{", text, StringComparison.Ordinal);
        // They are of all organisations together, and no organisation's people may see them.
        using var atTheApi = await caller.Http.GetAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, atTheApi.StatusCode);
        using var elsewhere = await prometheus.GetAsync(new Uri("/graphql", UriKind.Relative));
        Assert.NotEqual(HttpStatusCode.OK, elsewhere.StatusCode);

        async Task<string> CountedAsync()
        {
            var page = await ScrapeAsync();
            while (Booked(page) <= before) page = await ScrapeAsync();
            return page;
        }

        Task<string> ScrapeAsync() => prometheus.GetStringAsync(new Uri("/metrics", UriKind.Relative));

        static double Booked(string text) => text.Split('\n')
            .Where(one => one.StartsWith("booking_commands_total{", StringComparison.Ordinal)
                && one.Contains("command=\"Claim\",outcome=\"BookingMade\"", StringComparison.Ordinal))
            .Sum(one => double.Parse(one.Split(' ')[1], CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task One_trace_leads_from_the_request_to_the_commit_and_holds_nothing_that_people_wrote()
    {
        const string Secret = "Zanzibar";
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => Way.Contains(source.Name),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        using var caller = Api.Caller("Planner ASHBY");
        var trace = ActivityTraceId.CreateRandom();
        caller.Http.DefaultRequestHeaders.Add("traceparent", $"00-{trace.ToHexString()}-{ActivitySpanId.CreateRandom().ToHexString()}-01");
        var offer = await OfferAsync(caller, "M0022", Village.Plumbing, Api.Today.PlusDays(2), "PM");
        await caller.AskAsync(
            "mutation Keep($input: BookWindowInput!) { bookWindow(input: $input) { errors { __typename } } }",
            new { input = new { idempotencyKey = "traced", offer, description = Secret } });
        using var search = await caller.Http.GetAsync(
            new Uri($"/graphql?query=%7Bproperties(search:%22{Secret}%22)%7BtotalCount%7D%7D", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, search.StatusCode);

        // The request's own activity ends after its answer has gone out: the next answer comes after that.
        var mine = new List<Activity>();
        while (!mine.Any(one => one.DisplayName == "mutation Keep") || mine.Count(IsRequest) < 3)
        {
            await caller.AskAsync("{ __typename }");
            mine = [.. ended.Where(one => one.TraceId == trace)];
        }

        var at = Assert.Single(mine, one => one.Source.Name == "OrleansScheduling.Ledger");
        Assert.Equal("Committed", at.GetTagItem("outcome"));
        var way = new List<string>();
        for (var one = at; one is not null; one = mine.Find(other => other.SpanId == one!.ParentSpanId))
            if (way.Count == 0 || way[0] != one.Source.Name) way.Insert(0, one.Source.Name);
        Assert.Equal(Way, way);
        Assert.All(mine, one => Assert.DoesNotContain(
            Secret, $"{one.DisplayName} {string.Join(' ', one.TagObjects.Select(tag => tag.Value))}", StringComparison.OrdinalIgnoreCase));

        static bool IsRequest(Activity one) => one.Source.Name == "Microsoft.AspNetCore";
    }

    [Fact]
    public async Task A_receiver_is_sent_metrics_traces_and_logs()
    {
        using var caller = Api.Caller("Planner ASHBY");
        await caller.AskAsync("query Sent { __typename }");
        Api.Services.GetRequiredService<ILogger<TelemetryTests>>().LogWarning(new EventId(1, "test"), "A warning that is sent.");
        Assert.True(Api.Services.GetRequiredService<TracerProvider>().ForceFlush());
        // False: of the two readers, the one that Prometheus asks has nothing to send.
        Api.Services.GetRequiredService<MeterProvider>().ForceFlush();
        Assert.True(Api.Services.GetRequiredService<LoggerProvider>().ForceFlush());

        Assert.True(Holds("v1/traces", "query Sent"));
        Assert.True(Holds("v1/metrics", "http.server.request.duration"));
        Assert.True(Holds("v1/logs", "A warning that is sent."));

        static bool Holds(string path, string text) => ObservedApi.Received.TryGetValue(path, out var bodies)
            && bodies.Any(body => body.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);
    }
}
