using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Orleans;
using OrleansScheduling.Grains.Availability;
using OrleansScheduling.Grains.Booking;
using OrleansScheduling.Grains.Offers;
using OrleansScheduling.Grains.Plans;
using OrleansScheduling.Grains.Registry;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Grains;

/// <summary>What grains and their callers need in a process, beside the ledger and the engine.</summary>
public static class SchedulingServices
{
    public static IServiceCollection AddScheduling(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(TravelFiles.Options(configuration));
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<RegistryCache>();
        services.AddSingleton<AvailabilityService>();
        services.AddHostedService(provider => provider.GetRequiredService<AvailabilityService>());
        services.AddSingleton<BookingTelemetry>();
        services.AddSingleton(provider => new HoldExpiry(
            provider.GetRequiredService<ILedger>(),
            provider.GetRequiredService<IGrainFactory>(),
            provider.GetRequiredService<AvailabilityService>(),
            provider.GetRequiredService<BookingTelemetry>(),
            provider.GetRequiredService<IDuties>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<HoldExpiry>>()));
        services.AddHostedService(provider => provider.GetRequiredService<HoldExpiry>());
        services.AddSingleton<Bookings>();
        services.AddSingleton<VisitClaim>();
        services.AddSingleton<CrewClaim>();
        services.AddSingleton<SlotClaim>();
        services.AddSingleton<VisitReports>();
        services.AddSingleton<Reassignment>();
        services.AddSingleton<LivePlanFactory>();
        services.AddSingleton<DayTellings>();
        services.AddSingleton<OfferKey>();
        services.AddHostedService(provider => provider.GetRequiredService<OfferKey>());
        services.AddSingleton(provider => new OfferTokens(provider.GetRequiredService<OfferKey>().Value));
        return services;
    }

    /// <summary>Runs the day's plans of all contractors: what happens is followed by the engine that keeps their promises.</summary>
    public static IServiceCollection AddLivePlans(this IServiceCollection services) => services.AddHostedService<LivePlans>();
}
