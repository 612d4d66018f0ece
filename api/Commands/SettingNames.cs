using System.Globalization;
using OrleansScheduling.Api.Access;
using OrleansScheduling.Api.GraphQL;
using OrleansScheduling.Api.Hosting;
using OrleansScheduling.Api.Live;
using OrleansScheduling.Grains.Availability;
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
    ];

    static readonly string[] Single =
        ["ConnectionStrings:Ledger", "Urls", "Http_Ports", "Https_Ports", "AllowedHosts", "Environment"];

    /// <summary>Below these, ASP.NET Core reads names of many shapes.</summary>
    static readonly string[] Open = ["Logging", "Kestrel"];

    /// <summary>Deepest nesting of our options, a list's number included.</summary>
    const int MaxDepth = 5;

    /// <summary>Every name, with 0 for a list's number; to compare a mistyped one with.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. Single,
        .. Open.Select(name => name == "Logging" ? "Logging:LogLevel:Default" : $"{name}:Endpoints"),
        .. Sections.SelectMany(section => Below(section.Section, section.Options, MaxDepth)),
    ];

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

    static IEnumerable<string> Below(string name, Type type, int depth)
    {
        if (depth == 0) return [];
        var entry = type.IsArray ? type.GetElementType() : type.IsGenericType && type != typeof(string) && IsList(type)
            ? type.GetGenericArguments()[0]
            : null;
        if (entry is not null) return Below($"{name}:0", entry, depth - 1);
        if (type.Namespace?.StartsWith("System", StringComparison.Ordinal) == true || type.IsEnum) return [name];
        return type.GetProperties()
            // A list is added to, and a delegate is for programs.
            .Where(property => (property.CanWrite || property.PropertyType.IsGenericType && IsList(property.PropertyType))
                && !typeof(Delegate).IsAssignableFrom(property.PropertyType))
            .SelectMany(property => Below($"{name}:{property.Name}", property.PropertyType, depth - 1));
    }

    static bool IsList(Type type) => typeof(System.Collections.IEnumerable).IsAssignableFrom(type);
}
