using OrleansScheduling.GraphQL.Language;

namespace OrleansScheduling.GraphQL.Types;

/// <summary>The directives of the specification.</summary>
public static class BuiltInDirectives
{
    public const string DefaultDeprecationReason = "No longer supported";

    public static Directive Include { get; } = new(
        "include", [DirectiveLocations.Field, DirectiveLocations.FragmentSpread, DirectiveLocations.InlineFragment])
    {
        Description = "Directs the executor to include this field or fragment only when the `if` argument is true.",
        Arguments = [new InputValue("if", new NonNullType(BuiltInScalars.Boolean)) { Description = "Included when true." }],
    };

    public static Directive Skip { get; } = new(
        "skip", [DirectiveLocations.Field, DirectiveLocations.FragmentSpread, DirectiveLocations.InlineFragment])
    {
        Description = "Directs the executor to skip this field or fragment when the `if` argument is true.",
        Arguments = [new InputValue("if", new NonNullType(BuiltInScalars.Boolean)) { Description = "Skipped when true." }],
    };

    public static Directive Deprecated { get; } = new(
        "deprecated",
        [
            DirectiveLocations.FieldDefinition, DirectiveLocations.ArgumentDefinition, DirectiveLocations.InputFieldDefinition,
            DirectiveLocations.EnumValue, DirectiveLocations.DirectiveDefinition,
        ])
    {
        Description = "Marks an element of a GraphQL schema as no longer supported.",
        Arguments =
        [
            new InputValue("reason", new NonNullType(BuiltInScalars.String))
            {
                Description = "Explains why this element was deprecated, usually also including a suggestion for how to access supported "
                    + "similar data. Formatted using the Markdown syntax, as specified by [CommonMark](https://commonmark.org/).",
                HasDefault = true,
                DefaultValue = DefaultDeprecationReason,
            },
        ],
    };

    public static Directive SpecifiedBy { get; } = new("specifiedBy", [DirectiveLocations.Scalar])
    {
        Description = "Exposes a URL that specifies the behavior of this scalar.",
        Arguments =
        [
            new InputValue(
                "url", new NonNullType(BuiltInScalars.String)) { Description = "The URL that specifies the behavior of this scalar." },
        ],
    };

    public static Directive OneOf { get; } = new("oneOf", [DirectiveLocations.InputObject])
    {
        Description = "Indicates exactly one field must be supplied and this field must not be `null`.",
    };

    public static IReadOnlyList<Directive> All { get; } = [Include, Skip, Deprecated, SpecifiedBy, OneOf];
}
