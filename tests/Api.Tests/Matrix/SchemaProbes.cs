using System.Text;
using System.Text.Json.Nodes;
using OrleansScheduling.GraphQL.Language;
using OrleansScheduling.GraphQL.Types;

namespace OrleansScheduling.Api.Tests.Matrix;

/// <summary>
/// Writes documents for a whole schema: one for every field that leads to further fields, with everything below it, and one or more for
/// every argument and, through input objects, everything that can be said in it. What the schema gains is in them at once.
/// </summary>
sealed class SchemaProbes
{
    readonly Schema schema;
    readonly Giving giving;
    readonly Belongings hidden;
    readonly Belongings missing;
    readonly Dictionary<string, IReadOnlyList<(ComplexType Parent, FieldDefinition Field)>> ways = [];

    public SchemaProbes(Schema schema, Giving giving, Belongings hidden, Belongings missing)
    {
        (this.schema, this.giving, this.hidden, this.missing) = (schema, giving, hidden, missing);
        FindWays();
        foreach (var type in Reached)
        {
            foreach (var field in type.Fields) Write(type, field);
        }
    }

    /// <summary>Coordinates of fields that a document selects.</summary>
    public HashSet<string> Selected { get; } = [];

    /// <summary>Coordinates of arguments and input fields that a document gives.</summary>
    public HashSet<string> Given { get; } = [];

    public List<Probe> Probes { get; } = [];

    /// <summary>Types with fields that a query can lead to.</summary>
    public IEnumerable<ComplexType> Reachable => ways.Keys.Select(name => (ComplexType)schema.FindType(name)!);

    IEnumerable<ComplexType> Reached => new[] { schema.Query, schema.Mutation, schema.Subscription }.OfType<ComplexType>()
        .Concat(ways.Where(way => way.Value.Count > 0).Select(way => (ComplexType)schema.FindType(way.Key)!)).ToList();

    /// <summary>The shortest way of queries to each type with fields.</summary>
    void FindWays()
    {
        ways[schema.Query!.Name] = [];
        var waiting = new Queue<ComplexType>([(ComplexType)schema.Query!]);
        while (waiting.TryDequeue(out var type))
        {
            foreach (var field in type.Fields)
            {
                foreach (var next in schema.PossibleTypes(field.Type.NamedType).Where(next => !ways.ContainsKey(next.Name)))
                {
                    // Through an interface or union there is no telling which of them comes.
                    if (field.Type.NamedType.IsAbstract) continue;
                    ways[next.Name] = [.. ways[type.Name], (type, field)];
                    waiting.Enqueue(next);
                }
            }
        }
    }

    void Write(ComplexType type, FieldDefinition field)
    {
        var target = field.Type.NamedType;
        if (target.IsComposite)
        {
            // Types of an interface have fields of one name and different types, which one selection can't have.
            var cases = target is InterfaceType ? schema.PossibleTypes(target).Cast<NamedType>() : [target];
            foreach (var one in cases)
            {
                var document = new Document(this, type, field, null);
                var selection = document.SelectionOf(one, DepthOf(type));
                Add(type, field, document, one == target ? selection : $"{{ __typename ... on {one.Name} {selection} }}", null, null, []);
            }
        }

        foreach (var argument in field.Arguments) WriteArgument(type, field, argument);
    }

    /// <summary>Levels below a field. No other way leads to what events consist of.</summary>
    int DepthOf(ComplexType type) => type == schema.Subscription ? 3 : 2;

