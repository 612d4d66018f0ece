using System.Diagnostics;
using System.Globalization;

namespace OrleansScheduling.Bench.Faults;

/// <summary>A file system of bounded size in a file, that can be filled to the last byte and emptied again.</summary>
sealed class DatabaseDisk : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Written at a time.</summary>
    const int ChunkBytes = 1024 * 1024;

    readonly string image = Path.Combine(
        Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"osl-disk-{Environment.ProcessId}"));

    DatabaseDisk()
    {
    }

    /// <summary>Where it is mounted.</summary>
    public string Folder => image + ".d";

    string Ballast => Path.Combine(Folder, "ballast");

    /// <returns>Null, with the reason, where no file system can be mounted.</returns>
    public static async Task<(DatabaseDisk? Disk, string Reason)> TryOpenAsync(int megabytes)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess) return (null, "mounting a file system takes Linux and root");
        var disk = new DatabaseDisk();
        AppDomain.CurrentDomain.ProcessExit += disk.RemoveAtExit;
        try
        {
            Directory.CreateDirectory(disk.Folder);
            await RunAsync("truncate", "-s", $"{megabytes}M", disk.image);
            await RunAsync("mkfs.ext4", "-q", "-m", "0", disk.image);
            await RunAsync("mount", "-o", "loop", disk.image, disk.Folder);
            await RunAsync("chmod", "777", disk.Folder);
            return (disk, "");
        }
        catch (Exception failure) when (failure is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            await disk.DisposeAsync();
            return (null, failure.Message);
        }
    }

    /// <summary>Until nothing more goes in.</summary>
    public void Fill()
    {
        var chunk = new byte[ChunkBytes];
        using var ballast = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var size = ChunkBytes; size >= 1;)
        {
            try
            {
                ballast.Write(chunk, 0, size);
            }
            catch (IOException)
            {
                size /= 2;
            }
        }
    }

    public void Empty() => File.Delete(Ballast);

    static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var errors = await process.StandardError.ReadToEndAsync().WaitAsync(Patience);
        await process.WaitForExitAsync().WaitAsync(Patience);
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {errors.Trim()}");
    }

    async Task RemoveAsync()
    {
        // Lazily: whatever is open still goes with its process.
        await RunAsync("umount", "-l", Folder).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (Directory.Exists(Folder) && !Directory.EnumerateFileSystemEntries(Folder).Any()) Directory.Delete(Folder);
        File.Delete(image);
    }

    void RemoveAtExit(object? sender, EventArgs arguments) => RemoveAsync().GetAwaiter().GetResult();

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= RemoveAtExit;
        await RemoveAsync();
    }
}
