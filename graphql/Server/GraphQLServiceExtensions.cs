using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.GraphQL.Execution;
using OrleansScheduling.GraphQL.Types;

namespace OrleansScheduling.GraphQL.Server;

public static class GraphQLServiceExtensions
{
    /// <summary>Registers an engine for a schema made of C# classes.</summary>
    public static IServiceCollection AddGraphQLServer(
        this IServiceCollection services, Action<SchemaBuilder> build, Action<GraphQLOptions>? configure = null) =>
        services.AddGraphQLServer(
            provider =>
            {
                var builder = new SchemaBuilder();
                if (provider.GetService<IServiceProviderIsService>() is { } known) builder.UseServices(known);
                build(builder);
                return builder.Build();
            },
            configure);

    /// <summary>Registers an engine for any schema.</summary>
    public static IServiceCollection AddGraphQLServer(
        this IServiceCollection services, Func<IServiceProvider, Schema> schema, Action<GraphQLOptions>? configure = null)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider =>
        {
            var options = new GraphQLOptions();
            configure?.Invoke(options);
            return new GraphQLEngine(
                schema(provider), options, provider.GetRequiredService<TimeProvider>(), provider.GetService<ILogger<GraphQLEngine>>());
        });
        return services;
    }

    /// <summary>
    /// Serves GraphQL at one address: GET and POST, event streams, and WebSockets when the host calls <c>UseWebSockets</c> before.
    /// </summary>
    public static IEndpointConventionBuilder MapGraphQL(this IEndpointRouteBuilder endpoints, string pattern = "/graphql")
    {
        var engine = endpoints.ServiceProvider.GetRequiredService<GraphQLEngine>();
        var time = endpoints.ServiceProvider.GetRequiredService<TimeProvider>();
        var log = endpoints.ServiceProvider.GetRequiredService<ILogger<GraphQLEngine>>();
        var http = new GraphQLHttpHandler(engine, time);
        var sockets = new GraphQLWebSocketHandler(engine, time, log);
        return endpoints.Map(pattern, (RequestDelegate)(context =>
            context.WebSockets.IsWebSocketRequest ? sockets.HandleAsync(context) : http.HandleAsync(context)));
    }
}
