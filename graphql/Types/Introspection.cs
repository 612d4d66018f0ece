using OrleansScheduling.GraphQL.Language;

namespace OrleansScheduling.GraphQL.Types;

/// <summary>The introspection types (specification, "Schema Introspection") with their resolvers.</summary>
public static partial class Introspection
{
    static readonly InputValue IncludeDeprecated =
        new("includeDeprecated", new NonNullType(BuiltInScalars.Boolean)) { HasDefault = true, DefaultValue = false };

    static readonly EnumType TypeKind = Kinds();
    static readonly EnumType DirectiveLocation = Locations();
    static readonly ObjectType TypeType = new("__Type") { Description = TypeDescription };
    static readonly ObjectType FieldType = new("__Field") { Description = FieldDescription };
    static readonly ObjectType InputValueType = new("__InputValue") { Description = InputValueDescription };
    static readonly ObjectType EnumValueType = new("__EnumValue") { Description = EnumValueDescription };
    static readonly ObjectType DirectiveType = new("__Directive") { Description = DirectiveDescription };

    static Introspection()
    {
        SchemaType.Fields = SchemaFields();
        DirectiveType.Fields = DirectiveFields();
        TypeType.Fields = TypeFields();
        FieldType.Fields = FieldFields();
        InputValueType.Fields = InputValueFields();
        EnumValueType.Fields = EnumValueFields();
        SchemaField = Field("__schema", NonNull(SchemaType), context => context.Schema, "Access the current type schema of this server.");
        TypeField = new FieldDefinition("__type", TypeType)
        {
            Description = "Request the type information of a single type.",
            Arguments = [new InputValue("name", NonNull(BuiltInScalars.String))],
            Resolver = new FieldResolver((SyncResolver)(context => context.Schema.FindType((string)context.Arguments[0]!))),
        };
        TypeNameField = Field(
            "__typename", NonNull(BuiltInScalars.String), context =>
                context.ParentType.Name, "The name of the current Object type at runtime.");
    }

    public static ObjectType SchemaType { get; } = new("__Schema") { Description = SchemaDescription };

    public static FieldDefinition SchemaField { get; }

    public static FieldDefinition TypeField { get; }

    public static FieldDefinition TypeNameField { get; }

    public static bool IsIntrospectionType(NamedType type) =>
        type == SchemaType || type == DirectiveType || type == DirectiveLocation || type == TypeType || type == FieldType
        || type == InputValueType || type == EnumValueType || type == TypeKind;

    internal static IReadOnlyList<string> TypeNames { get; } =
        ["__Schema", "__Directive", "__DirectiveLocation", "__Type", "__Field", "__InputValue", "__EnumValue", "__TypeKind"];

    static NonNullType NonNull(GraphQLType type) => new(type);

    static NonNullType ListOf(GraphQLType type) => new(new ListType(new NonNullType(type)));

    static ListType MaybeListOf(GraphQLType type) => new(new NonNullType(type));

    static FieldDefinition Field(
        string name, GraphQLType type, SyncResolver resolve, string? description = null, InputValue? argument = null) =>
        new(name, type)
        {
            Description = description,
            Arguments = argument is null ? [] : [argument],
            Resolver = new FieldResolver(resolve),
        };

    static FieldDefinition Of<T>(string name, GraphQLType type, Func<T, object?> resolve, string? description = null)
        where T : class => new(name, type)
        {
            Description = description,
            Resolver = new FieldResolver((PropertyResolver)(source => resolve((T)source!))),
        };

    static bool All(Execution.ResolverContext context) => context.Arguments[0] is true;

    static NamedList<FieldDefinition> SchemaFields() =>
    [
        Of<Schema>("description", BuiltInScalars.String, schema => schema.Description),
        Of<Schema>("types", ListOf(TypeType), schema => schema.Types, "A list of all types supported by this server."),
        Of<Schema>("queryType", NonNull(TypeType), schema => schema.Query, "The type that query operations will be rooted at."),
        Of<Schema>("mutationType", TypeType, schema => schema.Mutation,
            "If this server supports mutation, the type that mutation operations will be rooted at."),
        Of<Schema>("subscriptionType", TypeType, schema => schema.Subscription,
            "If this server support subscription, the type that subscription operations will be rooted at."),
        Field("directives", ListOf(DirectiveType), context => ((Schema)context.Source!).Directives,
            "A list of all directives supported by this server.", IncludeDeprecated),
    ];

