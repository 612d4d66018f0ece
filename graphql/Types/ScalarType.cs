using System.Text.Json;
using OrleansScheduling.GraphQL.Language;

namespace OrleansScheduling.GraphQL.Types;

/// <summary>
/// A leaf with its three conversions. Each throws <see cref="GraphQLException"/> with a message for the client when the value doesn't fit.
/// </summary>
public sealed class ScalarType(string name) : NamedType(name)
{
    /// <summary>A resolver's value to one that JSON can carry: string, bool, number, date, Guid, JsonElement, list or dictionary.</summary>
    public Func<object, object?> Serialize { get; init; } = static value => value;

    /// <summary>A variable's JSON value to what resolvers receive.</summary>
    public Func<JsonElement, object?> ParseValue { get; init; } = static value => UntypedValue.From(value);

    /// <summary>A literal of the document to what resolvers receive.</summary>
    public Func<ValueNode, object?> ParseLiteral { get; init; } = static value => UntypedValue.From(value);

    public string? SpecifiedByUrl { get; internal set; }

    internal bool IsSpecified => ReferenceEquals(this, BuiltInScalars.String) || ReferenceEquals(this, BuiltInScalars.Int)
        || ReferenceEquals(this, BuiltInScalars.Float) || ReferenceEquals(this, BuiltInScalars.Boolean)
            || ReferenceEquals(this, BuiltInScalars.ID);
}