    void WriteArgument(ComplexType type, FieldDefinition field, InputValue argument)
    {
        var where = $"{type.Name}.{field.Name}({argument.Name}:)";
        Given.Add(where);
        var isRoot = type == schema.Query || type == schema.Mutation || type == schema.Subscription;
        var isCommand = type == schema.Mutation;
        // What an input type says is tried where it stands first; elsewhere, that the argument is heard at all.
        var paths = PathsOf(where, argument.Name, argument.Type, []).ToList();
        if (!isRoot && argument.Type.NamedType is InputObjectType)
            paths = [.. paths.Where(path => path.Leaf.NamedType.Name == "ID").Take(1).DefaultIfEmpty(paths[0])];
        foreach (var path in paths)
        {
            var noun = path.Noun == "id" ? field.Type.NamedType.Name : path.Noun;
            if (path.Leaf.NamedType is not ScalarType { Name: "ID" or "String" })
            {
                var plain = giving.Plain(path.Where, noun, path.Leaf.NamedType);
                AddArgument(type, field, argument, path, path.Make(plain!, giving, isCommand), null, []);
                continue;
            }

            var pairs = path.Leaf.NamedType.Name == "ID"
                ? hidden.Ids.Keys.Select(key => (Hidden: hidden.Ids[key], Missing: missing.Ids[key])).Distinct().ToList()
                : hidden.Texts.Zip(missing.Texts).Select(pair => (Hidden: pair.First, Missing: pair.Second)).ToList();
            if (path.IsList) Both(pairs.Select(pair => (JsonNode)pair.Hidden), pairs.Select(pair => (JsonNode)pair.Missing), pairs);
            else if (argument.Type.NamedType is InputObjectType filter && filter.Fields.Find("or") is not null)
            {
                JsonObject AnyOf(IEnumerable<string> values) => new()
                {
                    ["or"] = new JsonArray([.. values.Select(value => path.Make(value, giving, isCommand))]),
                };
                AddArgument(
                    type, field, argument, path, AnyOf(pairs.Select(pair => pair.Hidden)),
                    AnyOf(pairs.Select(pair => pair.Missing)), pairs);
            }
            else
            {
                // A cursor is a seal that no text of others' is: two of them say so.
                foreach (var pair in path.Noun is "after" or "before" ? pairs.TakeLast(2) : pairs)
                    AddArgument(
                        type, field, argument, path, path.Make(pair.Hidden, giving, isCommand),
                        path.Make(pair.Missing, giving, isCommand), [pair]);
            }

            void Both(IEnumerable<JsonNode> there, IEnumerable<JsonNode> nowhere, List<(string, string)> values) => AddArgument(
                type, field, argument, path, path.Make(new JsonArray([.. there]), giving, isCommand),
                path.Make(new JsonArray([.. nowhere]), giving, isCommand), values);
        }
    }

    void AddArgument(
        ComplexType type, FieldDefinition field, InputValue argument, InputPath path, JsonNode there, JsonNode? nowhere,
        IReadOnlyList<(string, string)> pairs)
    {
        var document = new Document(this, type, field, argument);
        var target = field.Type.NamedType;
        var selection = target.IsComposite ? document.SelectionOf(target, DepthOf(type)) : "";
        Add(type, field, document, selection, there, nowhere, pairs, path.Where);
    }

    void Add(
        ComplexType type, FieldDefinition field, Document document, string selection, JsonNode? there, JsonNode? nowhere,
        IReadOnlyList<(string, string)> pairs, string? where = null)
    {
        Selected.Add($"{type.Name}.{field.Name}");
        var kind = type == schema.Mutation ? OperationKind.Mutation
            : type == schema.Subscription ? OperationKind.Subscription : OperationKind.Query;
        var text = document.Text(kind, ways.GetValueOrDefault(type.Name) ?? [], selection);
        Probes.Add(new Probe(
            where ?? $"{type.Name}.{field.Name}", kind, text, document.Variables(there),
            nowhere is null ? null : document.Variables(nowhere), pairs));
    }

    /// <summary>Every way through input objects to a value.</summary>
    IEnumerable<InputPath> PathsOf(string where, string name, GraphQLType type, IReadOnlyList<InputObjectType> through)
    {
        if (type.NamedType is not InputObjectType input)
        {
            yield return new InputPath(where, name, type, []);
            yield break;
        }

        // "and" and "or" hold more of the same: once is enough.
        var isAgain = through.Contains(input);
        var fields = isAgain
            ? input.Fields.Where(field => field.Type.NamedType is not InputObjectType deeper || !through.Contains(deeper)).Take(1)
            : input.Fields.AsEnumerable();
        foreach (var field in fields)
        {
            var coordinate = $"{input.Name}.{field.Name}";
            Given.Add(coordinate);
            var further = PathsOf($"{where} {coordinate}", NounOf(name, field), field.Type, [.. through, input]);
            foreach (var path in isAgain ? further.Take(1) : further)
                yield return path with { Steps = [(input, field, type.NullableType is ListType), .. path.Steps] };
        }
    }

    /// <summary>The operators of a condition say what its field says.</summary>
    static string NounOf(string name, InputValue field) =>
        field.Name is "eq" or "neq" or "in" or "nin" or "gt" or "gte" or "lt" or "lte" or "contains" or "startsWith" or "endsWith" or "some"
            or "none" or "any" ? name : field.Name;