    static NamedList<FieldDefinition> DirectiveFields() =>
    [
        Of<Directive>("name", NonNull(BuiltInScalars.String), directive => directive.Name),
        Of<Directive>("description", BuiltInScalars.String, directive => directive.Description),
        Of<Directive>("isRepeatable", NonNull(BuiltInScalars.Boolean), directive => directive.IsRepeatable),
        Of<Directive>("locations", ListOf(DirectiveLocation), directive => directive.Locations),
        Field("args", ListOf(InputValueType), context =>
            InputValues(((Directive)context.Source!).Arguments, All(context)), null, IncludeDeprecated),
        Of<Directive>("isDeprecated", NonNull(BuiltInScalars.Boolean), _ => false),
        Of<Directive>("deprecationReason", BuiltInScalars.String, _ => null),
    ];

    static IEnumerable<InputValue> InputValues(NamedList<InputValue> values, bool all) =>
        all ? values : values.Where(value => value.DeprecationReason is null);

    static NamedList<FieldDefinition> TypeFields() =>
    [
        Of<GraphQLType>("kind", NonNull(TypeKind), KindOf),
        Of<GraphQLType>("name", BuiltInScalars.String, type => (type as NamedType)?.Name),
        Of<GraphQLType>("description", BuiltInScalars.String, type => (type as NamedType)?.Description),
        Of<GraphQLType>("specifiedByURL", BuiltInScalars.String, type => (type as ScalarType)?.SpecifiedByUrl),
        Field("fields", MaybeListOf(FieldType), context => context.Source is ComplexType complex
            ? complex.Fields.Where(field => All(context) || field.DeprecationReason is null)
            : null, null, IncludeDeprecated),
        Of<GraphQLType>("interfaces", MaybeListOf(TypeType), type => (type as ComplexType)?.Interfaces),
        Field("possibleTypes", MaybeListOf(TypeType), context =>
            context.Source is NamedType { IsAbstract: true } type ? context.Schema.PossibleTypes(type) : null),
        Field("enumValues", MaybeListOf(EnumValueType), context => context.Source is EnumType type
            ? type.Values.Where(value => All(context) || value.DeprecationReason is null)
            : null, null, IncludeDeprecated),
        Field("inputFields", MaybeListOf(InputValueType), context => context.Source is InputObjectType type
            ? InputValues(type.Fields, All(context))
            : null, null, IncludeDeprecated),
        Of<GraphQLType>("ofType", TypeType, type => (type as ListType)?.OfType ?? (type as NonNullType)?.OfType),
        Of<GraphQLType>("isOneOf", BuiltInScalars.Boolean, type => (type as InputObjectType)?.IsOneOf),
    ];

    static string KindOf(GraphQLType type) => type switch
    {
        ScalarType => "SCALAR",
        ObjectType => "OBJECT",
        InterfaceType => "INTERFACE",
        UnionType => "UNION",
        EnumType => "ENUM",
        InputObjectType => "INPUT_OBJECT",
        ListType => "LIST",
        _ => "NON_NULL",
    };

    static NamedList<FieldDefinition> FieldFields() =>
    [
        Of<FieldDefinition>("name", NonNull(BuiltInScalars.String), field => field.Name),
        Of<FieldDefinition>("description", BuiltInScalars.String, field => field.Description),
        Field("args", ListOf(InputValueType), context =>
            InputValues(((FieldDefinition)context.Source!).Arguments, All(context)), null, IncludeDeprecated),
        Of<FieldDefinition>("type", NonNull(TypeType), field => field.Type),
        Of<FieldDefinition>("isDeprecated", NonNull(BuiltInScalars.Boolean), field => field.DeprecationReason is not null),
        Of<FieldDefinition>("deprecationReason", BuiltInScalars.String, field => field.DeprecationReason),
    ];

    static NamedList<FieldDefinition> InputValueFields() =>
    [
        Of<InputValue>("name", NonNull(BuiltInScalars.String), value => value.Name),
        Of<InputValue>("description", BuiltInScalars.String, value => value.Description),
        Of<InputValue>("type", NonNull(TypeType), value => value.Type),
        Of<InputValue>("defaultValue", BuiltInScalars.String,
            value => value.HasDefault && ValueLiterals.From(value.DefaultValue, value.Type) is { } literal ? Printer.Value(literal) : null,
            "A GraphQL-formatted string representing the default value for this input value."),
        Of<InputValue>("isDeprecated", NonNull(BuiltInScalars.Boolean), value => value.DeprecationReason is not null),
        Of<InputValue>("deprecationReason", BuiltInScalars.String, value => value.DeprecationReason),
    ];

    static NamedList<FieldDefinition> EnumValueFields() =>
    [
        Of<EnumValue>("name", NonNull(BuiltInScalars.String), value => value.Name),
        Of<EnumValue>("description", BuiltInScalars.String, value => value.Description),
        Of<EnumValue>("isDeprecated", NonNull(BuiltInScalars.Boolean), value => value.DeprecationReason is not null),
        Of<EnumValue>("deprecationReason", BuiltInScalars.String, value => value.DeprecationReason),
    ];
}
