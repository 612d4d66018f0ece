using System.Collections;
using System.CommandLine;
using System.Globalization;
using OrleansScheduling.GraphQL.Building;

namespace OrleansScheduling.Api.Commands;

/// <summary><c>settings</c>: every setting with what it is when it is not set and what it means, as a table of Markdown.</summary>
static class SettingsCommand
{
    public static Command Create()
    {
        var command = new Command("settings", "Tells every setting: its name, what it is when it is not set, and what it means.");
        command.SetAction(async (_, _) =>
        {
            await Console.Out.WriteAsync(Reference());
            return 0;
        });
        return command;
    }

    /// <summary>The whole table, from the classes that read the settings and the file that is shipped with the program.</summary>
    public static string Reference()
    {
        var shipped = new ConfigurationBuilder().AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json")).Build();
        var rows = SettingNames.Single.Select(setting => (setting.Name, Unset: TextOf(""), setting.Meaning))
            .Concat(SettingNames.Ours.Where(setting => setting.Name != "Ledger:ConnectionString")
                // Read by two classes, one of which knows the file that is meant.
                .GroupBy(setting => setting.Name).Select(same => same.Last())
                .Select(setting => (setting.Name, Unset: TextOf(setting.Default), Meaning: DocComments.Of(setting.Property) ?? "")));
        var lines = rows.Select(row =>
            $"| `{row.Name}` | {(shipped[row.Name] is { } value ? TextOf(value) : row.Unset)} | {Cell(row.Meaning)} |");
        return $"""
            # Settings

            Every setting with what it is when it is not set. [Running](running.md) says where they come from and what to think of. Below
            `Logging` and `Kestrel` ASP.NET Core reads names of its own. Written by `dotnet run --project api -- settings`.

            | setting | unless set | meaning |
            | --- | --- | --- |
            {string.Join('\n', lines)}

            """.ReplaceLineEndings("\n");
    }

    static string Cell(string text) => text.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal);

    static string TextOf(object? value) => value switch
    {
        null => "by environment",
        "" => "empty",
        bool flag => flag ? "true" : "false",
        string text => $"`{text}`",
        IEnumerable => "none",
        TimeSpan span => $"`{span:c}`",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}
