using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace OrleansScheduling.Architecture.Tests;

/// <summary>The habits of the house that a compiler does not check.</summary>
public partial class TidyTests
{
    const int MaxFunctionLines = 70;
    const int MaxFileLines = 500;
    const int MaxLineLength = 140;

    static readonly string[] BannedTypeEndings = ["Manager", "Helper", "Helpers", "Processor", "Util", "Utils"];

    [Fact]
    public void Functions_fit_on_a_screen()
    {
        var overlong = new List<string>();
        var functions = 0;
        foreach (var (file, root) in Trees())
        {
            foreach (var function in root.DescendantNodes()
                .Where(node => node is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax))
            {
                functions++;
                var span = function.GetLocation().GetLineSpan();
                var lines = span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
                if (lines > MaxFunctionLines) overlong.Add($"{file}:{span.StartLinePosition.Line + 1}: {lines} lines");
            }
        }

        Assert.True(functions > 300, $"Only {functions} functions were read.");
        Assert.True(overlong.Count == 0, string.Join('\n', overlong));
    }

    [Fact]
    public void Files_are_split_by_concept_before_500_lines()
    {
        var large = Repository.CSharpFiles
            .Select(file => (file, Lines: Repository.Read(file).Count(character => character == '\n')))
            .Where(file => file.Lines > MaxFileLines)
            .Select(file => $"{file.file}: {file.Lines} lines");
        Assert.Empty(large);
    }

    [Fact]
    public void Lines_fit_in_140_columns()
    {
        var wide = from file in Repository.CSharpFiles
                   from line in Repository.Read(file).Split('\n').Select((text, number) => (Text: text.TrimEnd('\r'), Number: number + 1))
                   where line.Text.Length > MaxLineLength && !line.Text.Contains("http", StringComparison.Ordinal)
                   // A row of a test's table stays one row.
                   where !file.StartsWith("tests/", StringComparison.Ordinal) || !TableRow().IsMatch(line.Text)
                   select $"{file}:{line.Number}: {line.Text.Length} columns";
        Assert.Empty(wide);
    }

    [Fact]
    public void Types_are_named_by_the_trade()
    {
        var vague = from tree in Trees()
                    from type in tree.Root.DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
                    where BannedTypeEndings.Any(ending => type.Identifier.Text.EndsWith(ending, StringComparison.Ordinal))
                    select $"{tree.File}: {type.Identifier.Text}";
        Assert.Empty(vague);
    }

    [Fact]
    public void Enums_begin_with_None()
    {
        var wrong = from tree in Trees()
                    where !tree.File.StartsWith("tests/", StringComparison.Ordinal)
                        && !tree.File.StartsWith("graphql/", StringComparison.Ordinal)
                        && !tree.File.StartsWith("embedded/", StringComparison.Ordinal)
                    from type in tree.Root.DescendantNodes().OfType<EnumDeclarationSyntax>()
                    where type.Members.Count == 0 || type.Members[0].Identifier.Text != "None"
                    select $"{tree.File}: {type.Identifier.Text}";
        Assert.Empty(wrong);
    }

    [Fact]
    public void Nothing_is_left_to_do_and_no_test_sleeps()
    {
        var found = new List<string>();
        foreach (var file in Repository.CSharpFiles.Where(file => !file.EndsWith("TidyTests.cs", StringComparison.Ordinal)))
        {
            var text = Repository.Read(file);
            if (LeftToDo().IsMatch(text)) found.Add($"{file}: a note of something left to do");
            if (IssueNumber().IsMatch(text)) found.Add($"{file}: an issue number in a comment");
            if (file.StartsWith("tests/", StringComparison.Ordinal) && Sleep().IsMatch(text)) found.Add($"{file}: a sleep in a test");
            if (NeverFails().IsMatch(text)) found.Add($"{file}: an assertion that cannot fail");
        }

        Assert.Empty(found);
    }

    /// <summary>
    /// A token that the runtime's own timer cancels calls back whatever hangs on it out of that timer: when a database driver throws there,
    /// whose connection is taken apart at the moment, the process ends.
    /// </summary>
    [Fact]
    public void No_timer_cancels_what_reaches_the_databases_driver()
    {
        string[] rooms = ["ledger/", "grains/", "api/", "embedded/", "graphql/Execution/"];
        var files = Repository.CSharpFiles.Where(file => rooms.Any(room => file.StartsWith(room, StringComparison.Ordinal))).ToList();
        Assert.True(files.Count > 200, $"Only {files.Count} files were read.");
        Assert.Matches(TimedToken(), "using var limit = new CancellationTokenSource(patience, time);");
        Assert.DoesNotMatch(TimedToken(), "using var limit = new CancellationTokenSource();");
        Assert.DoesNotContain(files, file => TimedToken().IsMatch(Repository.Read(file)));
    }

