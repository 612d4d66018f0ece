namespace OrleansScheduling.GraphQL.Language;

public sealed partial class Parser
{
    ValueNode ParseValueLiteral(bool constant)
    {
        var start = token;
        switch (start.Kind)
        {
            case TokenKind.BracketOpen:
                return ParseList(constant);
            case TokenKind.BraceOpen:
                return ParseObject(constant);
            case TokenKind.Int:
                Advance();
                return new IntValueNode(Span(start), start.Value(source)!);
            case TokenKind.Float:
                Advance();
                return new FloatValueNode(Span(start), start.Value(source)!);
            case TokenKind.String or TokenKind.BlockString:
                return ParseStringLiteral();
            case TokenKind.Name:
                Advance();
                return NamedValue(start);
            case TokenKind.Dollar when constant:
                throw VariableInConstant(start);
            case TokenKind.Dollar:
                return ParseVariable();
            default:
                throw Unexpected();
        }
    }

    ValueNode NamedValue(Token start)
    {
        var text = start.Text(source);
        if (text.SequenceEqual("true")) return new BooleanValueNode(Span(start), true);
        if (text.SequenceEqual("false")) return new BooleanValueNode(Span(start), false);
        return text.SequenceEqual("null") ? new NullValueNode(Span(start)) : new EnumValueNode(Span(start), text.ToString());
    }

    GraphQLSyntaxException VariableInConstant(Token start)
    {
        Expect(TokenKind.Dollar);
        return token.Kind == TokenKind.Name
            ? Error(start.Start, $"Unexpected variable \"${token.Value(source)}\" in constant value.")
            : Unexpected(start);
    }

    VariableNode ParseVariable()
    {
        var start = Expect(TokenKind.Dollar);
        var name = ParseName();
        return new VariableNode(Span(start), name);
    }

    StringValueNode ParseStringLiteral()
    {
        var start = token;
        Advance();
        return new StringValueNode(Span(start), start.StringValue!, start.Kind == TokenKind.BlockString);
    }

    ListValueNode ParseList(bool constant)
    {
        var start = token;
        Nest();
        var values = constant
            ? Any(TokenKind.BracketOpen, static p => p.ParseValueLiteral(true), TokenKind.BracketClose)
            : Any(TokenKind.BracketOpen, static p => p.ParseValueLiteral(false), TokenKind.BracketClose);
        nesting--;
        return new ListValueNode(Span(start), values);
    }

    ObjectValueNode ParseObject(bool constant)
    {
        var start = token;
        Nest();
        var fields = constant
            ? Any(TokenKind.BraceOpen, static p => p.ParseObjectField(true), TokenKind.BraceClose)
            : Any(TokenKind.BraceOpen, static p => p.ParseObjectField(false), TokenKind.BraceClose);
        nesting--;
        return new ObjectValueNode(Span(start), fields);
    }

    ObjectFieldNode ParseObjectField(bool constant)
    {
        var start = token;
        var name = ParseName();
        Expect(TokenKind.Colon);
        var value = ParseValueLiteral(constant);
        return new ObjectFieldNode(Span(start), name, value);
    }
}
