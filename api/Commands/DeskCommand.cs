using System.CommandLine;
using OrleansScheduling.Api.Hosting;

namespace OrleansScheduling.Api.Commands;

/// <summary>The program's command line: without a command it serves; the other commands work on the same ledger and end.</summary>
static class DeskCommand
{
    /// <summary>The command line was not understood, as in sysexits.h and most shells' tools.</summary>
    public const int UsageError = 2;

    public static async Task<int> RunAsync(string[] args)
    {
        var root = Root();
        var parsed = root.Parse(args);
        // The host stops gracefully by itself when it is asked to.
        return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
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
        root.Subcommands.Add(CheckCommand.Create());
        root.Subcommands.Add(KeysCommand.Create());
        root.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = parsed.UnmatchedTokens;
            if (settings.Count > 0 && !settings[0].StartsWith("--", StringComparison.Ordinal))
            {
                await Console.Error.WriteLineAsync($"There is no command '{settings[0]}'. Run with --help to see what there is.");
                return UsageError;
            }

            return await ServeAsync([.. settings], cancellationToken);
        });
        return root;
    }

    static async Task<int> ServeAsync(string[] settings, CancellationToken cancellationToken)
    {
        await using var app = DeskHost.Build(settings);
        await app.RunAsync(cancellationToken);
        return 0;
    }
}
