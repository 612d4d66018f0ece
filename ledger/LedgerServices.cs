using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansScheduling.Ledger.Reading;

namespace OrleansScheduling.Ledger;

public static class LedgerServices
{
    /// <summary>
    /// The ledger that <c>ConnectionStrings:Ledger</c> and section <c>Ledger</c> name: <see cref="ILedger"/>, <see cref="IFeed"/>,
    /// <see cref="IRegistryStore"/>, <see cref="IStateStore"/>, <see cref="IDuties"/> and <see cref="ReadingSide"/>.
    /// The schema is brought up to date when the host starts, before the hosted
    /// services that are added later.
    /// </summary>
    public static IServiceCollection AddLedger(this IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection("Ledger").Get<LedgerOptions>() ?? new LedgerOptions();
        var options = section with { ConnectionString = configuration.GetConnectionString("Ledger") ?? section.ConnectionString };
        return services.AddLedger(options);
    }

    public static IServiceCollection AddLedger(this IServiceCollection services, LedgerOptions options)
    {
        options.Validate();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(provider => LedgerDatabase.Create(
            options, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton(provider => provider.GetRequiredService<LedgerDatabase>().Ledger);
        services.AddSingleton(provider => provider.GetRequiredService<LedgerDatabase>().Feed);
        services.AddSingleton(provider => provider.GetRequiredService<LedgerDatabase>().Registry);
        services.AddSingleton(provider => provider.GetRequiredService<LedgerDatabase>().State);
        services.AddSingleton(provider => provider.GetRequiredService<LedgerDatabase>().Duties);
        services.AddSingleton(provider => provider.GetRequiredService<LedgerDatabase>().OpenReading(provider.GetServices<IInterceptor>()));
        services.AddHostedService<LedgerStart>();
        return services;
    }

    sealed class LedgerStart(LedgerDatabase database) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => database.StartAsync(cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
