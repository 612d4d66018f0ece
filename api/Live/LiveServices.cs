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
        services.AddSingleton<LiveSubscriptions>();
        services.AddSingleton<OpenSearches>();
        services.AddHostedService<LiveFeedSource>();
        services.AddHostedService(provider => provider.GetRequiredService<OpenSearches>());
        services.AddSignalR(hub =>
        {
            hub.MaximumReceiveMessageSize = MaxMessageBytes;
            hub.StreamBufferCapacity = 1;
            hub.EnableDetailedErrors = false;
        });
        return services;
    }
}
