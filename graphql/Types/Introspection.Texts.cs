namespace OrleansScheduling.GraphQL.Types;

/// <summary>The wording of the reference implementation, so that tools and comparisons see the same introspection.</summary>
public static partial class Introspection
{
    const string SchemaDescription =
        "A GraphQL Schema defines the capabilities of a GraphQL server. It exposes all available types and "
        + "directives on the server, as well as the entry points for query, mutation, and subscription operations.";

    const string DirectiveDescription =
        "A Directive provides a way to describe alternate runtime execution and type validation behavior in a "
        + "GraphQL document.\n\nIn some cases, you need to provide options to alter GraphQL's execution behavior in "
        + "ways field arguments will not suffice, such as conditionally including or skipping a field. Directives "
        + "provide this by describing additional information to the executor.";

    const string DirectiveLocationDescription =
        "A Directive can be adjacent to many parts of the GraphQL language, a __DirectiveLocation describes one "
        + "such possible adjacencies.";

    const string TypeDescription =
        "The fundamental unit of any GraphQL Schema is the type. There are many kinds of types in GraphQL as "
        + "represented by the `__TypeKind` enum.\n\nDepending on the kind of a type, certain fields describe "
        + "information about that type. Scalar types provide no information beyond a name, description and optional "
        + "`specifiedByURL`, while Enum types provide their values. Object and Interface types provide the fields "
        + "they describe. Abstract types, Union and Interface, provide the Object types possible at runtime. List "
        + "and NonNull types compose other types.";

    const string FieldDescription =
        "Object and Interface types are described by a list of Fields, each of which has a name, potentially a "
        + "list of arguments, and a return type.";

    const string InputValueDescription =
        "Arguments provided to Fields or Directives and the input fields of an InputObject are represented as "
        + "Input Values which describe their type and optionally a default value.";

    const string EnumValueDescription =
        "One possible value for a given Enum. Enum values are unique values, not a placeholder for a string or "
        + "numeric value. However an Enum value is returned in a JSON response as a string.";

    const string TypeKindDescription =
        "An enum describing what kind of type a given `__Type` is.";

    static EnumType Locations() => new("__DirectiveLocation")
    {
        Description = DirectiveLocationDescription,
        Values =
        [
            new EnumValue("QUERY", "QUERY") { Description = "Location adjacent to a query operation." },
            new EnumValue("MUTATION", "MUTATION") { Description = "Location adjacent to a mutation operation." },
            new EnumValue("SUBSCRIPTION", "SUBSCRIPTION") { Description = "Location adjacent to a subscription operation." },
            new EnumValue("FIELD", "FIELD") { Description = "Location adjacent to a field." },
            new EnumValue("FRAGMENT_DEFINITION", "FRAGMENT_DEFINITION") { Description = "Location adjacent to a fragment definition." },
            new EnumValue("FRAGMENT_SPREAD", "FRAGMENT_SPREAD") { Description = "Location adjacent to a fragment spread." },
            new EnumValue("INLINE_FRAGMENT", "INLINE_FRAGMENT") { Description = "Location adjacent to an inline fragment." },
            new EnumValue("VARIABLE_DEFINITION", "VARIABLE_DEFINITION") { Description = "Location adjacent to a variable definition." },
            new EnumValue("SCHEMA", "SCHEMA") { Description = "Location adjacent to a schema definition." },
            new EnumValue("SCALAR", "SCALAR") { Description = "Location adjacent to a scalar definition." },
            new EnumValue("OBJECT", "OBJECT") { Description = "Location adjacent to an object type definition." },
            new EnumValue("FIELD_DEFINITION", "FIELD_DEFINITION") { Description = "Location adjacent to a field definition." },
            new EnumValue("ARGUMENT_DEFINITION", "ARGUMENT_DEFINITION") { Description = "Location adjacent to an argument definition." },
            new EnumValue("INTERFACE", "INTERFACE") { Description = "Location adjacent to an interface definition." },
            new EnumValue("UNION", "UNION") { Description = "Location adjacent to a union definition." },
            new EnumValue("ENUM", "ENUM") { Description = "Location adjacent to an enum definition." },
            new EnumValue("ENUM_VALUE", "ENUM_VALUE") { Description = "Location adjacent to an enum value definition." },
            new EnumValue("INPUT_OBJECT", "INPUT_OBJECT") { Description = "Location adjacent to an input object type definition." },
            new EnumValue("INPUT_FIELD_DEFINITION",
                "INPUT_FIELD_DEFINITION") { Description = "Location adjacent to an input object field definition." },
            new EnumValue("DIRECTIVE_DEFINITION", "DIRECTIVE_DEFINITION") { Description = "Location adjacent to a directive definition." },
        ],
    };

    static EnumType Kinds() => new("__TypeKind")
    {
        Description = TypeKindDescription,
        Values =
        [
            new EnumValue("SCALAR", "SCALAR") { Description = "Indicates this type is a scalar." },
            new EnumValue(
                "OBJECT", "OBJECT") { Description = "Indicates this type is an object. `fields` and `interfaces` are valid fields." },
            new EnumValue("INTERFACE", "INTERFACE") { Description =
                "Indicates this type is an interface. `fields`, `interfaces`, and `possibleTypes` are valid fields." },
            new EnumValue("UNION", "UNION") { Description = "Indicates this type is a union. `possibleTypes` is a valid field." },
            new EnumValue("ENUM", "ENUM") { Description = "Indicates this type is an enum. `enumValues` is a valid field." },
            new EnumValue(
                "INPUT_OBJECT", "INPUT_OBJECT") { Description = "Indicates this type is an input object. `inputFields` is a valid field." },
            new EnumValue("LIST", "LIST") { Description = "Indicates this type is a list. `ofType` is a valid field." },
            new EnumValue("NON_NULL", "NON_NULL") { Description = "Indicates this type is a non-null. `ofType` is a valid field." },
        ],
    };
}
