using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansScheduling.Api.Commands;
using OrleansScheduling.Ledger;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Api.Tests;

/// <summary>What an operator can put right is one sentence on the error stream that says what to do, and exit code 3.</summary>
[Collection(nameof(CaughtErrors))]
public sealed class OperatorFaultTests : IDisposable
{
    readonly string directory = Directory.CreateTempSubdirectory("desk-faults-").FullName;

    /// <summary>Far longer than the program takes to end.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    string Data => Path.Combine(directory, "data");

    [Theory]
    [InlineData("does not answer", "--ConnectionStrings:Ledger=Host=127.0.0.1;Port=1;Database=x;Username=u;Timeout=5")]
    [InlineData("ConnectionStrings:Ledger is no PostgreSQL connection string", "--ConnectionStrings:Ledger=nonsense")]
    [InlineData("ConnectionStrings:Ledger is no PostgreSQL connection string", "--ConnectionStrings:Ledger=Hostt=127.0.0.1")]
    [InlineData("Ledger:MaxBatch", "--Ledger:MaxBatch=many")]
    [InlineData("Ledger:MaxBatch is between", "--Ledger:MaxBatch=0")]
    [InlineData("road factor", "--Scheduling:RoadFactor=99")]
    [InlineData("There is no ledger in", "--Scheduling:RoadFactor=1.4")]
    public async Task Check_that_cannot_begin_says_why(string told, string setting)
    {
        var (code, error) = await CaughtErrors.RunAsync("check", $"--Ledger:Directory={Data}", setting);

        AssertOneSentence(told, code, error);
        Assert.False(Directory.Exists(Data));
    }

    [Theory]
    [InlineData("does not answer", "--ConnectionStrings:Ledger=Host=127.0.0.1;Port=1;Database=x;Username=u;Timeout=5")]
    [InlineData("Ledger:MaxBatch is between", "--Ledger:MaxBatch=0")]
    [InlineData("Scheduling:OfferMinutes", "--Scheduling:OfferMinutes=0")]
    [InlineData("GraphQL:CachedDocumentsMax is between 0 and", "--GraphQL:CachedDocumentsMax=-1")]
    [InlineData("GraphQL:RequestTimeout is between", "--GraphQL:RequestTimeout=-00:00:05")]
    [InlineData("The setting Urls cannot be used", "--urls=nonsense")]
    [InlineData("in use", "--urls=http://127.0.0.1:{taken}")]
    [InlineData("nope.pfx", "--Kestrel:Certificates:Default:Path=/nowhere/nope.pfx")]
    [InlineData("Correct its Path, KeyPath or Password", "--Kestrel:Certificates:Default:Path={file}")]
    public async Task Host_that_cannot_begin_says_why(string told, string setting)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var taken = ((IPEndPoint)other.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        var file = Path.Combine(directory, "no-certificate.pfx");
        await File.WriteAllTextAsync(file, "nothing of the kind");

        var (code, error) = await CaughtErrors.RunAsync(
            "--urls", "http://127.0.0.1:0", $"--Ledger:Directory={Data}", "--environment=Production", "--Demo:Import=false",
            setting.Replace("{taken}", taken, StringComparison.Ordinal).Replace("{file}", file, StringComparison.Ordinal));

        AssertOneSentence(told, code, error);
    }

    /// <summary>In a process of its own, whose user has no certificate for trying things out, as developers' machines may have.</summary>
    [Fact]
    public async Task Https_without_a_certificate_is_told()
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["HOME"] = directory;
        // api/bin/Debug/net10.0 beside tests/Api.Tests/bin/Debug/net10.0.
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Path.Combine(here.FullName, "../../../../../api/bin", here.Parent!.Name, here.Name, "OrleansScheduling.Api.dll");
        string[] arguments =
            [Path.GetFullPath(program), "--urls", "https://127.0.0.1:0", $"--Ledger:Directory={Data}", "--environment=Production"];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync();
            var error = await process.StandardError.ReadToEndAsync().WaitAsync(Patience);
            await Task.WhenAll(output, process.WaitForExitAsync()).WaitAsync(Patience);
            Assert.DoesNotContain("crit:", await output, StringComparison.Ordinal);

            AssertOneSentence("needs a certificate", process.ExitCode, error);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    [Theory]
    [InlineData("damaged", "check")]
    [InlineData("damaged", "import", "{files}")]
    public async Task File_that_is_no_database_is_told(string told, params string[] args)
    {
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(Path.Combine(Data, "ledger.db"), new string('x', 8192));

        var (code, error) = await CaughtErrors.RunAsync(
            [.. args.Select(arg => arg.Replace("{files}", directory, StringComparison.Ordinal)), $"--Ledger:Directory={Data}"]);

        AssertOneSentence(told, code, error);
    }

    [Theory]
    [InlineData("newer version", "INSERT INTO schema_version VALUES (99, 'later', 'later')", "check")]
    [InlineData("newer version", "INSERT INTO schema_version VALUES (99, 'later', 'later')", "import", "{files}")]
    [InlineData("newer version", "INSERT INTO schema_version VALUES (99, 'later', 'later')", "--environment=Production")]
    [InlineData("Start the service once", "DELETE FROM schema_version", "check")]
    [InlineData("Start the service once", "DELETE FROM schema_version", "import", "{files}", "--dry-run")]
    public async Task Schema_of_another_version_is_told_and_left_as_it_is(string told, string change, params string[] args)
    {
        var options = new LedgerOptions { Directory = Data };
        await using (await LedgerDatabase.OpenAsync(options, TimeProvider.System, NullLoggerFactory.Instance, default))
        {
        }

        var before = await VersionAsync(change);
        var (code, error) = await CaughtErrors.RunAsync(
            [.. args.Select(arg => arg.Replace("{files}", directory, StringComparison.Ordinal)), $"--Ledger:Directory={Data}"]);

        AssertOneSentence(told, code, error);
        Assert.Equal(before, await VersionAsync("SELECT 1 WHERE false"));
    }

    [PostgreSqlFact]
    public async Task Missing_database_of_PostgreSQL_is_told()
    {
        var cluster = new ClusterFixture();
        try
        {
            var known = new Npgsql.NpgsqlConnectionStringBuilder(await cluster.NewDatabaseAsync()) { Database = "nowhere" };

            var (code, error) = await CaughtErrors.RunAsync("check", $"--ConnectionStrings:Ledger={known.ConnectionString}");

            AssertOneSentence("has no such database", code, error);
        }
        finally
        {
            await cluster.DisposeAsync();
        }
    }

    async Task<long> VersionAsync(string change)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(Data, "ledger.db")};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = change;
        await command.ExecuteNonQueryAsync();
        command.CommandText = "SELECT coalesce(max(number), 0) FROM schema_version";
        return (long)(await command.ExecuteScalarAsync())!;
    }

    static void AssertOneSentence(string told, int code, string error)
    {
        Assert.True(code == DeskCommand.Unusable, error);
        Assert.Contains(told, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(directory, recursive: true);
    }
}
