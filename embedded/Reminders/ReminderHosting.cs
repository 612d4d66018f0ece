using Microsoft.Extensions.DependencyInjection;
using OrleansScheduling.Embedded;

namespace Orleans.Hosting;

public static class SiloBuilderReminderExtensions
{
    /// <summary>Makes reminders possible. They are part of the engine here; what is missing is a table.</summary>
    public static ISiloBuilder AddReminders(this ISiloBuilder builder) => builder;
}

public static class SiloBuilderReminderMemoryExtensions
{
    public static ISiloBuilder UseInMemoryReminderService(this ISiloBuilder builder) =>
        builder.ConfigureServices(services => services.AddSingleton<IReminderTable, InMemoryReminderTable>());
}
