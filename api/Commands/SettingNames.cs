using System.Globalization;
using System.Reflection;
using OrleansScheduling.Api.Access;
using OrleansScheduling.Api.GraphQL;
using OrleansScheduling.Api.Hosting;
using OrleansScheduling.Api.Live;
using OrleansScheduling.Grains.Availability;
using OrleansScheduling.Grains.Engine;
using OrleansScheduling.GraphQL.Execution;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Commands;

/// <summary>
/// The settings that the command line may name: what the options' classes read, and ASP.NET Core's own that make sense here.
/// </summary>
static class SettingNames
{
    /// <summary>Each section with the class that reads it.</summary>
    static readonly (string Section, Type Options)[] Sections =
    [
        ("Ledger", typeof(LedgerOptions)),
        ("Scheduling", typeof(SchedulingOptions)),
        ("Desk", typeof(DeskOptions)),
        ("Demo", typeof(DemoOptions)),
        ("Live", typeof(LiveOptions)),
        ("Access", typeof(AccessOptions)),
        ("GraphQL", typeof(GraphQLOptions)),
        ("GraphQL", typeof(TrustedDocumentOptions)),
        ("Limits", typeof(LimitOptions)),
        ("Telemetry", typeof(TelemetryOptions)),
        (GrainClusterOptions.Section, typeof(GrainClusterOptions)),
    ];

    /// <summary>Those that no class of ours has, with what they mean.</summary>
    internal static readonly (string Name, string Meaning)[] Single =
    [
        ("ConnectionStrings:Ledger", "A PostgreSQL connection string (`Host=…`); empty for SQLite in `Ledger:Directory`."),
        ("Urls", "Where the host listens; several with a semicolon between."),
        ("Http_Ports", "Ports to listen at on all addresses, instead of `Urls`."),
        ("Https_Ports", "Ports to listen at on all addresses with TLS, instead of `Urls`."),
        ("AllowedHosts", "The host names that are answered, with a semicolon between; set it together with `Urls`."),
        ("Environment", "Production, unless it says Development, where people of the demonstration can be chosen."),
    ];

    /// <summary>Below these, ASP.NET Core reads names of many shapes.</summary>
    static readonly string[] Open = ["Logging", "Kestrel"];

    /// <summary>Deepest nesting of our options.</summary>
    const int MaxDepth = 3;

    /// <summary>Every name, with 0 for a list's number; to compare a mistyped one with.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. Single.Select(setting => setting.Name),
        .. Open.Select(name => name == "Logging" ? "Logging:LogLevel:Default" : $"{name}:Endpoints"),
        .. Ours.Select(setting => setting.Name),
    ];

    /// <summary>What our classes read, section by section: where it stands, and the value that it has when it is not set.</summary>
    public static IEnumerable<(string Name, PropertyInfo Property, object? Default)> Ours =>
        Sections.SelectMany(section => Below(section.Section, section.Options, MaxDepth));

    static readonly HashSet<string> Known = new(All, StringComparer.OrdinalIgnoreCase);

    /// <param name="name">Without the dashes before it.</param>
    public static bool IsKnown(string name)
    {
        var parts = name.Split(':');
        if (parts.Length > 1 && Open.Contains(parts[0], StringComparer.OrdinalIgnoreCase)) return parts.All(part => part.Length > 0);
        // Any place of a list is as good as its first.
        for (var i = 1; i < parts.Length; i++)
        {
            if (int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out _)) parts[i] = "0";
        }

        return Known.Contains(string.Join(':', parts));
    }

    static IEnumerable<(string Name, PropertyInfo Property, object? Default)> Below(string name, Type type, int depth)
    {
        if (depth == 0) return [];
        var made = Activator.CreateInstance(type);
        return type.GetProperties()
            // A list is added to, and a delegate is for programs.
            .Where(property => (property.CanWrite || EntryOf(property.PropertyType) is not null)
                && !typeof(Delegate).IsAssignableFrom(property.PropertyType))
            .SelectMany(property =>
            {
                var (each, entry) = ($"{name}:{property.Name}", EntryOf(property.PropertyType));
                var of = entry ?? property.PropertyType;
                if (entry is not null) each += ":0";
                return of.Namespace?.StartsWith("System", StringComparison.Ordinal) == true || of.IsEnum
                    ? [(each, property, property.GetValue(made))]
                    : Below(each, of, depth - 1);
            });
    }

    /// <summary>What a list has; null for everything else.</summary>
    static Type? EntryOf(Type type) =>
        type.IsArray ? type.GetElementType()
        : type.IsGenericType && typeof(System.Collections.IEnumerable).IsAssignableFrom(type) ? type.GetGenericArguments()[0] : null;
}
