using Microsoft.AspNetCore.Mvc;
using OrleansScheduling.Api.GraphQL.Audit;
using OrleansScheduling.Api.GraphQL.Contracts;
using OrleansScheduling.Api.GraphQL.DayPlans;
using OrleansScheduling.Api.GraphQL.Diaries;
using OrleansScheduling.Api.GraphQL.Feed;
using OrleansScheduling.Api.GraphQL.Jobs;
using OrleansScheduling.Api.GraphQL.Load;
using OrleansScheduling.Api.GraphQL.Operatives;
using OrleansScheduling.Api.GraphQL.Organisations;
using OrleansScheduling.Api.GraphQL.Paging;
using OrleansScheduling.Api.GraphQL.Properties;
using OrleansScheduling.Api.GraphQL.Rates;
using OrleansScheduling.Api.GraphQL.Relay;
using OrleansScheduling.Api.GraphQL.Reports;
using OrleansScheduling.Api.GraphQL.Visits;
using OrleansScheduling.Api.GraphQL.Windows;
using OrleansScheduling.Api.Hosting;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.GraphQL.Execution;
using OrleansScheduling.GraphQL.Server;

namespace OrleansScheduling.Api.GraphQL;

/// <summary>The whole API at one address.</summary>
static class ScheduleGraphQL
{
    public const string Path = "/graphql";

    /// <param name="configuration">Section <c>GraphQL</c> changes the limits; what it leaves out stays as the library has it.</param>
    public static IServiceCollection AddScheduleGraphQL(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<GlobalIds>();
        services.AddSingleton<DiaryRoutes>();
        services.AddScoped<Records>();
        services.AddScoped<PageReader>();
        services.AddScoped<Workload>();
        services.AddScoped<WindowSearches>();
        services.AddScoped<BookingCommands>();
        services.AddScoped<VisitCommands>();
        services.AddScoped<DayPlanCommands>();
        services.AddScoped<FeedStreams>();
        services.AddScoped<WindowStreams>();
        var section = configuration.GetSection("GraphQL");
        var trusted = TrustedDocuments.Read(section.Get<TrustedDocumentOptions>() ?? new TrustedDocumentOptions());
        services.AddGraphQLServer(Build, options => Configure(options, section, trusted));
        return services;
    }

    public static void MapScheduleGraphQL(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<GraphQLEngine>().Options;
        options.WaitBeforeOperation = app.Services.GetRequiredService<CallLimits>().WaitForOperation;
        app.MapGraphQL(Path).RequireRateLimiting(RateLimits.GraphQL).WithMetadata(new RequestSizeLimitAttribute(options.RequestBytesMax))
            .WithSignIn(app.Services.GetRequiredService<TimeProvider>());
        app.MapGraphiQL().RequireRateLimiting(RateLimits.Pages);
    }

    static void Configure(GraphQLOptions options, IConfigurationSection section, IReadOnlyDictionary<string, string>? trusted)
    {
        if (trusted is not null) options.TrustedDocuments = trusted.GetValueOrDefault;
        options.AllowIntrospection = user => user?.Identity?.IsAuthenticated == true;
        options.AuthorizeConnection = ConnectionSignIn.AuthorizeAsync;
        options.ErrorOf = Unavailable.ErrorOf;
        section.Bind(options);
        options.Validate(section.Key);
    }

    /// <summary>A class a noun and role; a new noun is listed here and nowhere else.</summary>
    internal static void Build(SchemaBuilder schema) => schema
        // Number 0 of our enums is "not said": no client can mean it.
        .LeaveOutEnumValues(value => value.Name == "None" && Convert.ToInt64(value.GetRawConstantValue()) == 0)
        .AddType<IError>()
        .AddQuery<NodeQueries>()
        .AddQuery<OrganisationQueries>()
        .AddQuery<ContractQueries>()
        .AddQuery<RateQueries>()
        .AddQuery<PropertyQueries>()
        .AddQuery<OperativeQueries>()
        .AddQuery<DiaryQueries>()
        .AddQuery<DayPlanQueries>()
        .AddQuery<PlannerQuestionQueries>()
        .AddQuery<JobQueries>()
        .AddQuery<VisitQueries>()
        .AddQuery<WindowQueries>()
        .AddQuery<ReportQueries>()
        .AddQuery<LoadQueries>()
        .AddQuery<AuditQueries>()
        .AddExtension<OperativeDiary>()
        .AddExtension<ContractRates>()
        .AddExtension<ContractJobs>()
        .AddExtension<PropertyJobs>()
        .AddMutation<JobMutations>()
        .AddMutation<VisitMutations>()
        .AddMutation<DayPlanMutations>()
        .AddSubscription<DiarySubscriptions>()
        .AddSubscription<DayPlanSubscriptions>()
        .AddSubscription<JobSubscriptions>()
        .AddSubscription<WindowSubscriptions>();
}
