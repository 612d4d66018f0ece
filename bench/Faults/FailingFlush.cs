using System.Diagnostics;
using System.Globalization;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Bench.Faults;

/// <summary>
/// A disk that says of a flush that it failed: the answers of <c>fsync</c> and <c>fdatasync</c> to the database's processes are changed on
/// their way back (strace's fault injection). PostgreSQL then trusts nothing that it had written since, ends every session and reads its
/// log again.
/// </summary>
static class FailingFlush
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Why it cannot be done here; null: it can.</summary>
    public static string? Hindrance()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess) return "changing what system calls answer takes Linux and root";
        return Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, "strace")))
            ? null
            : "strace is not installed";
    }

    /// <summary>Every flush of a process of the database fails; returns when the processes that were there have ended.</summary>
    public static async Task OnceAsync(PrivatePostgreSql database, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("strace")
        {
            ArgumentList =
            {
                "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=EIO",
            },
            RedirectStandardError = true,
        };
        foreach (var process in database.Children())
        {
            start.ArgumentList.Add("-p");
            start.ArgumentList.Add(process.ToString(CultureInfo.InvariantCulture));
        }

        using var strace = Process.Start(start)!;
        // One of the processes may have ended by itself before strace came to it: that is all that it says, and nobody reads it.
        _ = strace.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await strace.WaitForExitAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new InvalidOperationException("The database went on although its flushes failed.");
        }
        finally
        {
            // Whatever ends this program: flushes are not to go on failing.
            if (!strace.HasExited) strace.Kill();
        }
    }
}
