using System.Runtime.CompilerServices;
using System.Text;
using NodaTime;

namespace OrleansScheduling.Import.Tests;

/// <summary>A small contractor in memory, and files to import into it.</summary>
public sealed class Scene
{
    /// <summary>Saturday 21 November 2026, 10:00 in London.</summary>
    public Instant Now { get; set; } = Instant.FromUtc(2026, 11, 21, 10, 0);

    public MemoryRegistry Registry { get; } = new();

    public MemoryLedger Ledger { get; } = new();

    /// <summary>Everything that tests write is below it, and goes when they are done.</summary>
    static readonly Lazy<string> Root = new(() =>
    {
        var root = Directory.CreateTempSubdirectory("import-tests-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(root, recursive: true);
        return root;
    });

    public static string DemoDirectory { get; } = Path.Combine(RepositoryRoot(), "demo");

    public static string RepositoryRoot([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(path, "..", "..", ".."));

    public Task<ImportReport> RunAsync(string directory, bool dryRun = false, IProgress<ImportProgress>? progress = null) =>
        new Importer(Registry, Ledger).RunAsync(directory, new ImportOptions(Now, dryRun), progress, default);

    public Task<ImportReport> RunAsync(params (string Name, string Text)[] files) => RunAsync(Write(files));

    public static string Write(params (string Name, string Text)[] files) =>
        WriteBytes([.. files.Select(file => (file.Name, Encoding.UTF8.GetBytes(file.Text)))]);

    public static string WriteBytes(params (string Name, byte[] Bytes)[] files)
    {
        var directory = Directory.CreateDirectory(Path.Combine(Root.Value, Path.GetRandomFileName())).FullName;
        foreach (var (name, bytes) in files) File.WriteAllBytes(Path.Combine(directory, name), bytes);
        return directory;
    }

    public string Copy(string from, params string[] names) =>
        WriteBytes([.. names.Select(name => (name, File.ReadAllBytes(Path.Combine(from, name))))]);

    public const string Organisations = "reference,name,kind\nLAND,A landlord,client\nFIX,A contractor,contractor\nFAR,Another "
        + "contractor,contractor\n";
    public const string Contracts = "reference,name,client,contractor,first_day,last_day,patches,trades,schedule\n"
        + "C1,Repairs,LAND,FIX,2026-01-01,,N1 N2,PLUMBER PLASTERER,S1\n";
    public const string Windows = "contract,code,name,start,end,days\n"
        + "C1,AM,Morning,08:00,12:00,Mon-Fri\nC1,PM,Afternoon,12:00,17:00,Mon-Fri\n";
    public const string Rates = "schedule,code,description,plain_name,trade,skills,standard_minutes,operatives,visits,gap_days,emergency\n"
        + "S1,TAP,Renew washer,Tap dripping,PLUMBER,,30,1,1,0,no\n"
        + "S1,BATH,Renew bath,Bath cracked,PLUMBER,,120,2,1,0,no\n"
        + "S1,TANK,Repair cylinder,No hot water,PLUMBER,UNVENTED:3,90,1,1,0,no\n"
        + "S1,LONG,Repipe,Pipes old,PLUMBER,,230,1,1,0,no\n"
        + "S1,CREW,Rebuild,Big work,PLUMBER,,240,4,4,1,no\n"
        + "S1,SKIM,Patch plaster,Plaster off,PLASTERER,,60,1,2,3,no\n";
    public const string Properties = "client,reference,address_line_1,postcode,latitude,longitude,patch\n"
        + "LAND,P1,1 Tansy Road,ZB1 2DE,51.50100,-0.10100,N1\nLAND,P2,2 Tansy Road,zb12df,51.50200,-0.10300,N1\nLAND,P9,9 Far Lane,ZB9 "
            + "9ZZ,51.60200,-0.20300,S9\n";
    public const string Operatives = "contractor,reference,name,trades,home_patch,start_latitude,start_longitude\n"
        + "FIX,A,Ada Tilbrook,PLUMBER,N1,51.50000,-0.10000\nFIX,B,Ben Oakshade,PLUMBER PLASTERER,N1,51.50000,-0.10000\n";
    public const string Clearances = "contractor,operative,contract\nFIX,A,C1\nFIX,B,C1\n";
    public const string Shifts = "contractor,code,start,end,break_1\nFIX,DAY,08:00,16:30,11:30-14:00 "
        + "30\nFIX,NIGHT,22:00,06:00,01:00-04:00 45\n";
    public const string Rotas = "contractor,operative,effective_from,mon,tue,wed,thu,fri,sat,sun\n"
        + "FIX,A,2026-01-05,DAY,DAY,DAY,DAY,DAY,,\nFIX,B,2026-01-05,DAY,DAY,DAY,DAY,DAY,,\n";
    public const string JobsHeader =
        "contract,reference,visit,property,sor_codes,description,reported,status,operatives,day,window,planned_start\n";

    /// <summary>Everything that jobs build on.</summary>
    public async Task<Scene> SetUpAsync()
    {
        var report = await RunAsync(
            ("organisations.csv", Organisations), ("contracts.csv", Contracts), ("windows.csv", Windows), ("schedule-of-rates.csv", Rates),
            ("properties.csv", Properties), ("operatives.csv", Operatives), ("clearances.csv", Clearances), ("shifts.csv", Shifts),
                ("rotas.csv", Rotas));
        Assert.True(report.Succeeded, ReportText.Render(report));
        return this;
    }
}