    /// <summary>Whoever opens connections in another way keeps sessions at the server that nobody ends.</summary>
    [Fact]
    public void Connections_to_the_server_are_all_made_in_one_place()
    {
        string[] rooms = ["ledger/", "grains/", "api/", "check/", "import/"];
        var makers = from file in Repository.CSharpFiles
                     where rooms.Any(room => file.StartsWith(room, StringComparison.Ordinal))
                     let text = Repository.Read(file)
                     where text.Contains("new NpgsqlConnectionStringBuilder(", StringComparison.Ordinal)
                         || text.Contains("NpgsqlDataSource.Create(", StringComparison.Ordinal)
                         || text.Contains("new NpgsqlConnection(", StringComparison.Ordinal)
                         || text.Replace("new NpgsqlDataSourceBuilder(connection.ConnectionString)", "", StringComparison.Ordinal)
                             .Contains("NpgsqlDataSourceBuilder(", StringComparison.Ordinal)
                     select file;
        Assert.Equal(["ledger/PostgreSql/PostgreSqlSessions.cs"], makers);
    }

    [Fact]
    public void No_path_of_one_machine_is_in_the_tree()
    {
        var found = from file in Repository.Files
                    where TextFile().IsMatch(file) && !file.EndsWith("TidyTests.cs", StringComparison.Ordinal)
                    where MachinePath().IsMatch(Repository.Read(file))
                    select file;
        Assert.Empty(found);
    }

    [Fact]
    public void Decisions_are_numbered_without_gaps()
    {
        var numbers = Repository.Files
            .Where(file => file.StartsWith("docs/decisions/", StringComparison.Ordinal))
            .Select(file => Path.GetFileName(file)[..4])
            .Order(StringComparer.Ordinal)
            .ToList();
        Assert.NotEmpty(numbers);
        Assert.Equal(Enumerable.Range(1, numbers.Count).Select(number => number.ToString("0000", null)), numbers);
    }

    [Fact]
    public void Links_between_documents_lead_somewhere()
    {
        var broken = new List<string>();
        foreach (var file in Repository.Files.Where(file => file.EndsWith(".md", StringComparison.Ordinal)))
        {
            foreach (Match link in Link().Matches(Repository.Read(file)))
            {
                var target = link.Groups[1].Value.Split('#')[0];
                if (target.Length == 0 || target.Contains("://", StringComparison.Ordinal)) continue;
                var path = Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(file)!, target));
                if (!File.Exists(path) && !Directory.Exists(path)) broken.Add($"{file}: {target}");
            }
        }

        Assert.Empty(broken);
    }

    [Fact]
    public void Commands_in_the_readme_name_projects_that_exist()
    {
        var projects = Command().Matches(Repository.Read("README.md")).Select(match => match.Groups[1].Value).Distinct().ToList();
        Assert.Contains("api", projects);
        foreach (var project in projects)
            Assert.NotEmpty(Directory.GetFiles(Path.Combine(Repository.Root, project), "*.csproj"));
    }

    static IEnumerable<(string File, SyntaxNode Root)> Trees() =>
        from file in Repository.CSharpFiles
        select (file, CSharpSyntaxTree.ParseText(Repository.Read(file)).GetRoot());

    [GeneratedRegex(@"//\s*(TODO|HACK|FIXME|XXX)\b|NotImplementedException", RegexOptions.None, 1000)]
    private static partial Regex LeftToDo();

    [GeneratedRegex(@"//.*\b(issue|ticket)\s*#?\d+", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex IssueNumber();

    [GeneratedRegex(@"\.CancelAfter\(|new CancellationTokenSource\([^)]", RegexOptions.None, 1000)]
    private static partial Regex TimedToken();

    [GeneratedRegex(@"Thread\.Sleep|Task\.Delay\(", RegexOptions.None, 1000)]
    private static partial Regex Sleep();

    [GeneratedRegex(@"Assert\.True\(true\)|Assert\.False\(false\)", RegexOptions.None, 1000)]
    private static partial Regex NeverFails();

    [GeneratedRegex(@"/work/|/farm/|/root/|/home/[a-z]+/|C:\\Users\\", RegexOptions.None, 1000)]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"\.(cs|csproj|props|targets|md|json|ts|js|css|cshtml|yml|sh)$|^\.ci/", RegexOptions.None, 1000)]
    private static partial Regex TextFile();

    [GeneratedRegex(@"^\s*(\[InlineData\(|"")", RegexOptions.None, 1000)]
    private static partial Regex TableRow();

    [GeneratedRegex(@"\]\(([^)\s]+)\)", RegexOptions.None, 1000)]
    private static partial Regex Link();

    [GeneratedRegex(@"dotnet run[^\n]*--project (\S+)", RegexOptions.None, 1000)]
    private static partial Regex Command();
}
