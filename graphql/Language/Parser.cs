namespace OrleansScheduling.GraphQL.Language;

/// <summary>Bounds on what the parser will read, so that a hostile document costs little.</summary>
public sealed record ParserOptions
{
    public static ParserOptions Default { get; } = new();

    /// <summary>A large query of a real client has a few thousand tokens.</summary>
    public int TokensMax { get; init; } = 15_000;

    /// <summary>Nesting of braces and brackets: the parser is recursive, and a thread's stack is not endless.</summary>
    public int NestingMax { get; init; } = 200;
}

/// <summary>A recursive descent parser for the September 2025 edition, with the reference implementation's messages.</summary>
public sealed partial class Parser
{
    readonly Lexer lexer;
    readonly Source source;
    readonly ParserOptions options;
    Token token;
    int lastEnd;
    int tokenCount;
    int nesting;

    Parser(Source source, ParserOptions? options)
    {
        this.source = source;
        this.options = options ?? ParserOptions.Default;
        lexer = new Lexer(source);
        token = new Token(TokenKind.StartOfFile, 0, 0);
    }

    public static DocumentNode ParseDocument(string text, ParserOptions? options = null) => ParseDocument(new Source(text), options);

    public static DocumentNode ParseDocument(Source source, ParserOptions? options = null)
    {
        var parser = new Parser(source, options);
        var definitions = parser.Many(TokenKind.StartOfFile, static p => p.ParseDefinition(), TokenKind.EndOfFile);
        return new DocumentNode(new SourceSpan(source, 0, parser.lastEnd), definitions, parser.tokenCount);
    }

    /// <summary>One value by itself, such as a default value.</summary>
    public static ValueNode ParseValue(string text)
    {
        var parser = new Parser(new Source(text), null);
        parser.Expect(TokenKind.StartOfFile);
        var value = parser.ParseValueLiteral(constant: false);
        parser.Expect(TokenKind.EndOfFile);
        return value;
    }

    /// <summary>One type reference by itself, such as <c>[Int!]</c>.</summary>
    public static TypeNode ParseType(string text)
    {
        var parser = new Parser(new Source(text), null);
        parser.Expect(TokenKind.StartOfFile);
        var type = parser.ParseTypeReference();
        parser.Expect(TokenKind.EndOfFile);
        return type;
    }

    SourceSpan Span(Token start) => new(source, start.Start, lastEnd);

    void Advance()
    {
        lastEnd = token.End;
        token = lexer.Read(token.End);
        if (token.Kind != TokenKind.EndOfFile && ++tokenCount > options.TokensMax)
            throw new GraphQLSyntaxException(
                source, token.Start, $"Document contains more than {options.TokensMax} tokens. Parsing aborted.",
                    GraphQLErrorCodes.DocumentTooLarge);
    }

    Token Lookahead() => token.Kind == TokenKind.EndOfFile ? token : lexer.Read(token.End);

    bool Peek(TokenKind kind) => token.Kind == kind;

    bool PeekKeyword(string keyword) => token.Kind == TokenKind.Name && token.Text(source).SequenceEqual(keyword);

    Token Expect(TokenKind kind)
    {
        var current = token;
        if (current.Kind != kind) throw Error(current.Start, $"Expected {Token.Describe(kind)}, found {current.Describe(source)}.");
        if (kind == TokenKind.EndOfFile) lastEnd = current.End;
        else Advance();
        return current;
    }

    bool Skip(TokenKind kind)
    {
        if (token.Kind != kind) return false;
        if (kind == TokenKind.EndOfFile) lastEnd = token.End;
        else Advance();
        return true;
    }

    void ExpectKeyword(string keyword)
    {
        if (!PeekKeyword(keyword)) throw Error(token.Start, $"Expected \"{keyword}\", found {token.Describe(source)}.");
        Advance();
    }

    bool SkipKeyword(string keyword)
    {
        if (!PeekKeyword(keyword)) return false;
        Advance();
        return true;
    }

    GraphQLSyntaxException Error(int position, string description) => new(source, position, description);

    GraphQLSyntaxException Unexpected() => Unexpected(token);

    GraphQLSyntaxException Unexpected(Token at) => Error(at.Start, $"Unexpected {at.Describe(source)}.");

    void Nest()
    {
        if (++nesting > options.NestingMax)
            throw new GraphQLSyntaxException(
                source, token.Start, $"Document is nested more than {options.NestingMax} levels deep. Parsing aborted.",
                    GraphQLErrorCodes.DocumentTooLarge);
    }

    IReadOnlyList<T> Many<T>(TokenKind open, Func<Parser, T> parse, TokenKind close)
    {
        Expect(open);
        var nodes = new List<T>();
        do nodes.Add(parse(this));
        while (!Skip(close));
        return nodes;
    }

    IReadOnlyList<T> OptionalMany<T>(TokenKind open, Func<Parser, T> parse, TokenKind close) =>
        Peek(open) ? Many(open, parse, close) : [];

    IReadOnlyList<T> Any<T>(TokenKind open, Func<Parser, T> parse, TokenKind close)
    {
        Expect(open);
        if (Skip(close)) return [];
        var nodes = new List<T>();
        while (!Skip(close)) nodes.Add(parse(this));
        return nodes;
    }

    IReadOnlyList<T> DelimitedMany<T>(TokenKind delimiter, Func<Parser, T> parse)
    {
        Skip(delimiter);
        var nodes = new List<T>();
        do nodes.Add(parse(this));
        while (Skip(delimiter));
        return nodes;
    }

    NameNode ParseName()
    {
        var start = Expect(TokenKind.Name);
        return new NameNode(new SourceSpan(source, start.Start, start.End), source.Body[start.Start..start.End]);
    }

    IReadOnlyList<DirectiveNode> ParseDirectives(bool constant)
    {
        if (!Peek(TokenKind.At)) return [];
        var directives = new List<DirectiveNode>();
        while (Peek(TokenKind.At))
        {
            var start = Expect(TokenKind.At);
            var name = ParseName();
            var arguments = ParseArguments(constant);
            directives.Add(new DirectiveNode(Span(start), name, arguments));
        }

        return directives;
    }

    IReadOnlyList<ArgumentNode> ParseArguments(bool constant) => constant
        ? OptionalMany(TokenKind.ParenthesisOpen, static p => p.ParseArgument(true), TokenKind.ParenthesisClose)
        : OptionalMany(TokenKind.ParenthesisOpen, static p => p.ParseArgument(false), TokenKind.ParenthesisClose);

    ArgumentNode ParseArgument(bool constant)
    {
        var start = token;
        var name = ParseName();
        Expect(TokenKind.Colon);
        var value = ParseValueLiteral(constant);
        return new ArgumentNode(Span(start), name, value);
    }

    TypeNode ParseTypeReference()
    {
        var start = token;
        TypeNode type;
        if (Skip(TokenKind.BracketOpen))
        {
            Nest();
            var inner = ParseTypeReference();
            Expect(TokenKind.BracketClose);
            nesting--;
            type = new ListTypeNode(Span(start), inner);
        }
        else
        {
            type = ParseNamedType();
        }

        return Skip(TokenKind.Bang) ? new NonNullTypeNode(Span(start), type) : type;
    }

    NamedTypeNode ParseNamedType()
    {
        var start = token;
        var name = ParseName();
        return new NamedTypeNode(Span(start), name);
    }
}
