using Microsoft.AspNetCore.Connections;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Commands;

/// <summary>A setting that cannot be used.</summary>
sealed class BadSettingException(string message, Exception inner) : Exception(message, inner);

/// <summary>What keeps the program from its work and an operator can put right: one sentence each that says what, and what to do.</summary>
static class OperatorFault
{
    /// <summary>Runs what does nothing but read settings.</summary>
    /// <exception cref="BadSettingException">One of them cannot be used.</exception>
    public static T Setting<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception failure)
            when (failure is ArgumentException or FormatException or InvalidDataException or InvalidOperationException)
        {
            throw new BadSettingException(Sentence(failure.Message), failure);
        }
    }

    /// <returns>Null for what no operator can help: a mistake in the program.</returns>
    public static string? Of(Exception failure)
    {
        for (var at = failure; at is not null; at = at.InnerException)
        {
            var sentence = at switch
            {
                BadSettingException setting => $"A setting cannot be used: {setting.Message} Correct it; docs/running.md has the settings.",
                // Kestrel reads its addresses when it starts.
                FormatException address when address.Message.Contains("url", StringComparison.OrdinalIgnoreCase) =>
                    $"The setting Urls cannot be used: {Sentence(address.Message)} Write it as http://localhost:5080.",
                IOException { InnerException: AddressInUseException } used =>
                    $"{Sentence(used.Message)} Stop the program that listens there, or choose another address with --urls.",
                _ => LedgerFault.Of(at),
            };
            if (sentence is not null) return sentence;
        }

        return null;
    }

    /// <summary>The first line, without the parameter's name that .NET puts behind it.</summary>
    static string Sentence(string message)
    {
        var line = message.Split('\n')[0].Trim();
        var parameter = line.LastIndexOf(" (Parameter '", StringComparison.Ordinal);
        if (parameter > 0) line = line[..parameter];
        return line.EndsWith('.') ? line : line + ".";
    }
}
