using System.Text.Json.Nodes;
using OrleansScheduling.GraphQL.Language;

namespace OrleansScheduling.Api.Tests.Matrix;

/// <summary>
/// One document. With two sets of variables, which differ in ids and texts only: those of the hidden side, and those of nothing. With one
/// set, it asks for everything, or by a value that is nobody's alone.
/// </summary>
/// <param name="Name">The coordinate that it is about, as the specification writes them.</param>
/// <param name="Pairs">What was put in: the hidden side's text and the one in its place.</param>
sealed record Probe(
    string Name, OperationKind Kind, string Text, JsonObject Hidden, JsonObject? Missing,
    IReadOnlyList<(string Hidden, string Missing)> Pairs)
{
    /// <summary>
    /// Whether it tries a value inside a filter or another input object. Such a value works on rows that are chosen already: whose they are
    /// depends on the caller's viewpoint, and not on the role.
    /// </summary>
    public bool IsInside => Name.Contains(' ', StringComparison.Ordinal) && Kind != OperationKind.Mutation;

    /// <summary>Stands where every sending has a value of its own, such as an idempotency key.</summary>
    public const string Fresh = "a key of its own";
}

/// <summary>The schema has something that the matrix does not know how to fill in.</summary>
sealed class MatrixGapException(string coordinate, string why)
    : Exception($"The isolation matrix does not know what to give {coordinate}: {why}. Teach tests/Api.Tests/Matrix/Giving.cs.");
