using System.Security.Cryptography;
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
                // Kestrel's words when an address begins with https:// and it finds no certificate.
                InvalidOperationException https when https.Message.Contains("HTTPS endpoint", StringComparison.Ordinal) =>
                    "An address that begins with https:// needs a certificate, and there is none. Name one with "
                    + "Kestrel:Certificates:Default:Path (and Password), or listen at http:// behind a proxy that speaks HTTPS.",
                CryptographicException or IOException when IsOfCertificate(at) =>
                    $"The certificate that Kestrel:Certificates names cannot be used: {Sentence(at.Message)} "
                    + "Correct its Path, KeyPath or Password.",
                IOException { InnerException: AddressInUseException } used =>
                    $"{Sentence(used.Message)} Stop the program that listens there, or choose another address with --urls.",
                _ => LedgerFault.Of(at),
            };
            if (sentence is not null) return sentence;
        }

        return null;
    }

    /// <summary>
    /// Kestrel lets what went wrong with a certificate's file through as it comes: where it came from tells it from the rest.
    /// </summary>
    static bool IsOfCertificate(Exception failure) =>
        failure.StackTrace?.Contains("Kestrel.Core.Internal.Certificates", StringComparison.Ordinal) == true;

    /// <summary>The first line, without the parameter's name that .NET puts behind it.</summary>
    static string Sentence(string message)
    {
        var line = message.Split('\n')[0].Trim();
        var parameter = line.LastIndexOf(" (Parameter '", StringComparison.Ordinal);
        if (parameter > 0) line = line[..parameter];
        return line.EndsWith('.') ? line : line + ".";
    }
}
