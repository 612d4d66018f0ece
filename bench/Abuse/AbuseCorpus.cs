using System.Globalization;
using System.Text;

namespace OrleansScheduling.Bench.Abuse;

/// <summary>One thing that a stranger sends to make a server fall over.</summary>
/// <param name="Variables">As JSON; null: none.</param>
/// <param name="Code">The code of the first error that it is refused with.</param>
public sealed record Attack(string Name, string Query, string? Variables, string Code);

/// <summary>
/// Documents against the API's own schema, each of which is to be refused before anything is looked up. Tests check the codes, and
/// <c>bench abuse</c> the time and what stays in memory.
/// </summary>
public static class AbuseCorpus
{
    const string Parse = "GRAPHQL_PARSE_FAILED";
    const string Invalid = "GRAPHQL_VALIDATION_FAILED";
    const string Same = "FIELD_COMPARISONS_EXCEEDED";
    const string TooLarge = "DOCUMENT_TOO_LARGE";
    const string Depth = "DEPTH_EXCEEDED";
    const string Aliases = "ALIASES_EXCEEDED";
    const string Directives = "DIRECTIVES_EXCEEDED";
    const string Fragments = "FRAGMENT_VISITS_EXCEEDED";
    const string Cost = "COST_EXCEEDED";
    const string BadInput = "BAD_USER_INPUT";

    /// <summary>Nested deeper than the parser goes.</summary>
    const int TooDeepToParse = 5_000;

    public static IReadOnlyList<Attack> All { get; } = [.. Shapes(), .. Literals(), .. Prices()];

    static IEnumerable<Attack> Shapes()
    {
        yield return new Attack("depth", Nested(16), null, Depth);
        yield return new Attack("depth, far", Repeat("{ a ", TooDeepToParse) + new string('}', TooDeepToParse), null, TooLarge);
        yield return new Attack("braces unclosed", Repeat("{ a ", 7_000), null, TooLarge);
        yield return new Attack("aliases", $"{{ {Numbered(31, i => $"a{i}: viewer {{ subject }}")} }}", null, Aliases);
        yield return new Attack("aliases, many", $"{{ {Numbered(3_000, i => $"a{i}: __typename")} }}", null, Aliases);
        yield return new Attack(
            "aliases by fragment", $"{{ ...F ...F }} fragment F on Query {{ {Numbered(16, i => $"a{i}: __typename")} }}", null, Aliases);
        yield return new Attack("directives", $"{{ viewer {Repeat("@skip(if: false) ", 5)} {{ subject }} }}", null, Directives);
        yield return new Attack("directives, many", $"{{ viewer {Repeat("@skip(if: false) ", 2_000)} {{ subject }} }}", null, Directives);
        yield return new Attack("directives, unknown", $"{{ {Repeat("__typename @a @b @c @d ", 1_200)} }}", null, Same);
        yield return new Attack("fragment bomb", FragmentBomb(18), null, Fragments);
        yield return new Attack("fragment chain", FragmentChain(1_500), null, Fragments);
        yield return new Attack("fragment cycle", "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }", null, Invalid);
        yield return new Attack("fragment to itself", "{ ...A } fragment A on Query { __typename ...A ...A ...A }", null, Invalid);
        yield return new Attack(
            "operations, many", Numbered(2_000, i => $"query Q{i} {{ __typename }}"), null, "OPERATIONS_EXCEEDED");
        yield return new Attack(
            "operations, without choice", Numbered(100, i => $"query Q{i} {{ __typename }}"), null, "OPERATION_RESOLUTION_FAILURE");
        yield return new Attack("operations of one name", Repeat("query Q { __typename } ", 100), null, Invalid);
        yield return new Attack(
            "fields that conflict", $"{{ {Repeat("viewer { subject: kind } viewer { subject } ", 30)} }}", null, Invalid);
        yield return new Attack("misspelt fields", $"{{ {Numbered(3_000, i => $"jops{i}")} }}", null, Invalid);
        yield return new Attack("comments", Repeat("#\n", 30_000), null, Parse);
        yield return new Attack("noise", new string('\u0001', 60_000), null, Parse);
        yield return new Attack("blanks", new string(' ', 100_000), null, TooLarge);
        yield return new Attack("tokens", $"{{ {Repeat("__typename ", 16_000)} }}"[..65_000] + "}", null, Same);
    }

