using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansScheduling.GraphQL.Execution;
using OrleansScheduling.GraphQL.Server;

namespace OrleansScheduling.GraphQL.Tests.Support;

/// <summary>The library served over real sockets on the loopback address.</summary>
sealed class TestServer : IAsyncDisposable
{
    readonly WebApplication app;

    TestServer(WebApplication app) => this.app = app;

    public LibraryLog Log => app.Services.GetRequiredService<LibraryLog>();

    public Uri Url =>
        new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/graphql");

    public Uri SocketUrl => new UriBuilder(Url) { Scheme = "ws" }.Uri;

    /// <param name="configure">Changes the options.</param>
    /// <param name="logs">Gets what the server records.</param>
    /// <param name="scheme">What every request is said to have come by.</param>
    /// <param name="time">The engine's clock.</param>
    public static async Task<TestServer> StartAsync(
        Action<GraphQLOptions>? configure = null, ILoggerProvider? logs = null, string? scheme = null, TimeProvider? time = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        if (logs is not null) builder.Logging.AddProvider(logs);
        builder.Services.AddSingleton<LibraryLog>();
        if (time is not null) builder.Services.AddSingleton(time);
        builder.Services.AddGraphQLServer(schema => LibraryEngine.Add(schema), configure);
        var app = builder.Build();
        if (scheme is not null)
            app.Use((context, next) =>
            {
                context.Request.Scheme = scheme;
                return next(context);
            });
        app.UseWebSockets();
        app.MapGraphQL();
        await app.StartAsync();
        return new TestServer(app);
    }

    /// <summary>Runs a script of the js folder against an address and gives the JSON that it prints.</summary>
    public static async Task<JsonElement> RunScriptAsync(string script, Uri url)
    {
        Reference.IsThere();
        using var process = Process.Start(new ProcessStartInfo("node", [script, url.ToString()])
        {
            WorkingDirectory = Reference.Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        try
        {
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            Assert.True(process.ExitCode == 0, await errors);
            return JsonSerializer.Deserialize<JsonElement>(output);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{script} didn't end within a minute.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
