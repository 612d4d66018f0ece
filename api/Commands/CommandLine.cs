using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;

namespace OrleansScheduling.Api.Commands;

/// <summary>
/// What was typed: settings such as <c>--Ledger:Directory=x</c> apart from a command with its arguments and options. Whatever is neither
/// is told; left unread, a mistyped <c>--dry-run</c> would write.
/// </summary>
static class CommandLine
{
    /// <summary>
    /// What was typed, parsed, with the settings as its unmatched tokens, each as one <c>--Name=value</c>; or what is wrong.
    /// </summary>
    public static (ParseResult Parsed, string? Fault) Parse(RootCommand root, IReadOnlyList<string> typed)
    {
        var (arguments, settings, fault) = Parted(typed);
        // Without the settings first: an argument that is missing would take the next of them for its value.
        var parsed = root.Parse(arguments);
        fault ??= FaultOf(parsed);
        return fault is null && settings.Count > 0 ? (root.Parse([.. arguments, .. settings]), null) : (parsed, fault);
    }

    static (List<string> Arguments, List<string> Settings, string? Fault) Parted(IReadOnlyList<string> typed)
    {
        var arguments = new List<string>();
        var settings = new List<string>();
        for (var i = 0; i < typed.Count; i++)
        {
            if (!IsSetting(typed[i]))
            {
                arguments.Add(typed[i]);
                continue;
            }

            if (typed[i].Contains('=', StringComparison.Ordinal))
            {
                settings.Add(typed[i]);
                continue;
            }

            if (i + 1 == typed.Count || typed[i + 1].StartsWith("--", StringComparison.Ordinal))
                return (arguments, settings, $"The setting '{typed[i]}' has no value: write {typed[i]}=VALUE.");
            settings.Add($"{typed[i]}={typed[++i]}");
        }

        return (arguments, settings, null);
    }

    /// <summary>One sentence about the first thing that nobody would read; null when there is none.</summary>
    static string? FaultOf(ParseResult parsed)
    {
        if (parsed.Action is HelpAction) return null;
        var command = parsed.CommandResult.Command;
        // An unknown option is taken for an argument where one is still wanted.
        var options = parsed.Tokens.Where(token => token.Type == TokenType.Argument && token.Value.StartsWith('-'));
        if (options.Select(token => token.Value).Concat(parsed.UnmatchedTokens).FirstOrDefault() is not { } unknown)
            return parsed.Errors.Count == 0 ? null : parsed.Errors[0].Message;
        if (unknown.StartsWith('-'))
        {
            var known = command.Options.Select(option => option.Name).Concat(SettingNames.All.Select(name => "--" + name));
            return $"There is no option or setting '{NameOf(unknown)}'; the nearest is '{Nearest(NameOf(unknown), known)}'. "
                + "Run with --help to see the options; docs/running.md has the settings.";
        }

        return command is RootCommand
            ? $"There is no command '{unknown}'; the nearest is '{Nearest(unknown, command.Subcommands.Select(one => one.Name))}'. "
                + "Run with --help to see what there is."
            : $"'{unknown}' is one argument too many for '{command.Name}'. Run with --help to see what it takes.";
    }

    static bool IsSetting(string token) => token.StartsWith("--", StringComparison.Ordinal) && SettingNames.IsKnown(NameOf(token)[2..]);

    static string NameOf(string token) => token.Split('=', 2)[0];

    static string Nearest(string typed, IEnumerable<string> known) =>
        known.MinBy(name => Distance(typed.ToUpperInvariant(), name.ToUpperInvariant())) ?? "--help";

    /// <summary>How many letters have to be put in, taken out or exchanged to make one of the other.</summary>
    static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var exchanged = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(exchanged, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