    /// <summary>One document in the making: its variables come as they are needed.</summary>
    sealed class Document(SchemaProbes probes, ComplexType type, FieldDefinition field, InputValue? tried)
    {
        readonly List<(string Declared, JsonNode? Value)> variables = [];

        public JsonObject Variables(JsonNode? value)
        {
            var all = new JsonObject();
            for (var i = 0; i < variables.Count; i++) all[$"v{i}"] = variables[i].Value?.DeepClone();
            if (tried is not null) all["tried"] = value;
            return all;
        }

        public string Text(OperationKind kind, IReadOnlyList<(ComplexType Parent, FieldDefinition Field)> way, string selection)
        {
            var text = new StringBuilder();
            foreach (var (parent, step) in way) text.Append($"{step.Name}{Arguments(parent, step, null)} {{ __typename ");
            text.Append($"{field.Name}{Arguments(type, field, tried)} {selection}").Append('}', way.Count);
            var declared = variables.Select(variable => variable.Declared).ToList();
            if (tried is not null) declared.Add($"$tried: {tried.Type}");
            var head = declared.Count == 0 ? "" : $" ({string.Join(", ", declared)})";
            return $"{kind.ToString().ToLowerInvariant()}{head} {{ {text} }}";
        }

        /// <param name="depth">1: leaves, and of the rest only what it is.</param>
        public string SelectionOf(NamedType target, int depth)
        {
            if (target is UnionType union)
                return $"{{ __typename {string.Join(' ', union.Types.Select(one => $"... on {one.Name} {SelectionOf(one, 1)}"))} }}";
            var fields = new List<string> { "__typename" };
            foreach (var one in ((ComplexType)target).Fields)
            {
                var next = one.Type.NamedType;
                if (next.IsLeaf || depth > 1) probes.Selected.Add($"{target.Name}.{one.Name}");
                var below = next.IsLeaf ? "" : depth > 1 ? SelectionOf(next, depth - 1) : "{ __typename }";
                fields.Add($"{one.Name}{Arguments((ComplexType)target, one, null)} {below}");
            }

            return $"{{ {string.Join(' ', fields)} }}";
        }

        /// <summary>What a field needs, and a short page of a list.</summary>
        string Arguments(ComplexType parent, FieldDefinition of, InputValue? except)
        {
            var given = new List<string>();
            foreach (var argument in of.Arguments)
            {
                if (argument == except)
                {
                    given.Add($"{argument.Name}: $tried");
                    continue;
                }

                var isPage = argument.Name == "first" ? except?.Name is not ("last" or "before")
                    : argument.Name == "last" ? except?.Name == "before"
                    : argument.Name == "after" ? parent == probes.schema.Subscription
                    : argument.Name == "id";
                if (!argument.IsRequired && !isPage) continue;
                var noun = argument.Name == "id" ? of.Type.NamedType.Name : argument.Name;
                var value = probes.giving.Neutral(
                    $"{parent.Name}.{of.Name}({argument.Name}:)", noun, argument.Type, parent == probes.schema.Mutation);
                given.Add($"{argument.Name}: $v{variables.Count}");
                variables.Add(($"$v{variables.Count}: {argument.Type}", value));
            }

            return given.Count == 0 ? "" : $"({string.Join(", ", given)})";
        }
    }
}

/// <summary>A way through input objects to one value.</summary>
/// <param name="Where">The coordinates on the way.</param>
/// <param name="Noun">What the value names.</param>
/// <param name="Steps">From the argument down: the object, its field, and whether the object stands in a list.</param>
sealed record InputPath(
    string Where, string Noun, GraphQLType Leaf, IReadOnlyList<(InputObjectType Input, InputValue Field, bool InList)> Steps)
{
    public bool IsList => Leaf.NullableType is ListType;

    /// <summary>The argument's value with one value at the end of the way, and beside it what is needed.</summary>
    public JsonNode Make(JsonNode value, Giving giving, bool isCommand)
    {
        var made = IsList && value is not JsonArray ? new JsonArray(value) : value;
        foreach (var (input, field, inList) in Steps.Reverse())
        {
            var around = giving.Neutral(input, isCommand);
            around[field.Name] = made;
            made = inList ? new JsonArray(around) : around;
        }

        return made;
    }
}
