using System.Globalization;
using System.Text;
using OrleansScheduling.GraphQL.Types;

namespace OrleansScheduling.GraphQL.Tests.Differential;

/// <summary>Writes documents for a schema: mostly right, sometimes wrong in the ways that people and programs get them wrong.</summary>
sealed class DocumentGenerator(Schema schema, Random random)
{
    static readonly string[] Names = [
        "a", "b", "nme", "idd", "visit", "Operativ", "styl", "limits", "x1", "on", "type", "query", "fragment", "true", "null"];

    readonly List<(string Name, string Type, GraphQLType? Known)> variables = [];
    readonly List<(string Name, NamedType Type)> fragments = [];
    int aliases;
    bool definitionsWritten;
    double noise;
    int budget;

    public sealed record Generated(string Text, Dictionary<string, object?>? Variables, string? OperationName);

    public Generated Generate()
    {
        variables.Clear();
        fragments.Clear();
        definitionsWritten = false;
        noise = random.Next(3) switch { 0 => 0, 1 => 0.02, _ => 0.12 };
        budget = random.Next(4, 40);
        var text = new StringBuilder();
        var operations = Chance(0.12) ? 2 : 1;
        for (var i = 0; i < operations; i++) Operation(text, operations > 1 || Chance(0.4) ? $"Op{random.Next(3)}" : "");
        if (Chance(noise)) fragments.Add(("Unused", schema.Query!));
        for (var i = 0; i < fragments.Count; i++) Fragment(text, fragments[i].Name, fragments[i].Type);
        if (Chance(noise / 4)) text.Append(" type Extra { a: Int }");
        var written = text.ToString();
        if (Chance(noise == 0 ? 0.1 : 0.3)) written = new TextMutator(random).Mutate(written);
        return new Generated(written, Values(), operations > 1 && Chance(0.7) ? $"Op{random.Next(3)}" : null);
    }

    bool Chance(double probability) => random.NextDouble() < probability;

    T Pick<T>(IReadOnlyList<T> items) => items[random.Next(items.Count)];

    void Operation(StringBuilder text, string name)
    {
        var kind = random.Next(10) switch { 0 => "mutation", 1 => "subscription", _ => "query" };
        var root = kind switch { "mutation" => schema.Mutation!, "subscription" => schema.Subscription!, _ => schema.Query! };
        var body = new StringBuilder();
        Selections(body, root, 0);
        if (kind != "query" || name.Length > 0 || variables.Count > 0 || Chance(0.3))
        {
            if (Chance(0.05)) text.Append("\"\"\"\n  What it does\n\"\"\"\n");
            text.Append(kind).Append(' ').Append(name);
            if (variables.Count > 0) Definitions(text);
            if (Chance(0.05)) text.Append(" @onQuery");
            if (Chance(noise)) text.Append(" @onField @unknown(a: 1)");
        }

        text.Append(body).Append('\n');
    }

    void Definitions(StringBuilder text)
    {
        definitionsWritten = true;
        text.Append('(');
        foreach (var (name, type, known) in variables)
        {
            if (Chance(noise / 2)) continue;
            if (Chance(0.03)) text.Append("\"described\" ");
            text.Append('$').Append(name).Append(": ")
                .Append(Chance(noise) ? Pick(["Int", "String!", "[ID]", "Operative", "Nope", "Style"]) : type);
            if (Chance(0.2) && known is not null) text.Append(" = ").Append(Literal(known, 2, constant: true));
            if (Chance(0.05)) text.Append(" @onVariable(must: true)");
            if (Chance(noise)) text.Append(" @onVariable");
            text.Append(Chance(0.5) ? ", " : "\n");
        }

        text.Append(Chance(noise) ? "$extra: Int" : "").Append(')');
        text.Replace("()", "");
    }

    void Fragment(StringBuilder text, string name, NamedType type)
    {
        text.Append("fragment ").Append(Chance(noise / 2) ? "F0" : name).Append(" on ")
            .Append(Chance(noise / 2) ? Pick(["Operativ", "Style", "VisitFilter"]) : type.Name);
        if (Chance(0.1)) text.Append(" @onFragment @onFragment");
        Selections(text, type, 2);
        text.Append('\n');
    }

    /// <summary>An existing fragment that may stand here, or the name of a new one; a cycle now and then.</summary>
    string Spread(NamedType type)
    {
        var usable = fragments.FindIndex(fragment => schema.Overlap(fragment.Type, type));
        if (usable >= 0 && Chance(noise)) return fragments[usable].Name;
        if (Chance(noise / 2)) return "Missing";
        fragments.Add(($"F{fragments.Count}", Chance(noise) ? schema.Query! : type));
        return fragments[^1].Name;
    }

