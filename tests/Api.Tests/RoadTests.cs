using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using OrleansScheduling.Api.Commands;
using OrleansScheduling.Api.Hosting;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains.Availability;
using OrleansScheduling.Grains.Registry;
using OrleansScheduling.Import.Roads.Osrm;
using OrleansScheduling.Ledger;
using OrleansScheduling.Planning.Roads;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Api.Tests;

/// <summary>Road files in the running program: commands, the first start, and what a search says that it rests on.</summary>
public sealed class RoadTests : IDisposable
{
    readonly string directory = Directory.CreateTempSubdirectory("desk-roads-").FullName;

    string DataDirectory => Path.Combine(directory, "data");

    string Saved => Path.Combine(DataDirectory, TravelFiles.DefaultName);

    string[] Settings => ["--Ledger:Directory", DataDirectory];

    static DirectoryInfo Demo => new(FirstStart.FindDirectory("", AppContext.BaseDirectory)!);

    static FileInfo DemoRoads => new(Path.Combine(Demo.FullName, "roads.geojson"));

    [Fact]
    public async Task The_first_start_plans_the_demonstration_along_its_roads_and_the_check_agrees()
    {
        await using (var app = DeskHost.Build([.. Settings, "--urls", "http://127.0.0.1:0", "--Demo:Import", "true"]))
        {
            await app.StartAsync();
            var readiness = app.Services.GetRequiredService<Readiness>();
            await readiness.WhenStarted.WaitAsync(TimeSpan.FromMinutes(4));
            Assert.Equal(StartPhase.Started, readiness.Phase);
            var travel = Assert.IsType<RoadTravel>(app.Services.GetRequiredService<AvailabilityService>().Travel);
            Assert.Equal((0, 0), (travel.LegsByStraightLine, travel.PlacesRefused));
            var answer = await SearchAsync(app);
            Assert.Equal(nameof(TravelBasis.Roads), answer.Travel);
            Assert.Contains(answer.Slots, slot => slot.Offer is not null);
            await app.StopAsync();
        }

        // The network stands beside the ledger: the next start and the check use it without being told.
        Assert.IsType<RoadTravel>(TravelFiles.Options(DeskHost.SettingsBuilder(Settings).Configuration).Travel());
        using var output = new StringWriter();
        Assert.True(await CheckCommand.RunAsync(Settings, output, default) == 0, output.ToString());
    }

    [Fact]
    public void Roads_are_saved_beside_the_ledger_and_a_refused_file_changes_nothing()
    {
        var (code, text) = Run(DemoRoads);
        Assert.True(code == 0, text);
        Assert.Contains("roads.geojson: 1,2", text, StringComparison.Ordinal);
        var before = File.ReadAllBytes(Saved);
        var bad = Path.Combine(directory, "bad.geojson");
        File.WriteAllText(bad,
            """{"features":[{"properties":{"highway":"primary"},"geometry":{"type":"LineString","coordinates":[[0,1]]}}]}""");
        (code, text) = Run(new FileInfo(bad));
        Assert.Equal(RoadsCommand.Refused, code);
        Assert.Contains("feature 1, coordinates: A line has 2 to 20,000 points; this one has 1.", text, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(Saved));
    }

    [Fact]
    public void Speeds_of_classes_are_set_and_misspelt_ones_refused()
    {
        Assert.Equal(0, Run(DemoRoads, "residential=20", "living_street=8").Code);
        foreach (var wrong in new[] { "residental=20", "residential", "residential=2", "residential=fast", "none=20" })
        {
            var (code, text) = Run(DemoRoads, wrong);
            Assert.Equal(DeskCommand.UsageError, code);
            Assert.Contains($"'{wrong}'", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_network_that_is_named_and_missing_or_damaged_stops_the_start()
    {
        var missing = new SchedulingOptions { Roads = Path.Combine(directory, "none.bin") };
        Assert.Contains("there is no such file", Assert.Throws<InvalidDataException>(missing.Travel).Message, StringComparison.Ordinal);
        var damaged = Path.Combine(directory, "damaged.bin");
        File.WriteAllText(damaged, "ORSROAD1 and then something else that is long enough to look like more than it is");
        var options = new SchedulingOptions { Roads = damaged };
        Assert.Contains("damaged.bin: This is no road network", Assert.Throws<InvalidDataException>(options.Travel).Message,
            StringComparison.Ordinal);
        // Without a setting and without a file it is the straight line.
        Assert.IsType<StraightLineTravel>(TravelFiles.Options(DeskHost.SettingsBuilder(Settings).Configuration).Travel());
    }

    [Fact]
    public async Task A_travel_table_needs_a_server_that_answers()
    {
        using var away = new HttpClient { BaseAddress = new Uri("http://127.0.0.1:1/") };
        var files = Directory.CreateDirectory(Path.Combine(directory, "files"));
        File.WriteAllText(Path.Combine(files.FullName, "properties.csv"),
            "client,reference,address_line_1,postcode,latitude,longitude,patch\nA,P1,1 Road,ZB1 2DE,51.501,-0.101,N1\n");
        File.WriteAllText(Path.Combine(files.FullName, "operatives.csv"),
            "contractor,reference,name,trades,home_patch,start_latitude,start_longitude\nF,B,Ben Oak,PLUMBER,N1,51.5,north\n");
        using var output = new StringWriter();
        var osrm = new OsrmTable(away, TimeProvider.System);
        Assert.Equal(TravelTableCommand.Refused, await TravelTableCommand.RunAsync(files, osrm, Saved, output, default));
        Assert.Contains("operatives.csv", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("north", output.ToString(), StringComparison.Ordinal);
        Assert.False(File.Exists(Saved));
    }

    static async Task<SearchAnswer> SearchAsync(WebApplication app)
    {
        var view = app.Services.GetRequiredService<RegistryCache>().Current;
        var store = app.Services.GetRequiredService<IRegistryStore>();
        var client = view.Organisations.Values.Single(organisation => organisation.Reference == "BROOKFIELD-HOMES");
        var contract = view.Contracts.Values.Where(contract => contract.Client == client.Id).MinBy(contract => contract.Id.Value)!;
        var property = (await store.FindPropertyAsync(contract.Client, "100000001", default))!;
        var line = view.ScheduleOfRates
            .First(item => item.Schedule == contract.Schedule && contract.Trades.Contains(item.Trade) && item.VisitsNeeded == 1).Code.Value;
        return await app.Services.GetRequiredService<IGrainFactory>().GetGrain<IContractGrain>(contract.Id.ToString())
            .Search(new SearchSlots(property.Id.Value, [line], null, 14, 0, "tester", new Asker(client.Id.Value)));
    }

    (int Code, string Text) Run(FileInfo file, params string[] speeds)
    {
        using var output = new StringWriter();
        return (RoadsCommand.Run(file, null, speeds, Settings, output, default), output.ToString());
    }

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(directory, recursive: true);
    }
}
