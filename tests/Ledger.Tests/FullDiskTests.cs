using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansScheduling.Domain.Identity;

namespace OrleansScheduling.Ledger.Tests;

/// <summary>A test that mounts a file system of its own in memory: skipped with the reason where that is not allowed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MountFactAttribute : FactAttribute
{
    public MountFactAttribute() => Skip = OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess
        ? null : "Mounting a file system takes Linux and root.";
}

/// <summary>SQLite on a disk without room: nothing is half written, callers are told, and it goes on by itself.</summary>
public sealed class FullDiskTests : IAsyncLifetime
{
    /// <summary>More bookings than the disk has room for.</summary>
    const int MaxBookings = 20_000;

    const int ChunkBytes = 4096;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    readonly string folder = Directory.CreateTempSubdirectory("osl-full-").FullName;
    bool isMounted;

    string Ballast => Path.Combine(folder, "ballast");

    public async Task InitializeAsync()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess) return;
        isMounted = await RunAsync("mount", "-t", "tmpfs", "-o", "size=8m", "osl-full", folder) == 0;
    }

    public async Task DisposeAsync()
    {
        if (isMounted) await RunAsync("umount", folder);
        Directory.Delete(folder, recursive: true);
    }

    static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync().WaitAsync(Patience);
        return process.ExitCode;
    }

    [MountFact]
    public async Task What_has_no_room_is_refused_whole_and_done_once_when_there_is_room()
    {
        Assert.True(isMounted, "The file system was not mounted.");
        await using var database = await LedgerDatabase.OpenAsync(
            new LedgerOptions { Directory = folder }, TimeProvider.System, NullLoggerFactory.Instance, default);
        Assert.Equal(CommitStatus.Committed, (await database.Ledger.CommitAsync(Sample.Booking(1, 1, 0), default)).Status);
        await FillAsync();

        // Pages of its log that it has already may be written over: the room is not used up at once.
        var operative = 1;
        var refused = Sample.Booking(operative, 2, 8, Sample.NewKey());
        LedgerUnavailableException? told = null;
        while (told is null)
        {
            Assert.InRange(++operative, 2, MaxBookings);
            refused = Sample.Booking(operative, 1, 0, Sample.NewKey());
            try
            {
                Assert.Equal(CommitStatus.Committed, (await database.Ledger.CommitAsync(refused, default)).Status);
            }
            catch (LedgerUnavailableException failure)
            {
                told = failure;
            }
        }

        Assert.Equal("The disk of Ledger:Directory is full. Make room.", LedgerFault.Of(told.InnerException!));
        Assert.True(LedgerFault.IsAway(told));
        Assert.Null(await database.Ledger.LoadJobAsync(refused.Jobs[0].Id, default));
        var last = await database.Ledger.LoadDiariesAsync([new OperativeId(operative)], Sample.Monday, default);
        Assert.All(last, diary => Assert.Equal((0, 0), (diary.Version, diary.Visits.Count)));

        File.Delete(Ballast);
        Assert.Equal(CommitStatus.Committed, (await database.Ledger.CommitAsync(refused, default)).Status);
        Assert.Equal(CommitStatus.Replayed, (await database.Ledger.CommitAsync(refused, default)).Status);
        Assert.Equal(operative, await EntriesAsync(database));
    }

    static async Task<int> EntriesAsync(LedgerDatabase database)
    {
        var (count, after) = (0, 0L);
        while (await database.Feed.ReadAsync(after, IFeed.MaxPage, default) is { Count: > 0 } page)
            (count, after) = (count + page.Count, page[^1].Position);
        return count;
    }

    async Task FillAsync()
    {
        await using var ballast = new FileStream(Ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var chunk = new byte[ChunkBytes];
        for (var size = ChunkBytes; size >= 1;)
        {
            try
            {
                await ballast.WriteAsync(chunk.AsMemory(0, size));
            }
            catch (IOException)
            {
                size /= 2;
            }
        }
    }
}
