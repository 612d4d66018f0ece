using System.Text.RegularExpressions;

namespace OrleansScheduling.GraphQL.Tests.Differential;

/// <summary>Makes neighbours of a schema: names swapped, lines lost or doubled, types changed, extensions added, and plain
/// damage.</summary>
sealed partial class SdlMutator(string text, Random random)
{
    readonly string[] lines = text.Split('\n');

    static readonly string[] Additions =
    [
        "extend type Operative { extra(a: Int = 3): [String!]! }", "extend enum Style { TINY }", "extend union Subject = Patch",
            "extend input VisitFilter { more: Int }",
        "extend interface Named { loud: Int }", "extend scalar Moment @specifiedBy(url: \"https://x\")", "extend schema @onQuery",
            "extend type Nobody { a: Int }",
        "extend input Style { a: Int }", "type Style { a: Int }", "directive @onField on FIELD", "enum Empty",
            "type Loop implements Loop { a: Int }",
        "input A { b: B! } input B { a: A! }", "input One @oneOf { a: Int! b: Int = 1 }", "union Bad = Style",
            "type Impl implements Node { name: Int }",
        "type __Hidden { __a: Int }",
            "\"\"\"Described\"\"\" type Described { \"quote \\\" and \\\\\" a(\"\"\"arg\"\"\" b: Int = 1): Int @deprecated(reason: "
                + "\"x\\ny\") }",
        "extend type Query { bad: VisitFilter }", "directive @dep(a: Int! @deprecated) on FIELD", "scalar Int",
            "extend union Subject = Boiler",
    ];

    [GeneratedRegex("[A-Za-z_]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();

    public string Next()
    {
        var copy = lines.ToList();
        for (var i = random.Next(4); i > 0; i--) Change(copy);
        var result = string.Join('\n', copy);
        for (var i = random.Next(3); i > 0; i--) result += "\n" + Additions[random.Next(Additions.Length)];
        return random.Next(4) == 0 ? new TextMutator(random).Mutate(result) : result;
    }

    void Change(List<string> copy)
    {
        var at = random.Next(copy.Count);
        var line = copy[at];
        switch (random.Next(6))
        {
            case 0:
                copy.RemoveAt(at);
                break;
            case 1:
                copy.Insert(at, line);
                break;
            case 2:
                copy[at] = line.EndsWith('!') ? line[..^1] : line + "!";
                break;
            case 3:
                copy[at] = line.Replace("Int", "String", StringComparison.Ordinal).Replace("ID", "Operative", StringComparison.Ordinal);
                break;
            default:
                SwapWord(copy, at);
                break;
        }
    }

    void SwapWord(List<string> copy, int at)
    {
        var here = Word().Matches(copy[at]);
        var there = Word().Matches(copy[random.Next(copy.Count)]);
        if (here.Count == 0 || there.Count == 0) return;
        var word = here[random.Next(here.Count)];
        copy[at] = copy[at][..word.Index] + there[random.Next(there.Count)].Value + copy[at][(word.Index + word.Length)..];
    }
}