    void Selections(StringBuilder text, NamedType type, int depth)
    {
        text.Append(" {");
        var count = type == schema.Subscription && !Chance(noise) ? 1 : random.Next(1, 5);
        for (var i = 0; i < count; i++)
        {
            text.Append(Chance(0.7) ? " " : Pick([",", "\n  ", "\r\n", " # comment\n"]));
            budget--;
            var choice = random.Next(12);
            if (choice == 0 && fragments.Count < 6 && depth < 5) text.Append("...").Append(Spread(type)).Append(Directives(true));
            else if (choice == 1 && depth < 6) Inline(text, type, depth);
            else if (choice == 2 && (type != schema.Subscription || Chance(noise))) text.Append(Alias()).Append("__typename");
            else if (choice == 3 && type == schema.Query && Chance(0.3)) text.Append(Introspect());
            else Field(text, type, depth);
        }

        text.Append(" }");
    }

    string Introspect() => random.Next(4) switch
    {
        0 => "__type(name: \"" + Pick(schema.Types.Select(type => type.Name).ToList())
            + "\") { kind name description fields(includeDeprecated: true) "
            + "{ name args { name defaultValue type { name ofType { name kind } } } isDeprecated deprecationReason } "
            + "enumValues { name } inputFields { name defaultValue } interfaces { name } possibleTypes { name } isOneOf specifiedByURL }",
        1 => "__schema { description types { name kind } directives { name isRepeatable locations args { name defaultValue } } "
            + "queryType { name } mutationType { name } }",
        2 => "__schema { types { fields { type { fields { type { fields { name } } } } } } }",
        _ => "__type(name: \"Style\") { enumValues(includeDeprecated: " + (Chance(0.5) ? "true" : "null")
            + ") { name deprecationReason description } }",
    };

    void Inline(StringBuilder text, NamedType type, int depth)
    {
        var types = schema.Types.Where(t => t.IsComposite && !t.Name.StartsWith("__", StringComparison.Ordinal)).ToList();
        var overlapping = types.Where(t => schema.Overlap(t, type)).ToList();
        var target = Chance(0.3) ? type : Pick(Chance(noise) ? types : overlapping);
        text.Append("...");
        if (!Chance(0.2)) text.Append(" on ").Append(Chance(noise / 3) ? "Style" : target.Name);
        else target = type;
        text.Append(Directives(true));
        Selections(text, target, depth + 1);
    }

    string Alias() => !Chance(0.15) ? "" : Chance(noise) ? Pick(["a", "b", "id", "name", "c"]) + ": " : $"x{aliases++}: ";

    void Field(StringBuilder text, NamedType type, int depth)
    {
        var fields = (type as ComplexType)?.Fields ?? [];
        if (fields.Count == 0)
        {
            text.Append(Alias()).Append(Chance(noise) ? "minutes" : "__typename");
            return;
        }

        var leaves = fields.Where(f => f.Type.NamedType.IsLeaf).ToList();
        var field = (budget <= 0 || depth > 5) && leaves.Count > 0 ? Pick(leaves) : Pick(fields);
        if (budget <= 0 && !field.Type.NamedType.IsLeaf)
        {
            text.Append("__typename");
            return;
        }

        var safe = field.Arguments.Count > 0 && !Chance(noise) ? $"x{aliases++}: " : Alias();
        text.Append(safe).Append(Chance(noise) ? Pick(Names[..8]) : field.Name);
        Arguments(text, field);
        text.Append(type == schema.Subscription ? "" : Directives(false));
        if (field.Type.NamedType.IsComposite != Chance(noise)) Selections(
            text, field.Type.NamedType.IsComposite ? field.Type.NamedType : schema.Query!, depth + 1);
    }

    void Arguments(StringBuilder text, FieldDefinition field)
    {
        var given = new List<string>();
        foreach (var argument in field.Arguments)
        {
            if (!(argument.IsRequired ? !Chance(noise) : Chance(0.35))) continue;
            given.Add($"{(Chance(noise) ? Pick(Names) : argument.Name)}: {Value(argument.Type, 3)}");
            if (Chance(noise / 2)) given.Add(given[^1]);
        }

        if (Chance(noise / 2)) given.Add("extra: 1");
        if (given.Count > 0) text.Append('(').AppendJoin(Chance(0.8) ? ", " : "\n", given).Append(')');
    }

    string Directives(bool fragment)
    {
        if (!Chance(0.1)) return "";
        return random.Next(6) switch
        {
            0 => " @include(if: true)",
            1 => " @skip(if: false) @include(if: " + Value(new NonNullType(BuiltInScalars.Boolean), 1) + ")",
            2 => " @skip(if: " + Value(new NonNullType(BuiltInScalars.Boolean), 1) + ")",
            3 => Chance(noise) ? " @include" : " @include(if: false)",
            4 => fragment && !Chance(noise) ? " @onFragment" : " @onField(reason: \"because\", level: 2)",
            _ => Chance(noise) ? " @onFeld(resaon: 1) @skip(iff: true)" : "",
        };
    }

