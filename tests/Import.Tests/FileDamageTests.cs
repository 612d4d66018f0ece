using System.Text;

namespace OrleansScheduling.Import.Tests;

/// <summary>Files that are damaged, too large, or not what they seem.</summary>
public sealed class FileDamageTests
{
    const string Header = "reference,name,kind\n";

    static readonly Dictionary<string, (byte[] Bytes, int Line, string Rule)> Damage = new(StringComparer.Ordinal)
    {
        ["empty"] = ([], 0, "The file is empty"),
        ["only line ends"] = ("\n\n\n"u8.ToArray(), 0, "The file is empty"),
        ["unknown column"] = ("reference,name,kind,colour\n"u8.ToArray(), 1, "There is no such column"),
        ["missing column"] = ("reference,name\nA,A\n"u8.ToArray(), 1, "missing from the header"),
        ["column twice"] = ("reference,name,kind,name\n"u8.ToArray(), 1, "stands twice"),
        ["other separator"] = ("reference;name;kind\nA;A;client\n"u8.ToArray(), 1, "There is no such column"),
        ["too few fields"] = (Bytes(Header + "A,A,client\nB,B\n"), 3, "The row has 2 fields, the header 3"),
        ["too many fields"] = (Bytes(Header + "A,A,client,x\n"), 2, "The row has 4 fields"),
        ["utf-16"] = ([0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Header)], 0, "UTF-16"),
        ["windows-1252"] = ([.. Bytes(Header), .. "A,Caf"u8, 0xE9, .. ",client\n"u8], 2, "not UTF-8"),
        ["NUL byte"] = (Bytes(Header + "A,A\0A,client\n"), 2, "NUL byte"),
        ["control character"] = (Bytes(Header + "A,A\u0007A,client\n"), 2, "control character"),
        ["open quote"] = (Bytes(Header + "A,\"A landlord,client\nB,B,client\n"), 2, "never closed"),
        ["stray quote"] = (Bytes(Header + "A,A \"big\" landlord,client\nB,B,client\n"), 2, "written twice"),
        ["text after quote"] = (Bytes(Header + "A,\"A\" landlord,client\n"), 2, "written twice"),
        ["endless line"] = (Bytes(Header + "A," + new string('x', 10_000_000) + ",client\n"), 2, "at most 65536 are allowed"),
        ["endless commas"] = (Bytes(Header + new string(',', 10_000_000)), 2, "at most 65536 are allowed"),
        ["long field"] = (Bytes(Header + "A," + new string('x', 5_000) + ",client\n"), 2, "at most 4000 are allowed"),
        ["field over lines"] = (Bytes(Header + "A,\"" + string.Concat(Enumerable.Repeat("xxxxxxxxx\n", 1000)) + "\",client\n"), 2,
            "at most 4000 are allowed"),
        ["no end of file"] = (Bytes(Header + "A,\"" + string.Concat(Enumerable.Repeat("x\n", 2_000_000))), 2, "never closed"),
        ["long value"] = (Bytes(Header + "A,A," + new string('z', 300) + "\n"), 2, "Must be one of"),
    };

    public static TheoryData<string> Damages => [.. Damage.Keys];

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Damaged_file_ends_in_a_clear_error(string damage)
    {
        var (bytes, line, rule) = Damage[damage];
        var scene = new Scene();
        var report = await scene.RunAsync(Scene.WriteBytes(("organisations.csv", bytes)));

        var file = Assert.Single(report.Files);
        Assert.True(file.Errors.Any(error => error.Line == line && error.Rule.Contains(rule, StringComparison.Ordinal)),
            $"{damage}: {ReportText.Render(report)}");
        Assert.All(file.Errors, error => Assert.True(error.Value.Length <= ImportLimits.MaxReportedValue));
        Assert.Empty(scene.Registry.Snapshot.Organisations);
    }

    [Fact]
    public async Task Oversized_file_is_refused_unread()
    {
        var directory = Scene.Write();
        using (var file = File.Create(Path.Combine(directory, "organisations.csv"))) file.SetLength(ImportLimits.MaxFileBytes + 1L);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var report = await new Scene().RunAsync(directory);
        Assert.Contains("Split it", report.Files.Single().Errors.Single().Rule, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public async Task More_rows_than_the_bound_are_refused()
    {
        var text = Header + string.Concat(Enumerable.Range(0, ImportLimits.MaxRows + 1).Select(i => $"O{i},n,client\n"));
        var file = (await new Scene().RunAsync(("organisations.csv", text))).Files.Single();
        Assert.Contains("more than 100000 rows", Assert.Single(file.Errors).Rule, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Byte_order_mark_quotes_line_ends_and_column_order_do_not_matter()
    {
        var scene = new Scene();
        byte[] bytes = [0xEF, 0xBB, 0xBF, .. "name,kind,reference\r\n\"Land, and \"\"more\"\"\", client ,A\r\n\r\nZoë,CONTRACTOR,B"u8];
        var report = await scene.RunAsync(Scene.WriteBytes(("organisations.csv", bytes)));
        Assert.True(report.Succeeded, ReportText.Render(report));
        Assert.Equal(["Land, and \"more\"", "Zoë"], scene.Registry.Snapshot.Organisations.Select(organisation => organisation.Name));
    }

    [Fact]
    public async Task Line_numbers_count_line_ends_inside_fields_and_blank_lines()
    {
        var file = (await new Scene().RunAsync(("organisations.csv", Header + "A,\"one\ntwo\",client\n\nB,B,nobody\n"))).Files.Single();
        Assert.Equal([(2, "name"), (5, "kind")], file.Errors.Select(error => (error.Line, error.Column)));
    }

    [Fact]
    public async Task Missing_and_empty_directories_are_errors()
    {
        var missing = await new Scene().RunAsync(Path.Combine(Path.GetTempPath(), "there-is-no-such-directory"));
        Assert.Contains("no such directory", Assert.Single(missing.Errors).Rule, StringComparison.Ordinal);
        var empty = await new Scene().RunAsync(Scene.Write());
        Assert.Contains("none of the files", Assert.Single(empty.Errors).Rule, StringComparison.Ordinal);
        Assert.False(missing.Succeeded || empty.Succeeded);
    }

    [Fact]
    public async Task Misspelt_file_name_is_noticed()
    {
        var report = await new Scene().RunAsync(("organisations.csv", Scene.Organisations), ("propertys.csv", "x"));
        Assert.Contains("propertys.csv", Assert.Single(report.Notices), StringComparison.Ordinal);
        Assert.True(report.Succeeded);
    }

    static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
