using OrleansScheduling.GraphQL.Language;
using OrleansScheduling.GraphQL.Types;
using OrleansScheduling.GraphQL.Validation;

namespace OrleansScheduling.GraphQL.Building;

/// <summary>Builds a schema from its text. Extensions in the same text are merged into what they extend.</summary>
public sealed class SdlSchema
{
    readonly DocumentNode document;
    readonly SdlResolvers resolvers;
    readonly Dictionary<string, NamedType> types = new(StringComparer.Ordinal);

    SdlSchema(DocumentNode document, SdlResolvers resolvers)
    {
        this.document = document;
        this.resolvers = resolvers;
        foreach (var scalar in BuiltInScalars.All) types[scalar.Name] = scalar;
    }

    /// <summary>Throws <see cref="SchemaException"/> when the text or the schema in it isn't valid.</summary>
    public static Schema Build(string sdl, Action<SdlResolvers>? configure = null)
    {
        var schema = BuildWithoutChecks(sdl, configure);
        SchemaException.ThrowIfAny(SchemaValidator.Validate(schema));
        return schema;
    }

    /// <summary>The schema as the text has it, checked for the text's own rules but not for those of a type system.</summary>
    internal static Schema BuildWithoutChecks(string sdl, Action<SdlResolvers>? configure = null)
    {
        var document = Parser.ParseDocument(new Source(sdl, "schema"), new ParserOptions { TokensMax = int.MaxValue });
        SchemaException.ThrowIfAny(DocumentValidator.ValidateSdl(document));
        var resolvers = new SdlResolvers();
        configure?.Invoke(resolvers);
        return new SdlSchema(document, resolvers).Build();
    }

    Schema Build()
    {
        var parts = new SchemaParts();
        var definitions = document.Definitions.OfType<TypeDefinitionNode>().Where(node => !node.IsExtension).ToList();
        foreach (var node in definitions)
            if (!types.ContainsKey(node.Name.Value)) types[node.Name.Value] = Declare(node);
        foreach (var node in definitions)
        {
            var type = types[node.Name.Value];
            parts.Types.Add(type);
            if (type is not ScalarType { IsSpecified: true }) Complete(type, node);
        }

        parts.Directives.AddRange(document.Definitions.OfType<DirectiveDefinitionNode>().Select(Directive));
        AddRoots(parts);
        var schema = new Schema(parts);
        ComputeDefaults(schema);
        return schema;
    }

    /// <summary>From here on many threads read the schema, so nothing may be left to be computed.</summary>
    static void ComputeDefaults(Schema schema)
    {
        var fields = schema.Types.OfType<ComplexType>().SelectMany(type => type.Fields).SelectMany(field => field.Arguments);
        var inputs = schema.Types.OfType<InputObjectType>().SelectMany(type => type.Fields);
        foreach (
            var value in fields.Concat(inputs).Concat(schema.Directives.SelectMany(directive => directive.Arguments))) _ = value.HasDefault;
    }

    void AddRoots(SchemaParts parts)
    {
        var nodes = document.Definitions.OfType<SchemaNode>().ToList();
        var definition = nodes.Find(node => !node.IsExtension);
        parts.AstNode = definition;
        parts.ExtensionNodes = nodes.Where(node => node.IsExtension).ToList();
        parts.Description = definition?.Description?.Value;
        if (definition is null)
        {
            parts.Query = types.GetValueOrDefault("Query");
            parts.Mutation = types.GetValueOrDefault("Mutation");
            parts.Subscription = types.GetValueOrDefault("Subscription");
        }

        foreach (var root in nodes.SelectMany(node => node.OperationTypes))
        {
            var type = Named(root.Type);
            if (root.Operation == OperationKind.Query) parts.Query = type;
            else if (root.Operation == OperationKind.Mutation) parts.Mutation = type;
            else parts.Subscription = type;
        }
    }

    NamedType Declare(TypeDefinitionNode node)
    {
        var name = node.Name.Value;
        return node switch
        {
            ScalarTypeNode => resolvers.Scalars.GetValueOrDefault(name) ?? new ScalarType(name),
            ObjectTypeNode => new ObjectType(name) { IsTypeOf = resolvers.TypeChecks.GetValueOrDefault(name) },
            InterfaceTypeNode => new InterfaceType(name) { ResolveType = resolvers.TypeResolvers.GetValueOrDefault(name) },
            UnionTypeNode => new UnionType(name) { ResolveType = resolvers.TypeResolvers.GetValueOrDefault(name) },
            EnumTypeNode => new EnumType(name),
            _ => new InputObjectType(name),
        };
    }

    void Complete(NamedType type, TypeDefinitionNode definition)
    {
        var extensions = document.Definitions.OfType<TypeDefinitionNode>()
            .Where(node => node.IsExtension && node.Name.Value == type.Name).ToList();
        type.AstNode = definition;
        type.ExtensionNodes = extensions;
        type.Description = definition.Description?.Value;
        List<TypeDefinitionNode> nodes = [definition, .. extensions];
        switch (type)
        {
            case ScalarType scalar:
                scalar.SpecifiedByUrl = nodes.Select(node => DirectiveText(node.Directives, BuiltInDirectives.SpecifiedBy, "url"))
                    .LastOrDefault(url => url is not null);
                break;
            case ComplexType complex:
                complex.Interfaces = nodes.Cast<ComplexTypeNode>().SelectMany(node => node.Interfaces).Select(Named).OfType<InterfaceType>()
                    .ToList();
                complex.Fields = new NamedList<FieldDefinition>(
                    nodes.Cast<ComplexTypeNode>().SelectMany(node => node.Fields).Select(field => Field(type.Name, field)));
                break;
            case UnionType union:
                union.Types = nodes.Cast<UnionTypeNode>().SelectMany(node => node.Types).Select(Named).OfType<ObjectType>().ToList();
                break;
            case EnumType enumeration:
                enumeration.Values = new NamedList<EnumValue>(nodes.Cast<EnumTypeNode>().SelectMany(node => node.Values).Select(EnumValue));
                break;
            case InputObjectType input:
                input.IsOneOf = nodes.Exists(node => node.Directives.Any(d => d.Name.Value == BuiltInDirectives.OneOf.Name));
                input.Fields = new NamedList<InputValue>(nodes.Cast<InputObjectTypeNode>().SelectMany(node => node.Fields).Select(Input));
                break;
        }
    }

