using Microsoft.AspNetCore.SignalR;

namespace OrleansScheduling.Api.Live;

static class LiveServices
{
    /// <summary>The largest message that a client sends names 200 operatives.</summary>
    const int MaxMessageBytes = 16 * 1024;

    public static IServiceCollection AddLive(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(configuration.GetSection("Live").Get<LiveOptions>() ?? new LiveOptions());
        services.AddSingleton<LiveFeed>();
        services.AddSingleton<FeedCursors>();
        services.AddSingleton<FeedQuestions>();
        services.AddSingleton<LiveSubscriptions>();
        services.AddSingleton<OpenSearches>();
        services.AddHostedService<LiveFeedSource>();
        services.AddHostedService(provider => provider.GetRequiredService<OpenSearches>());
        services.AddSingleton<HubCalls>();
        // It would log every expected refusal as an error, with its trace and the caller's words. HubCalls logs in its place.
        services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore.SignalR.Internal.DefaultHubDispatcher", LogLevel.None));
        services.AddSignalR(hub =>
        {
            hub.AddFilter<HubCalls>();
            hub.MaximumReceiveMessageSize = MaxMessageBytes;
            hub.StreamBufferCapacity = 1;
            hub.EnableDetailedErrors = false;
        });
        return services;
    }
}
