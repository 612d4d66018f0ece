using System.Collections.Concurrent;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace OrleansScheduling.GraphQL.Building;

/// <summary>
/// Finds the descriptions of a schema in the XML documentation file that the compiler writes beside an assembly, as Markdown; null where
/// there is none.
/// </summary>
public static partial class DocComments
{
    static readonly ConcurrentDictionary<Assembly, IReadOnlyDictionary<string, XElement>> Files = new();

    public static string? Of(Type type) => Summary(Find(type.Assembly, "T:" + TypeName(type)));

    public static string? Of(MemberInfo member)
    {
        var type = member.DeclaringType!;
        var summary = Summary(Find(type.Assembly, Key(member)));

        // A positional record describes its properties by the parameters of its own comment.
        return summary ?? Parameter(Find(type.Assembly, "T:" + TypeName(type)), member.Name);
    }

    public static string? Of(ParameterInfo parameter) =>
        Parameter(Find(parameter.Member.DeclaringType!.Assembly, Key(parameter.Member)), parameter.Name!);

    static string Key(MemberInfo member)
    {
        var owner = TypeName(member.DeclaringType!);
        return member switch
        {
            MethodInfo method => $"M:{owner}.{method.Name}" + Parameters(method),
            PropertyInfo => $"P:{owner}.{member.Name}",
            _ => $"F:{owner}.{member.Name}",
        };
    }

    static string Parameters(MethodInfo method)
    {
        var parameters = method.GetParameters();
        return parameters.Length == 0 ? "" : "(" + string.Join(',', parameters.Select(parameter => ParameterType(parameter.ParameterType)))
            + ")";
    }

    static string ParameterType(Type type)
    {
        if (type.IsArray) return ParameterType(type.GetElementType()!) + "[]";
        if (!type.IsGenericType) return TypeName(type);
        var definition = TypeName(type.GetGenericTypeDefinition());
        return definition[..definition.LastIndexOf('`')] + "{" + string.Join(',', type.GetGenericArguments().Select(ParameterType)) + "}";
    }

    static string TypeName(Type type) => (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');

    static XElement? Find(Assembly assembly, string key) => Files.GetOrAdd(assembly, Load).GetValueOrDefault(key);

    static Dictionary<string, XElement> Load(Assembly assembly)
    {
        var path = assembly.IsDynamic || assembly.Location.Length == 0 ? null : Path.ChangeExtension(assembly.Location, ".xml");
        if (path is null || !File.Exists(path)) return [];
        try
        {
            return XDocument.Load(path, LoadOptions.PreserveWhitespace).Descendants("member")
                .Where(member => member.Attribute("name") is not null)
                .GroupBy(member => member.Attribute("name")!.Value, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
        }
        catch (XmlException)
        {
            // Descriptions are a help, not a need: an unreadable file must not keep a server from starting.
            return [];
        }
    }

    static string? Summary(XElement? member) => Clean(member?.Element("summary"));

    static string? Parameter(XElement? member, string name) =>
        Clean(member?.Elements("param").FirstOrDefault(parameter => parameter.Attribute("name")?.Value == name));

    static string? Clean(XElement? element)
    {
        if (element is null) return null;
        var text = string.Concat(element.Nodes().Select(node => node switch
        {
            XText plain => plain.Value,
            XElement { Name.LocalName: "see" or "seealso" or "paramref" } reference => ReferenceName(reference),
            XElement { Name.LocalName: "para" } paragraph => "\n\n" + paragraph.Value.Trim() + "\n\n",
            XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
            XElement other => other.Value,
            _ => "",
        }));
        var paragraphs = BlankLine().Split(text.Trim()).Select(paragraph => Spaces().Replace(paragraph.Trim(), " "));
        var cleaned = string.Join("\n\n", paragraphs.Where(paragraph => paragraph.Length > 0));
        return cleaned.Length == 0 ? null : cleaned;
    }

    static string ReferenceName(XElement element)
    {
        var target = (element.Attribute("cref") ?? element.Attribute("name") ?? element.Attribute("langword"))?.Value ?? element.Value;
        return "`" + target[(target.LastIndexOfAny(['.', ':']) + 1)..] + "`";
    }

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Spaces();

    [GeneratedRegex(@"\n\s*\n", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex BlankLine();
}
