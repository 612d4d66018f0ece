using System.Reflection;
using System.Text;

namespace OrleansScheduling.GraphQL.Building;

/// <summary>Hot Chocolate's names for C# members, so that moving a schema there changes nothing for clients.</summary>
static class Naming
{
    public static string Field(MemberInfo member)
    {
        if (member.GetCustomAttribute<GraphQLNameAttribute>() is { } given) return given.Name;
        var name = member.Name;
        if (member is MethodInfo)
        {
            if (name.StartsWith("Get", StringComparison.Ordinal) && name.Length > 3 && char.IsUpper(name[3])) name = name[3..];
            if (name.EndsWith("Async", StringComparison.Ordinal) && name.Length > 5) name = name[..^5];
        }

        return Camel(name);
    }

    public static string Argument(ParameterInfo parameter) =>
        parameter.GetCustomAttribute<GraphQLNameAttribute>()?.Name ?? Camel(parameter.Name!);

    public static string EnumValue(FieldInfo value) => value.GetCustomAttribute<GraphQLNameAttribute>()?.Name ?? UpperSnake(value.Name);

    /// <summary><c>Connection&lt;Job&gt;</c> is JobConnection, and a type that C# calls by its interface loses the I.</summary>
    public static string Type(Type type, bool input)
    {
        if (type.GetCustomAttribute<GraphQLNameAttribute>() is { } given) return given.Name;
        var name = type.Name;
        if (type.IsGenericType)
            name = string.Concat(type.GetGenericArguments().Select(argument => Type(argument, false)))
                + name[..name.IndexOf('`', StringComparison.Ordinal)];
        else if (type.IsInterface && name.Length > 1 && name[0] == 'I' && char.IsUpper(name[1]))
            name = name[1..];
        return input && !name.EndsWith("Input", StringComparison.Ordinal) ? name + "Input" : name;
    }

    /// <summary><c>ID</c> becomes id, <c>URLPath</c> urlPath, <c>FirstName</c> firstName.</summary>
    public static string Camel(string name)
    {
        var upper = 0;
        while (upper < name.Length && char.IsUpper(name[upper])) upper++;
        if (upper == 0) return name;
        if (upper == name.Length) return name.ToLowerInvariant();
        var lower = upper == 1 ? 1 : upper - 1;
        return name[..lower].ToLowerInvariant() + name[lower..];
    }

    public static string Pascal(string name) => char.ToUpperInvariant(name[0]) + name[1..];

    /// <summary><c>NoAccess</c> becomes NO_ACCESS; a run of capitals stays together.</summary>
    public static string UpperSnake(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            var starts = i > 0 && char.IsUpper(name[i])
                && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1])));
            if (starts && name[i - 1] != '_') text.Append('_');
            text.Append(char.ToUpperInvariant(name[i]));
        }

        return text.ToString();
    }
}
