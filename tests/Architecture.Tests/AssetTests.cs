using System.Diagnostics;

namespace OrleansScheduling.Architecture.Tests;

/// <summary>A build on a machine without what the pages' styles and scripts are made with.</summary>
public sealed class AssetTests : IDisposable
{
    /// <summary>It takes two seconds on a quiet machine.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    readonly DirectoryInfo programs = Directory.CreateTempSubdirectory("programs-");

    [Theory]
    [InlineData]
    [InlineData("node")]
    public async Task A_machine_without_Node_or_npm_gets_one_error_that_names_them(params string[] installed)
    {
        if (OperatingSystem.IsWindows()) return;
        foreach (var program in installed.Append("sh")) Stub(program);
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = programs.FullName;
        var targets = Path.Combine(Repository.Root, "api", "assets", "Assets.targets");
        foreach (var argument in new[] { "msbuild", targets, "-t:InstallAssets", "-nologo", "-v:m" }) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Patience);

        var told = (await output + await errors).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.NotEqual(0, process.ExitCode);
        var line = Assert.Single(told, line => line.Contains("error", StringComparison.Ordinal));
        Assert.Contains("error OS0001", line, StringComparison.Ordinal);
        Assert.Contains("Install Node.js", line, StringComparison.Ordinal);
    }

    /// <summary>The shell is the machine's own; the rest only has to be there.</summary>
    void Stub(string program)
    {
        var path = Path.Combine(programs.FullName, program);
        if (program == "sh") File.CreateSymbolicLink(path, "/bin/sh");
        else File.WriteAllText(path, "#!/bin/sh\nexit 0\n");
        if (program != "sh" && !OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    public void Dispose() => programs.Delete(recursive: true);
}
