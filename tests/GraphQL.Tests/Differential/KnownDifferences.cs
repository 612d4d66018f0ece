using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OrleansScheduling.GraphQL.Tests.Differential;

/// <summary>
/// Where the September 2025 edition asks for more than graphql-js 16.15 does. Of a document that is judged differently for one of these
/// reasons, everything else is still compared.
/// </summary>
static partial class KnownDifferences
{
    const string ConditionOnSubscription = " must not use `@skip` or `@include` directives in the top level selection.";

    const string FloatRefused = "Float cannot represent non numeric value: ";

    /// <summary>The edition forbids conditions at the root of a subscription ("Single Root Field").</summary>
    public static bool IsConditionOnSubscription(GraphQLError error) =>
        error.Message.EndsWith(ConditionOnSubscription, StringComparison.Ordinal);

    public readonly record struct Remaining(IReadOnlyList<GraphQLError> Ours, IReadOnlyList<JsonElement> Theirs, bool Any);

    public static Remaining Remove(IReadOnlyList<GraphQLError> ours, JsonElement theirs)
    {
        var theirMessages = theirs.EnumerateArray().Select(Message).ToHashSet();

        // Both judge the root of such a subscription, but for different things: what either says of it by the same rule is left out.
        var subjects = ours.Where(IsConditionOnSubscription).Select(error => error.Message[..^ConditionOnSubscription.Length]).ToList();
        var ofTheRule = subjects.Select(subject => subject + ConditionOnSubscription)
            .Concat(subjects.Select(subject => subject + " must select only one top level field."))
            .Concat(subjects.Select(subject => subject + " must not select an introspection top level field.")).ToHashSet();
        var kept = ours.Where(error => !ofTheRule.Contains(error.Message) && !IsFloatBeyondDouble(error)
            && (!IsNullableInOneOf(error) || theirMessages.Contains(error.Message))).ToList();
        var theirsKept = theirs.EnumerateArray().Where(error => !ofTheRule.Contains(Message(error))).ToList();
        return new Remaining(kept, theirsKept, kept.Count < ours.Count);
    }

    /// <summary>Rules of "Type Validation" that the reference does not have.</summary>
    public static IEnumerable<GraphQLError> Remove(IReadOnlyList<GraphQLError> ofSchema) =>
        ofSchema.Where(error => !OnlyInTheEdition().IsMatch(error.Message));

    [GeneratedRegex(
        "^(Directive @\\w+ must not reference itself\\.$|The default value of .+ does not fit its type "
        + "|Interface field .+ is not deprecated, so implementation field .+ must not be deprecated\\.$"
        + "|Input Object type .+ must not become a OneOf Input Object by an extension\\.$)",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OnlyInTheEdition();

    /// <summary>
    /// The edition forbids a nullable variable in a field of a oneOf input object. The reference misses it where the object's own position
    /// is non-null, because it looks at the wrapped type.
    /// </summary>
    static bool IsNullableInOneOf(GraphQLError error) =>
        error.Message.Contains("must be non-nullable to be used for OneOf Input Object", StringComparison.Ordinal);

    /// <summary>The reference makes an infinity of such a literal, which no response can hold.</summary>
    static bool IsFloatBeyondDouble(GraphQLError error) =>
        error.Message.StartsWith(FloatRefused, StringComparison.Ordinal)
        && double.TryParse(error.Message[FloatRefused.Length..], NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && double.IsInfinity(number);

    static string Message(JsonElement error) => DifferentialTests.TextOf(error.GetProperty("message"));
}
