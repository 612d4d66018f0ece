using System.CommandLine;
using OrleansScheduling.Api.Hosting;

namespace OrleansScheduling.Api.Commands;

/// <summary>The program's command line: without a command it serves; the other commands work on the same ledger and end.</summary>
static class DeskCommand
{
    /// <summary>The command line was not understood, as in sysexits.h and most shells' tools.</summary>
    public const int UsageError = 2;

    /// <summary>A setting, the database or an address cannot be used; the error stream says which, and what to do.</summary>
    public const int Unusable = 3;

    /// <summary>A mistake in the program; the error stream has what its authors need.</summary>
    public const int Faulty = 4;

    /// <summary>Somebody stopped the command, as shells count it: 128 and the number of the interrupt signal.</summary>
    public const int Interrupted = 130;

    public static async Task<int> RunAsync(string[] args)
    {
        var (parsed, fault) = CommandLine.Parse(Root(), args);
        if (fault is not null)
        {
            await Console.Error.WriteLineAsync(fault);
            return UsageError;
        }

        try
        {
            // The host stops gracefully by itself when it is asked to.
            return await parsed.InvokeAsync(
                new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
        }
        catch (OperationCanceledException)
        {
            return Interrupted;
        }
        catch (Exception failure)
        {
            var sentence = OperatorFault.Of(failure);
            await Console.Error.WriteLineAsync(sentence ?? failure.ToString());
            return sentence is null ? Faulty : Unusable;
        }
    }

    public static RootCommand Root()
    {
        var root = new RootCommand(
            "OrleansScheduling: appointments for housing repairs on live diaries. "
            + "Without a command it serves the desk, by default at http://localhost:5080.")
        {
            // Settings such as --urls or --ConnectionStrings:Ledger are read by the host.
            TreatUnmatchedTokensAsErrors = false,
        };
        root.Subcommands.Add(ImportCommand.Create());
        root.Subcommands.Add(RoadsCommand.Create());
        root.Subcommands.Add(TravelTableCommand.Create());
        root.Subcommands.Add(CheckCommand.Create());
        root.Subcommands.Add(HealthCommand.Create());
        root.Subcommands.Add(SettingsCommand.Create());
        root.Subcommands.Add(KeysCommand.Create());
        root.SetAction((parsed, cancellationToken) => ServeAsync([.. parsed.UnmatchedTokens], cancellationToken));
        return root;
    }

    static async Task<int> ServeAsync(string[] settings, CancellationToken cancellationToken)
    {
        var started = false;
        await using var app = OperatorFault.Setting(() => DeskHost.Build(settings, Quiet));
        CommandHost.Ledger(app);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch
        {
            // What runs already ends by being asked, not by its parts going away under it; why the start failed is what is told.
            await app.StopAsync(CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        started = true;
        await app.WaitForShutdownAsync(cancellationToken);
        return 0;

        // Why a start failed is told once, by this command; after it, the host's own failures are logged as any other.
        void Quiet(WebApplicationBuilder builder) => builder.Logging.AddFilter(
            "Microsoft.Extensions.Hosting.Internal.Host", level => level >= (started ? LogLevel.Warning : LogLevel.Critical));
    }
}
