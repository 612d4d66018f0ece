using Microsoft.Extensions.Logging.Console;
using OrleansScheduling.Api.Hosting;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Commands;

/// <summary>
/// What the commands beside serving share: the host's settings and its ledger, and a log that leaves the output to the result.
/// </summary>
static class CommandHost
{
    public static WebApplicationBuilder Builder(string[] settings)
    {
        var builder = OperatorFault.Setting(() => DeskHost.SettingsBuilder(settings));
        // For the console alone and so before the levels in the settings: what a command has to say is its report.
        builder.Logging.AddFilter<ConsoleLoggerProvider>(null, LogLevel.Warning);
        builder.Services.Configure<ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
        OperatorFault.Setting(() => builder.Services.AddLedger(builder.Configuration));
        return builder;
    }

    /// <summary>The ledger that the settings name; nothing is opened yet.</summary>
    public static LedgerDatabase Ledger(WebApplication app) => OperatorFault.Setting(app.Services.GetRequiredService<LedgerDatabase>);
}
