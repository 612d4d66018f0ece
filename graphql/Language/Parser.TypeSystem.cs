namespace OrleansScheduling.GraphQL.Language;

public sealed partial class Parser
{
    /// <summary>Name, then directives: what every extension and most definitions begin with, after their keyword.</summary>
    (Token Start, bool Extension, StringValueNode? Description) Begin(string keyword)
    {
        var start = token;
        var extension = PeekKeyword("extend");
        var description = extension ? null : ParseDescription();
        if (extension) Advance();
        ExpectKeyword(keyword);
        return (start, extension, description);
    }

    SchemaNode ParseSchema()
    {
        var (start, extension, description) = Begin("schema");
        var directives = ParseDirectives(constant: true);
        var types = extension
            ? OptionalMany(TokenKind.BraceOpen, static p => p.ParseOperationType(), TokenKind.BraceClose)
            : Many(TokenKind.BraceOpen, static p => p.ParseOperationType(), TokenKind.BraceClose);
        RefuseEmpty(extension, directives.Count + types.Count);
        return new SchemaNode(Span(start), extension, description, directives, types);
    }

    /// <summary>An extension that extends nothing is a slip of the pen.</summary>
    void RefuseEmpty(bool extension, int parts)
    {
        if (extension && parts == 0) throw Unexpected();
    }

    OperationTypeDefinitionNode ParseOperationType()
    {
        var start = token;
        var operation = ParseOperationKind();
        Expect(TokenKind.Colon);
        var type = ParseNamedType();
        return new OperationTypeDefinitionNode(Span(start), operation, type);
    }

    ScalarTypeNode ParseScalar()
    {
        var (start, extension, description) = Begin("scalar");
        var name = ParseName();
        var directives = ParseDirectives(constant: true);
        RefuseEmpty(extension, directives.Count);
        return new ScalarTypeNode(Span(start), extension, description, name, directives);
    }

    ObjectTypeNode ParseObjectType()
    {
        var (start, extension, description) = Begin("type");
        var name = ParseName();
        var interfaces = ParseImplements();
        var directives = ParseDirectives(constant: true);
        var fields = ParseFields();
        RefuseEmpty(extension, interfaces.Count + directives.Count + fields.Count);
        return new ObjectTypeNode(Span(start), extension, description, name, interfaces, directives, fields);
    }

    InterfaceTypeNode ParseInterface()
    {
        var (start, extension, description) = Begin("interface");
        var name = ParseName();
        var interfaces = ParseImplements();
        var directives = ParseDirectives(constant: true);
        var fields = ParseFields();
        RefuseEmpty(extension, interfaces.Count + directives.Count + fields.Count);
        return new InterfaceTypeNode(Span(start), extension, description, name, interfaces, directives, fields);
    }

    IReadOnlyList<NamedTypeNode> ParseImplements() =>
        SkipKeyword("implements") ? DelimitedMany(TokenKind.Ampersand, static p => p.ParseNamedType()) : [];

    IReadOnlyList<FieldDefinitionNode> ParseFields() =>
        OptionalMany(TokenKind.BraceOpen, static p => p.ParseFieldDefinition(), TokenKind.BraceClose);

    FieldDefinitionNode ParseFieldDefinition()
    {
        var start = token;
        var description = ParseDescription();
        var name = ParseName();
        var arguments = ParseArgumentDefinitions();
        Expect(TokenKind.Colon);
        var type = ParseTypeReference();
        var directives = ParseDirectives(constant: true);
        return new FieldDefinitionNode(Span(start), description, name, arguments, type, directives);
    }

    IReadOnlyList<InputValueDefinitionNode> ParseArgumentDefinitions() =>
        OptionalMany(TokenKind.ParenthesisOpen, static p => p.ParseInputValue(), TokenKind.ParenthesisClose);

    InputValueDefinitionNode ParseInputValue()
    {
        var start = token;
        var description = ParseDescription();
        var name = ParseName();
        Expect(TokenKind.Colon);
        var type = ParseTypeReference();
        var defaultValue = Skip(TokenKind.EqualsSign) ? ParseValueLiteral(constant: true) : null;
        var directives = ParseDirectives(constant: true);
        return new InputValueDefinitionNode(Span(start), description, name, type, defaultValue, directives);
    }

    UnionTypeNode ParseUnion()
    {
        var (start, extension, description) = Begin("union");
        var name = ParseName();
        var directives = ParseDirectives(constant: true);
        var types = Skip(TokenKind.EqualsSign) ? DelimitedMany(TokenKind.Pipe, static p => p.ParseNamedType()) : [];
        RefuseEmpty(extension, directives.Count + types.Count);
        return new UnionTypeNode(Span(start), extension, description, name, directives, types);
    }

    EnumTypeNode ParseEnum()
    {
        var (start, extension, description) = Begin("enum");
        var name = ParseName();
        var directives = ParseDirectives(constant: true);
        var values = OptionalMany(TokenKind.BraceOpen, static p => p.ParseEnumValue(), TokenKind.BraceClose);
        RefuseEmpty(extension, directives.Count + values.Count);
        return new EnumTypeNode(Span(start), extension, description, name, directives, values);
    }

    EnumValueDefinitionNode ParseEnumValue()
    {
        var start = token;
        var description = ParseDescription();
        if (token.Value(source) is "true" or "false" or "null")
            throw Error(token.Start, $"{token.Describe(source)} is reserved and cannot be used for an enum value.");
        var name = ParseName();
        var directives = ParseDirectives(constant: true);
        return new EnumValueDefinitionNode(Span(start), description, name, directives);
    }

    InputObjectTypeNode ParseInputObject()
    {
        var (start, extension, description) = Begin("input");
        var name = ParseName();
        var directives = ParseDirectives(constant: true);
        var fields = OptionalMany(TokenKind.BraceOpen, static p => p.ParseInputValue(), TokenKind.BraceClose);
        RefuseEmpty(extension, directives.Count + fields.Count);
        return new InputObjectTypeNode(Span(start), extension, description, name, directives, fields);
    }

    DirectiveDefinitionNode ParseDirectiveDefinition()
    {
        var start = token;
        var description = ParseDescription();
        ExpectKeyword("directive");
        Expect(TokenKind.At);
        var name = ParseName();
        var arguments = ParseArgumentDefinitions();
        var repeatable = SkipKeyword("repeatable");
        ExpectKeyword("on");
        var locations = DelimitedMany(TokenKind.Pipe, static p => p.ParseDirectiveLocation());
        return new DirectiveDefinitionNode(Span(start), description, name, arguments, repeatable, locations);
    }

    NameNode ParseDirectiveLocation()
    {
        var start = token;
        var name = ParseName();
        return DirectiveLocations.All.Contains(name.Value) ? name : throw Unexpected(start);
    }

    DefinitionNode ParseExtension()
    {
        var keyword = Lookahead();
        return keyword.Kind == TokenKind.Name
            ? source.Body[keyword.Start..keyword.End] switch
            {
                "schema" => ParseSchema(),
                "scalar" => ParseScalar(),
                "type" => ParseObjectType(),
                "interface" => ParseInterface(),
                "union" => ParseUnion(),
                "enum" => ParseEnum(),
                "input" => ParseInputObject(),
                _ => throw Unexpected(keyword),
            }
            : throw Unexpected(keyword);
    }
}
