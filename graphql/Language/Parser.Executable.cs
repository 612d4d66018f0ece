namespace OrleansScheduling.GraphQL.Language;

public sealed partial class Parser
{
    DefinitionNode ParseDefinition()
    {
        if (Peek(TokenKind.BraceOpen)) return ParseOperation();
        var described = PeekDescription();
        var keyword = described ? Lookahead() : token;
        if (described && keyword.Kind == TokenKind.BraceOpen)
            throw Error(token.Start, "Unexpected description, descriptions are not supported on shorthand queries.");
        if (keyword.Kind != TokenKind.Name) throw Unexpected(keyword);
        switch (source.Body[keyword.Start..keyword.End])
        {
            case "schema":
                return ParseSchema();
            case "scalar":
                return ParseScalar();
            case "type":
                return ParseObjectType();
            case "interface":
                return ParseInterface();
            case "union":
                return ParseUnion();
            case "enum":
                return ParseEnum();
            case "input":
                return ParseInputObject();
            case "directive":
                return ParseDirectiveDefinition();
            case "query" or "mutation" or "subscription":
                return ParseOperation();
            case "fragment":
                return ParseFragmentDefinition();
            case "extend" when !described:
                return ParseExtension();
        }

        throw described
            ? Error(token.Start, "Unexpected description, only GraphQL definitions support descriptions.")
            : Unexpected(keyword);
    }

    bool PeekDescription() => token.Kind is TokenKind.String or TokenKind.BlockString;

    StringValueNode? ParseDescription() => PeekDescription() ? ParseStringLiteral() : null;

    OperationDefinitionNode ParseOperation()
    {
        var start = token;
        if (Peek(TokenKind.BraceOpen))
        {
            var shorthand = ParseSelectionSet();
            return new OperationDefinitionNode(Span(start), null, OperationKind.Query, null, [], [], shorthand);
        }

        var description = ParseDescription();
        var operation = ParseOperationKind();
        var name = Peek(TokenKind.Name) ? ParseName() : null;
        var variables = OptionalMany(TokenKind.ParenthesisOpen, static p => p.ParseVariableDefinition(), TokenKind.ParenthesisClose);
        var directives = ParseDirectives(constant: false);
        var selectionSet = ParseSelectionSet();
        return new OperationDefinitionNode(Span(start), description, operation, name, variables, directives, selectionSet);
    }

    OperationKind ParseOperationKind()
    {
        var keyword = Expect(TokenKind.Name);
        return keyword.Text(source) switch
        {
            "query" => OperationKind.Query,
            "mutation" => OperationKind.Mutation,
            "subscription" => OperationKind.Subscription,
            _ => throw Unexpected(keyword),
        };
    }

    VariableDefinitionNode ParseVariableDefinition()
    {
        var start = token;
        var description = ParseDescription();
        var variable = ParseVariable();
        Expect(TokenKind.Colon);
        var type = ParseTypeReference();
        var defaultValue = Skip(TokenKind.EqualsSign) ? ParseValueLiteral(constant: true) : null;
        var directives = ParseDirectives(constant: true);
        return new VariableDefinitionNode(Span(start), description, variable, type, defaultValue, directives);
    }

    SelectionSetNode ParseSelectionSet()
    {
        var start = token;
        Nest();
        var selections = Many(TokenKind.BraceOpen, static p => p.ParseSelection(), TokenKind.BraceClose);
        nesting--;
        return new SelectionSetNode(Span(start), selections);
    }

    SelectionNode ParseSelection() => Peek(TokenKind.Spread) ? ParseFragment() : ParseField();

    FieldNode ParseField()
    {
        var start = token;
        NameNode? alias = null;
        var name = ParseName();
        if (Skip(TokenKind.Colon))
        {
            alias = name;
            name = ParseName();
        }

        var arguments = ParseArguments(constant: false);
        var directives = ParseDirectives(constant: false);
        var selectionSet = Peek(TokenKind.BraceOpen) ? ParseSelectionSet() : null;
        return new FieldNode(Span(start), alias, name, arguments, directives, selectionSet);
    }

    SelectionNode ParseFragment()
    {
        var start = Expect(TokenKind.Spread);
        var conditioned = SkipKeyword("on");
        if (!conditioned && Peek(TokenKind.Name))
        {
            var name = ParseFragmentName();
            var spreadDirectives = ParseDirectives(constant: false);
            return new FragmentSpreadNode(Span(start), name, spreadDirectives);
        }

        var typeCondition = conditioned ? ParseNamedType() : null;
        var directives = ParseDirectives(constant: false);
        var selectionSet = ParseSelectionSet();
        return new InlineFragmentNode(Span(start), typeCondition, directives, selectionSet);
    }

    FragmentDefinitionNode ParseFragmentDefinition()
    {
        var start = token;
        var description = ParseDescription();
        ExpectKeyword("fragment");
        var name = ParseFragmentName();
        ExpectKeyword("on");
        var typeCondition = ParseNamedType();
        var directives = ParseDirectives(constant: false);
        var selectionSet = ParseSelectionSet();
        return new FragmentDefinitionNode(Span(start), description, name, typeCondition, directives, selectionSet);
    }

    NameNode ParseFragmentName() => token.Value(source) == "on" ? throw Unexpected() : ParseName();
}
