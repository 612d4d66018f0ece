namespace OrleansScheduling.Api.Desk;

static class DeskServices
{
    public static IServiceCollection AddDesk(this IServiceCollection services)
    {
        services.AddHttpContextAccessor();
        services.AddScoped<DeskDirectory>();
        services.AddSingleton<Drafts>();
        services.AddSingleton<RepairUse>();
        services.AddHostedService(provider => provider.GetRequiredService<RepairUse>());
        return services;
    }
}
