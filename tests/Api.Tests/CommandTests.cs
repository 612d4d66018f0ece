using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using OrleansScheduling.Api.Commands;
using OrleansScheduling.Api.Hosting;

namespace OrleansScheduling.Api.Tests;

/// <summary>Those that catch the process's one error stream run one after another.</summary>
[CollectionDefinition(nameof(CaughtErrors))]
public sealed class CaughtErrors
{
    /// <summary>Runs a command line with what it writes to the error stream caught.</summary>
    internal static async Task<(int Code, string Error)> RunAsync(params string[] args)
    {
        var before = Console.Error;
        using var caught = new StringWriter();
        Console.SetError(caught);
        try
        {
            return (await DeskCommand.RunAsync(args), caught.ToString());
        }
        finally
        {
            Console.SetError(before);
        }
    }
}

/// <summary>The commands beside serving, on a ledger of their own.</summary>
[Collection(nameof(CaughtErrors))]
public sealed class CommandTests : IDisposable
{
    readonly string directory = Directory.CreateTempSubdirectory("desk-commands-").FullName;

    [Fact]
    public async Task Importing_reports_what_it_did_and_checking_finds_nothing_wrong()
    {
        var files = Directory.CreateDirectory(Path.Combine(directory, "files"));
        var demo = FirstStart.FindDirectory("", AppContext.BaseDirectory)!;
        File.Copy(Path.Combine(demo, "organisations.csv"), Path.Combine(files.FullName, "organisations.csv"));

        var dry = await RunAsync(output => ImportCommand.RunAsync(files, dryRun: true, Settings, output, default));
        Assert.False(Directory.Exists(Path.Combine(directory, "data")));
        var imported = await RunAsync(output => ImportCommand.RunAsync(files, dryRun: false, Settings, output, default));
        var check = await RunAsync(output => CheckCommand.RunAsync(Settings, output, default));

        Assert.Equal((0, true), (dry.Code, dry.Text.Contains("Nothing was written", StringComparison.Ordinal)));
        Assert.Equal((0, true), (imported.Code, imported.Text.Contains("Imported, no errors.", StringComparison.Ordinal)));
        Assert.Equal((0, true), (check.Code, check.Text.Contains("Nothing is wrong.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Importing_a_bad_file_names_the_line_and_fails()
    {
        var files = Directory.CreateDirectory(Path.Combine(directory, "files"));
        var file = Path.Combine(files.FullName, "organisations.csv");
        await File.WriteAllTextAsync(file, "reference,name,kind,time_zone\nA,Ashby,landlord-ish,Europe/London\n");

        var (code, text) = await RunAsync(output => ImportCommand.RunAsync(files, dryRun: false, Settings, output, default));

        Assert.Equal(ImportCommand.Refused, code);
        Assert.Contains("organisations.csv", text, StringComparison.Ordinal);
        Assert.Contains("landlord-ish", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_that_is_not_there_is_an_error()
    {
        var missing = new DirectoryInfo(Path.Combine(directory, "nowhere"));

        var (code, text) = await RunAsync(output => ImportCommand.RunAsync(missing, dryRun: true, Settings, output, default));

        Assert.Equal(ImportCommand.Refused, code);
        Assert.Contains("There is no such directory.", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_are_made_listed_and_revoked_from_the_command_line()
    {
        var files = Directory.CreateDirectory(Path.Combine(directory, "files"));
        await File.WriteAllTextAsync(
            Path.Combine(files.FullName, "organisations.csv"),
            "reference,name,kind,time_zone\nASHBY,Ashby Works,contractor,Europe/London\n");
        await RunAsync(output => ImportCommand.RunAsync(files, dryRun: false, Settings, output, default));
        var wanted = new KeysCommand.NewKey("ASHBY", "Job system", ["Integrator"], [], 30);

        var created = await RunAsync(output => KeysCommand.CreateAsync(wanted, Settings, output, default));
        var text = created.Text.Split('\n')[0].Trim();
        var listed = await RunAsync(output => KeysCommand.ListAsync(null, Settings, output, default));
        var revoked = await RunAsync(output => KeysCommand.RevokeAsync(text, Settings, output, default));
        var after = await RunAsync(output => KeysCommand.ListAsync("ASHBY", Settings, output, default));

        Assert.Equal(0, created.Code);
        Assert.Matches("^osk_[0-9a-z]{10}_[A-Za-z0-9_-]{43}$", text);
        Assert.Contains(text[..14], listed.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(text[^43..], listed.Text, StringComparison.Ordinal);
        Assert.Contains("  good  ASHBY  Integrator", listed.Text, StringComparison.Ordinal);
        Assert.Equal(0, revoked.Code);
        Assert.Contains("  revoked  ", after.Text, StringComparison.Ordinal);
        Assert.Equal(KeysCommand.Refused, (await RunAsync(output => KeysCommand.RevokeAsync("nothing", Settings, output, default))).Code);
        KeysCommand.NewKey[] wrong =
        [
            wanted with { Organisation = "NOWHERE" }, wanted with { Name = " " }, wanted with { Days = 0 }, wanted with { Days = 1000 },
            wanted with { Roles = ["Tenant"] }, wanted with { Roles = ["Emperor"] }, wanted with { Contracts = ["THEIRS"] },
        ];
        foreach (var one in wrong)
            Assert.Equal(KeysCommand.Refused, (await RunAsync(output => KeysCommand.CreateAsync(one, Settings, output, default))).Code);
    }

    [Theory]
    [InlineData("--dry-run", "import", "{files}", "--dryrun", "{ledger}")]
    [InlineData("--dry-run", "import", "--dry-rnu", "{files}", "{ledger}")]
    [InlineData("--Ledger:Directory", "import", "{files}", "--Ledger:Directry=./x")]
    [InlineData("--Ledger:Directory", "check", "--Ledger:Directry=./x")]
    [InlineData("--Ledger:Directory", "check", "--Leger:Directory", "./x")]
    [InlineData("--Ledger:MaxBatch", "--Ledger:Maxbatches=4")]
    [InlineData("--Urls", "--url", "http://localhost:1")]
    [InlineData("--Scheduling:SpeedsByHour:0", "check", "--Scheduling:SpeedByHour:3=40", "{ledger}")]
    [InlineData("import", "imprt", "{files}", "{ledger}")]
    [InlineData("has no value", "check", "--Ledger:Directory")]
    [InlineData("has no value", "import", "{files}", "--Ledger:Directory", "--dry-run")]
    [InlineData("too many", "import", "{files}", "another", "{ledger}")]
    [InlineData("import", "import", "{ledger}")]
    [InlineData("nowhere", "import", "nowhere", "{ledger}")]
    [InlineData("nowhere", "import", "nowhere", "--dry-run", "{ledger}")]
    public async Task What_is_mistyped_is_named_with_the_nearest_that_there_is_and_nothing_is_done(string told, params string[] args)
    {
        var files = Directory.CreateDirectory(Path.Combine(directory, "files")).FullName;
        File.Copy(Path.Combine(FirstStart.FindDirectory("", AppContext.BaseDirectory)!, "organisations.csv"),
            Path.Combine(files, "organisations.csv"));
        string[] typed = [.. args.Select(arg => arg.Replace("{files}", files, StringComparison.Ordinal)
            .Replace("{ledger}", $"--Ledger:Directory={Path.Combine(directory, "data")}", StringComparison.Ordinal))];

        var (code, error) = await CaughtErrors.RunAsync(typed);

        Assert.Equal(DeskCommand.UsageError, code);
        Assert.Contains(told, error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(directory, "data")));
    }

    [Fact]
    public void Every_setting_that_the_documents_name_is_known()
    {
        var docs = Path.Combine(FirstStart.FindDirectory("", AppContext.BaseDirectory)!, "..", "docs");
        var text = string.Concat(Directory.GetFiles(docs, "*.md").Select(File.ReadAllText));
        var named = Regex
            .Matches(
                text, "`((?:Ledger|Scheduling|Desk|Demo|Live|Access|GraphQL|Limits|Telemetry|Cluster|ConnectionStrings):[A-Za-z0-9:]+)",
                RegexOptions.NonBacktracking)
            .Select(match => match.Groups[1].Value).Distinct().ToList();

        Assert.Contains("Access:Issuers:0:Organisations:0", named);
        Assert.All(named, name => Assert.True(SettingNames.IsKnown(name) || SettingNames.IsKnown($"{name}:0"), name));
    }

    [Fact]
    public async Task Every_setting_says_what_it_means_and_the_reference_is_what_the_command_prints()
    {
        var reference = SettingsCommand.Reference();
        var silent = reference.Split('\n').Where(line => line.EndsWith("|  |", StringComparison.Ordinal)).ToList();
        Assert.True(silent.Count == 0, string.Join('\n', silent));
        Assert.Contains("| `Ledger:AnswerSeconds` | `3` |", reference, StringComparison.Ordinal);

        var file = Path.Combine(FirstStart.FindDirectory("", AppContext.BaseDirectory)!, "..", "docs", "settings.md");
        Assert.True(
            await File.ReadAllTextAsync(file) == reference,
            "docs/settings.md is not what the program says: dotnet run --no-launch-profile --project api -- settings > docs/settings.md");
    }

    [Fact]
    public void Every_setting_that_the_container_files_give_is_known()
    {
        var docker = Path.Combine(FirstStart.FindDirectory("", AppContext.BaseDirectory)!, "..", "docker");
        var text = string.Concat(Directory.GetFiles(docker, "*", SearchOption.AllDirectories).Select(File.ReadAllText));
        var named = Regex.Matches(text, @"\b([A-Z][A-Za-z]+__[A-Za-z0-9_]+)\b", RegexOptions.NonBacktracking)
            .Select(match => match.Groups[1].Value.Replace("__", ":", StringComparison.Ordinal)).Distinct().ToList();

        Assert.Contains("ConnectionStrings:Ledger", named);
        Assert.All(named, name => Assert.True(SettingNames.IsKnown(name), name));
    }

    [Fact]
    public async Task Health_ends_with_0_when_the_program_is_well_and_with_1_when_not_or_when_nobody_answers()
    {
        var state = 200;
        await using var host = WebApplication.CreateSlimBuilder(["--urls", "http://127.0.0.1:0"]).Build();
        host.MapGet("/health/ready", () => Results.Text("as it is", statusCode: state));
        await host.StartAsync();
        var address = new Uri(new Uri(host.Urls.Single()), "/health/ready");

        Assert.Equal(0, await AskAsync());
        state = 503;
        Assert.Equal(HealthCommand.NotWell, await AskAsync());
        await host.StopAsync();
        Assert.Equal(HealthCommand.NotWell, (await RunAsync(output => HealthCommand.RunAsync(address, output, default))).Code);

        async Task<int> AskAsync()
        {
            var (code, text) = await RunAsync(output => HealthCommand.RunAsync(address, output, default));
            Assert.Contains("as it is", text, StringComparison.Ordinal);
            return code;
        }
    }

    [Theory]
    [InlineData("--Ledger:Directory")]
    [InlineData("--ledger:directory")]
    public async Task Settings_may_stand_anywhere_and_in_any_case(string name)
    {
        var files = Directory.CreateDirectory(Path.Combine(directory, "files")).FullName;
        File.Copy(Path.Combine(FirstStart.FindDirectory("", AppContext.BaseDirectory)!, "organisations.csv"),
            Path.Combine(files, "organisations.csv"));

        var code = await DeskCommand.RunAsync(
            ["import", name, Path.Combine(directory, "data"), files, "--Scheduling:RoadFactor=1.4",
                "--Logging:LogLevel:Default", "Debug"]);

        Assert.Equal(0, code);
        Assert.True(File.Exists(Path.Combine(directory, "data", "ledger.db")));
    }

    [Theory]
    [InlineData("imprt")]
    [InlineData("imprt", "demo")]
    public async Task A_misspelt_command_does_not_start_a_server(params string[] args) =>
        Assert.Equal(DeskCommand.UsageError, await DeskCommand.RunAsync(args));

    [Theory]
    [InlineData("--help")]
    [InlineData("import", "--help")]
    [InlineData("check", "--help")]
    [InlineData("keys", "--help")]
    [InlineData("keys", "create", "--help")]
    public async Task Every_command_has_help(params string[] args) => Assert.Equal(0, await DeskCommand.RunAsync(args));

    string[] Settings => ["--Ledger:Directory", Path.Combine(directory, "data")];

    static async Task<(int Code, string Text)> RunAsync(Func<TextWriter, Task<int>> run)
    {
        using var output = new StringWriter();
        return (await run(output), output.ToString());
    }

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(directory, recursive: true);
    }
}