    string Value(GraphQLType type, int depth)
    {
        if (!Chance(0.2)) return Literal(type, depth, constant: false);
        var existing = variables.FindIndex(v => v.Known is not null && v.Type.TrimEnd('!') == type.ToString()!.TrimEnd('!'));
        if (existing >= 0 && Chance(0.8)) return "$" + variables[existing].Name;
        if (variables.Count >= 5 || definitionsWritten) return Chance(noise) ? "$nobody" : Literal(type, depth, constant: false);
        var name = $"v{variables.Count}";
        variables.Add((name, Chance(0.1 * Math.Sign(noise)) ? type.NullableType.ToString()! : type.ToString()!, type));
        return "$" + name;
    }

    string Literal(GraphQLType type, int depth, bool constant)
    {
        if (Chance(noise)) return Pick(["1", "\"text\"", "true", "SHORT", "LOGN", "null", "[1]", "{limit: 1}", "{}", "[]", "1.5",
            "99999999999", "\"\"\"block\"\"\"", "[[null]]", "{byId: null}"]);
        if (type is NonNullType nonNull) return Literal(nonNull.OfType, depth, constant);
        if (Chance(0.06)) return "null";
        if (type is ListType list)
            return Chance(0.15)
                ? Literal(list.OfType, depth - 1, constant)
                : "[" + string.Join(", ", Enumerable.Range(0, random.Next(4)).Select(_ => Item(list.OfType, depth, constant))) + "]";
        return type switch
        {
            InputObjectType { IsOneOf: true } oneOf =>
                "{" + Member(Pick(oneOf.Fields), depth, constant) + (Chance(noise) ? ", byId: 4" : "") + "}",
            InputObjectType input => "{" + string.Join(", ", input.Fields
                .Where(f => depth > 0 && (f.IsRequired ? !Chance(noise) : Chance(0.25))).Select(f => Member(f, depth, constant))) + "}",
            EnumType enumeration => Pick(enumeration.Values).Name,
            _ => Scalar(((NamedType)type).Name),
        };
    }

    string Item(GraphQLType type, int depth, bool constant) =>
        constant || Chance(0.9) ? Literal(type, depth - 1, constant) : Value(type, depth - 1);

    string Member(InputValue field, int depth, bool constant) =>
        (Chance(noise) ? Pick(Names[..8]) : field.Name) + ": "
            + (constant ? Literal(field.Type, depth - 1, constant) : Value(field.Type, depth - 1));

    string Scalar(string name) => name switch
    {
        "Int" => Pick(["0", "1", "-7", "42", "2147483647"]),
        "Float" => Pick(["1", "1.5", "-0.25", "1e3", "6.02e23", "100000000000000000000000", "0.0000001", "1.7e308", "1e400"]),
        "Boolean" => Chance(0.5) ? "true" : "false",
        "ID" => Pick(["1", "\"abc\"", "-5", "\"\""]),
        "Moment" => Pick(["\"2026-01-01\"", "5", "{a: [1, B]}", "1.25", "true"]),
        _ => Pick(["\"\"", "\"text\"", "\"caf\\u00e9 \\uD83D\\uDE00 \\u{1F600} \\n \\\"q\\\"\"",
            "\"\"\"\n    block\n      indented\n    \"\"\"", "\"é😀\""]),
    };

    Dictionary<string, object?>? Values()
    {
        if (variables.Count == 0 && !Chance(0.1)) return null;
        var values = new Dictionary<string, object?>();
        foreach (var (name, _, known) in variables)
            if (!Chance(0.15)) values[name] = known is null ? 1 : Json(known, 3);
        if (Chance(0.1)) values["unknown"] = "ignored";
        return values;
    }

    object? Json(GraphQLType type, int depth)
    {
        if (Chance(0.05 + noise)) return Pick<object?>([null, 1, -2.5, "text", true, new object[] { 1, "a" },
            new Dictionary<string, object?> { ["limit"] = 3, ["x"] = null }, 3e10, "", "LOGN", 1e21]);
        if (type is NonNullType nonNull) return Json(nonNull.OfType, depth);
        if (type is ListType list) return Chance(0.15) ? Json(list.OfType, depth)
            : Enumerable.Range(0, random.Next(4)).Select(_ => Json(list.OfType, depth - 1)).ToArray();
        if (type is InputObjectType input)
            return input.Fields.Where(f => depth > 0 && (f.IsRequired || Chance(input.IsOneOf ? 0.4 : 0.25))).ToDictionary(
                f => Chance(noise) ? f.Name + "s" : f.Name, f => Json(f.Type, depth - 1));
        if (type is EnumType enumeration) return Pick(enumeration.Values).Name;
        return ((NamedType)type).Name switch
        {
            "Int" => random.Next(-5, 1000),
            "Float" => random.Next(3) switch { 0 => 1.0, 1 => random.Next(100), _ => Math.Round(random.NextDouble(), 3) },
            "Boolean" => Chance(0.5),
            "ID" => Chance(0.5) ? random.Next(100) : random.Next(100).ToString(CultureInfo.InvariantCulture),
            _ => Pick(["text", "caf\u00e9 😀", "", "line\nbreak \"quoted\" \u0001"]),
        };
    }
}