    FieldDefinition Field(string typeName, FieldDefinitionNode node) => new(node.Name.Value, Reference(node.Type))
    {
        Description = node.Description?.Value,
        DeprecationReason = DirectiveText(node.Directives, BuiltInDirectives.Deprecated, "reason"),
        Arguments = new NamedList<InputValue>(node.Arguments.Select(Input)),
        AstNode = node,
        Resolver = resolvers.Fields.GetValueOrDefault((typeName, node.Name.Value)),
        Subscriber = resolvers.Subscribers.GetValueOrDefault((typeName, node.Name.Value)),
    };

    InputValue Input(InputValueDefinitionNode node) =>
        new InputValue(node.Name.Value, Reference(node.Type))
        {
            Description = node.Description?.Value,
            DeprecationReason = DirectiveText(node.Directives, BuiltInDirectives.Deprecated, "reason"),
            DefaultLiteral = node.DefaultValue,
            AstNode = node,
        };

    static EnumValue EnumValue(EnumValueDefinitionNode node) => new(node.Name.Value, node.Name.Value)
    {
        Description = node.Description?.Value,
        DeprecationReason = DirectiveText(node.Directives, BuiltInDirectives.Deprecated, "reason"),
        AstNode = node,
    };

    Directive Directive(DirectiveDefinitionNode node) => new(node.Name.Value, node.Locations.Select(location => location.Value).ToList())
    {
        Description = node.Description?.Value,
        IsRepeatable = node.Repeatable,
        Arguments = new NamedList<InputValue>(node.Arguments.Select(Input)),
        AstNode = node,
    };

    GraphQLType Reference(TypeNode node) => node switch
    {
        NonNullTypeNode nonNull => new NonNullType(Reference(nonNull.Type)),
        ListTypeNode list => new ListType(Reference(list.Type)),
        _ => Named((NamedTypeNode)node),
    };

    NamedType Named(NamedTypeNode node) => types.GetValueOrDefault(node.Name.Value)
        ?? throw new SchemaException([GraphQLError.At($"Unknown type: \"{node.Name.Value}\".", null, node)]);

    /// <summary>Null when the directive isn't there; the argument's default when the argument isn't.</summary>
    static string? DirectiveText(IReadOnlyList<DirectiveNode> directives, Directive directive, string argumentName)
    {
        var node = directives.FirstOrDefault(d => d.Name.Value == directive.Name);
        if (node is null) return null;
        var argument = node.Arguments.FirstOrDefault(a => a.Name.Value == argumentName);
        return argument is null ? directive.Arguments.Find(argumentName)?.DefaultValue as string
            : (argument.Value as StringValueNode)?.Value;
    }
}

/// <summary>What a schema's text can't say: how fields get their values.</summary>
public sealed class SdlResolvers
{
    internal Dictionary<(string Type, string Field), FieldResolver> Fields { get; } = [];

    internal Dictionary<(string Type, string Field), Subscriber> Subscribers { get; } = [];

    internal Dictionary<string, Func<object, string?>> TypeResolvers { get; } = new(StringComparer.Ordinal);

    internal Dictionary<string, Func<object, bool>> TypeChecks { get; } = new(StringComparer.Ordinal);

    internal Dictionary<string, ScalarType> Scalars { get; } = new(StringComparer.Ordinal);

    public SdlResolvers Field(string type, string field, SyncResolver resolve) => Field(type, field, new FieldResolver(resolve));

    public SdlResolvers Field(string type, string field, AsyncResolver resolve) => Field(type, field, new FieldResolver(resolve));

    public SdlResolvers Field(string type, string field, FieldResolver resolver)
    {
        Fields[(type, field)] = resolver;
        return this;
    }

    public SdlResolvers Subscribe(string type, string field, Subscriber subscriber)
    {
        Subscribers[(type, field)] = subscriber;
        return this;
    }

    /// <summary>Names the object type of a value of an interface or union; without it the value's <c>__typename</c> decides.</summary>
    public SdlResolvers ResolveType(string abstractType, Func<object, string?> resolve)
    {
        TypeResolvers[abstractType] = resolve;
        return this;
    }

    public SdlResolvers IsTypeOf(string objectType, Func<object, bool> check)
    {
        TypeChecks[objectType] = check;
        return this;
    }

    public SdlResolvers Scalar(ScalarType scalar)
    {
        Scalars[scalar.Name] = scalar;
        return this;
    }
}

/// <summary>The schema can't be served; every reason is listed.</summary>
public sealed class SchemaException(IReadOnlyList<GraphQLError> errors)
    : Exception(string.Join("\n\n", errors.Select(error => error.Message)))
{
    public IReadOnlyList<GraphQLError> Errors { get; } = errors;

    internal static void ThrowIfAny(IReadOnlyList<GraphQLError> errors)
    {
        if (errors.Count > 0) throw new SchemaException(errors);
    }
}