    static IEnumerable<Attack> Literals()
    {
        yield return new Attack("list bomb", $"{{ nodes(ids: {new string('[', 30_000)}) {{ id }} }}", null, TooLarge);
        yield return new Attack(
            "list bomb, closed", $"{{ nodes(ids: {new string('[', 150)}{new string(']', 150)}) {{ id }} }}", null, Invalid);
        yield return new Attack("object bomb", $"{{ jobs(where: {Repeat("{and:", 5_000)}) {{ totalCount }} }}", null, TooLarge);
        yield return new Attack("type bomb", $"query ($a: {new string('[', 14_000)}) {{ __typename }}", null, TooLarge);
        yield return new Attack("giant text", $"{{ rate(schedule: \"{new string('x', 60_000)}\") {{ id }} }}", null, Invalid);
        yield return new Attack("giant number", $"{{ jobs(first: {new string('9', 60_000)}) {{ totalCount }} }}", null, Invalid);
        yield return new Attack("giant name", $"{{ {new string('n', 60_000)} }}", null, Invalid);
        yield return new Attack("block text", $"{{ rate(schedule: \"\"\"{Repeat("\n  x", 15_000)}\"\"\") {{ id }} }}", null, Invalid);
        yield return new Attack("variables, many", $"query ({Numbered(2_500, i => $"$v{i}: Int")}) {{ __typename }}", null, Invalid);
        yield return new Attack("variables, unknown", $"{{ {Repeat("viewer { subject @skip(if: $v) } ", 1_000)} }}", null, Same);
        yield return new Attack(
            "a filter's width", "query ($w: JobFilterInput) { jobs(where: $w) { totalCount } }",
            $"{{\"w\":{{\"or\":[{string.Join(',', Enumerable.Repeat("{\"patch\":{\"eq\":\"N1\"}}", 5_000))}]}}}}", BadInput);
        yield return new Attack(
            "a variable's list", "query ($i: [ID!]!) { nodes(ids: $i) { id } }",
            $"{{\"i\":[{string.Join(',', Enumerable.Repeat("\"x\"", 10_000))}]}}", Cost);
        yield return new Attack(
            "a variable of another type", "query ($i: Int) { jobs(first: $i) { totalCount } }", "{\"i\":{\"a\":[1,2,3]}}", BadInput);
    }

    static IEnumerable<Attack> Prices()
    {
        yield return new Attack(
            "price", "{ properties(first: 100) { nodes { jobs(first: 100) { nodes { visits { id } } } } } }", null, Cost);
        yield return new Attack(
            "price by variable", "query ($n: Int) { properties(first: $n) { nodes { jobs(first: $n) { nodes { id } } } } }",
            "{\"n\":100}", Cost);
        yield return new Attack("page", "{ jobs(first: 1000000) { totalCount } }", null, "PAGE_SIZE_EXCEEDED");
        yield return new Attack(
            "introspection in itself",
            $"{{ __schema {{ types {{ {Repeat("fields { type { ", 4)} name {Repeat("} } ", 4)} }} }} }}", null, Invalid);
        yield return new Attack(
            "introspection, many times",
            $"{{ {Numbered(30, i => $"s{i}: __schema {{ types {{ name fields {{ name args {{ name type {{ name }} }} }} }} }}")} }}", null,
            Cost);
        yield return new Attack("many commands", $"mutation {{ {Numbered(31, Close)} }}", null, Aliases);

        static string Close(int number) =>
            $"c{number}: closeJob(input: {{ idempotencyKey: \"k\", job: \"x\" }}) {{ clientMutationId }}";
    }

    static string Nested(int levels)
    {
        var text = new StringBuilder("{ jobs { nodes");
        for (var i = 0; i < levels / 2; i++) text.Append(" { contract { client { id } jobs { nodes");
        text.Append(" { id }");
        for (var i = 0; i < levels / 2; i++) text.Append(" } } }");
        return text.Append(" } }").ToString();
    }

    static string FragmentBomb(int levels)
    {
        var text = new StringBuilder("{ ...F0 }");
        for (var i = 0; i < levels; i++)
            text.Append(CultureInfo.InvariantCulture, $" fragment F{i} on Query {{ ...F{i + 1} ...F{i + 1} ...F{i + 1} }}");
        return text.Append(CultureInfo.InvariantCulture, $" fragment F{levels} on Query {{ __typename }}").ToString();
    }

    static string FragmentChain(int length)
    {
        var text = new StringBuilder("{ ...F0 }");
        for (var i = 0; i < length; i++) text.Append(CultureInfo.InvariantCulture, $" fragment F{i} on Query {{ ...F{i + 1} }}");
        return text.Append(CultureInfo.InvariantCulture, $" fragment F{length} on Query {{ __typename }}").ToString();
    }

    static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    static string Numbered(int count, Func<int, string> of) => string.Join(' ', Enumerable.Range(0, count).Select(of));
}
