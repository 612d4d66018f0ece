using System.Reflection;
using System.Xml.Linq;

namespace OrleansScheduling.Architecture.Tests;

/// <summary>Which room may know which: arrows run one way.</summary>
public class ArrowTests
{
    const string Prefix = "OrleansScheduling.";

    /// <summary>Each room and the rooms of ours that it may know, directly or through another.</summary>
    static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Domain"] = [],
        ["Planning"] = ["Domain"],
        ["Embedded"] = [],
        ["GraphQL"] = [],
        ["Ledger"] = ["Domain"],
        ["GrainInterfaces"] = ["Domain", "Embedded"],
        ["Import"] = ["Domain", "Planning", "Ledger"],
        ["Check"] = ["Domain", "Planning", "Ledger"],
        ["Grains"] = ["Domain", "Planning", "Ledger", "GrainInterfaces", "Embedded"],
        ["Api"] = ["Domain", "Planning", "Ledger", "GrainInterfaces", "Embedded", "Grains", "Import", "Check", "GraphQL"],
    };

    static IEnumerable<(string Room, XDocument Project, string File)> Rooms() =>
        from file in Repository.Files
        where file.EndsWith(".csproj", StringComparison.Ordinal) && !file.StartsWith("tests/", StringComparison.Ordinal)
        let room = Path.GetFileNameWithoutExtension(file)[Prefix.Length..]
        where room is not ("Bench" or "DemoGenerator")
        select (room, XDocument.Parse(Repository.Read(file)), file);

    [Fact]
    public void Every_room_is_on_the_plan()
    {
        var unknown = Rooms().Select(room => room.Room).Where(room => !Allowed.ContainsKey(room)).ToList();
        Assert.True(unknown.Count == 0, $"Rooms without a place on the plan: {string.Join(", ", unknown)}");
        Assert.Contains(Rooms(), room => room.Room == "Domain");
    }

    [Fact]
    public void Projects_reference_only_the_rooms_that_they_may_know()
    {
        var wrong = new List<string>();
        var arrows = 0;
        foreach (var (room, project, file) in Rooms())
        {
            foreach (var reference in project.Descendants("ProjectReference"))
            {
                arrows++;
                var target = Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value)[Prefix.Length..];
                if (!Allowed.GetValueOrDefault(room, []).Contains(target)) wrong.Add($"{file}: {room} → {target}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(arrows >= 10, $"Only {arrows} arrows were found.");
    }

    [Fact]
    public void The_plan_has_no_circle()
    {
        foreach (var (room, known) in Allowed)
        {
            foreach (var other in known) Assert.DoesNotContain(room, Allowed[other]);
        }
    }

    [Theory]
    [InlineData("Domain", new[] { "NodaTime" })]
    [InlineData("Planning", new[] { "NodaTime", "OrleansScheduling.Domain" })]
    public void Pure_rooms_know_no_engine_database_web_framework_or_logger(string room, string[] besidesTheRuntime)
    {
        var assembly = Assembly.Load(Prefix + room);
        var foreign = assembly.GetReferencedAssemblies()
            .Select(reference => reference.Name!)
            .Where(name => !besidesTheRuntime.Contains(name) && !IsRuntime(name))
            .ToList();
        Assert.True(foreign.Count == 0, $"{room} refers to {string.Join(", ", foreign)}");
        Assert.Contains("NodaTime", assembly.GetReferencedAssemblies().Select(reference => reference.Name));
    }

    static bool IsRuntime(string name) => name is "netstandard" or "mscorlib"
        || (name.StartsWith("System.", StringComparison.Ordinal) && !name.StartsWith("System.Data", StringComparison.Ordinal)
            && !name.StartsWith("System.Net", StringComparison.Ordinal));

    [Theory]
    [InlineData("Embedded")]
    [InlineData("GraphQL")]
    public void Libraries_know_nothing_of_the_rest(string room)
    {
        var ours = Assembly.Load(Prefix + room).GetReferencedAssemblies()
            .Where(reference => reference.Name!.StartsWith(Prefix, StringComparison.Ordinal));
        Assert.Empty(ours);
    }

    [Fact]
    public void Which_engine_runs_is_known_where_it_is_chosen_and_nowhere_else()
    {
        var asking = Repository.Files
            .Where(file => file.EndsWith(".csproj", StringComparison.Ordinal) || file.EndsWith(".props", StringComparison.Ordinal)
                || file.EndsWith(".targets", StringComparison.Ordinal))
            .Where(file => Repository.Read(file).Contains("$(GrainEngine)", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
        // The switch and where its builds go; what contracts are built against; how a process, and how a test, becomes a host of grains;
        // a yardstick that is a grain of one engine's own storage.
        Assert.Equal(
        [
            "Directory.Build.props", "bench/OrleansScheduling.Bench.csproj", "grain-interfaces/OrleansScheduling.GrainInterfaces.csproj",
            "grains/OrleansScheduling.Grains.csproj", "tests/Grains.Tests/OrleansScheduling.Grains.Tests.csproj",
        ], asking);
        var conditional = Repository.CSharpFiles
            .Where(file => file.StartsWith("grains/", StringComparison.Ordinal)
                || file.StartsWith("grain-interfaces/", StringComparison.Ordinal))
            .Where(file => Repository.Read(file).Contains("\n#if", StringComparison.Ordinal));
        Assert.Empty(conditional);
    }

    [Fact]
    public void Versions_are_pinned_in_one_place()
    {
        var pinnedElsewhere = Repository.Files
            .Where(file => file.EndsWith(".csproj", StringComparison.Ordinal))
            .Where(file => XDocument.Parse(Repository.Read(file)).Descendants("PackageReference")
                .Any(package => package.Attribute("Version") is not null));
        Assert.Empty(pinnedElsewhere);
        var versions = XDocument.Parse(Repository.Read("Directory.Packages.props")).Descendants("PackageVersion").ToList();
        Assert.NotEmpty(versions);
        foreach (var version in versions) Assert.Matches(@"^\d+(\.\d+)+(-[a-z]+\.\d+)?$", version.Attribute("Version")!.Value);
    }
}
