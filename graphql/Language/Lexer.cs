namespace OrleansScheduling.GraphQL.Language;

/// <summary>Reads one token at a time from a source. It keeps no state, so looking ahead is reading from a token's end.</summary>
public readonly partial struct Lexer(Source source)
{
    const int OutOfRange = -1;

    readonly string body = source.Body;

    public Source Source { get; } = source;

    public Token Read(int start)
    {
        var position = start;
        while (position < body.Length)
        {
            var c = body[position];
            switch (c)
            {
                case '\uFEFF' or '\t' or ' ' or ',' or '\n' or '\r':
                    position++;
                    continue;
                case '#':
                    position = SkipComment(position);
                    continue;
                case '"':
                    return At(position + 1) == '"' && At(position + 2) == '"' ? ReadBlockString(position) : ReadString(position);
                case '.' when At(position + 1) == '.' && At(position + 2) == '.':
                    return new Token(TokenKind.Spread, position, position + 3);
            }

            var punctuator = Punctuator(c);
            if (punctuator != TokenKind.None) return new Token(punctuator, position, position + 1);
            if (IsNameStart(c)) return ReadName(position);
            if (char.IsAsciiDigit(c) || c == '-') return ReadNumber(position);
            throw Unexpected(position, c);
        }

        return new Token(TokenKind.EndOfFile, body.Length, body.Length);
    }

    static TokenKind Punctuator(char c) => c switch
    {
        '!' => TokenKind.Bang,
        '$' => TokenKind.Dollar,
        '&' => TokenKind.Ampersand,
        '(' => TokenKind.ParenthesisOpen,
        ')' => TokenKind.ParenthesisClose,
        ':' => TokenKind.Colon,
        '=' => TokenKind.EqualsSign,
        '@' => TokenKind.At,
        '[' => TokenKind.BracketOpen,
        ']' => TokenKind.BracketClose,
        '{' => TokenKind.BraceOpen,
        '|' => TokenKind.Pipe,
        '}' => TokenKind.BraceClose,
        _ => TokenKind.None,
    };

    static bool IsNameStart(int c) => c is >= 'a' and <= 'z' or >= 'A' and <= 'Z' or '_';

    static bool IsDigit(int c) => c is >= '0' and <= '9';

    int At(int position) => (uint)position < (uint)body.Length ? body[position] : OutOfRange;

    bool IsSourceCharacter(int position, out int length)
    {
        var c = body[position];
        if (!char.IsSurrogate(c))
        {
            length = 1;
            return true;
        }

        length = 2;
        return char.IsHighSurrogate(c) && position + 1 < body.Length && char.IsLowSurrogate(body[position + 1]);
    }

    GraphQLSyntaxException Error(int position, string description) => new(Source, position, description);

    GraphQLSyntaxException Unexpected(int position, char c)
    {
        if (c == '\'') return Error(position, "Unexpected single quote character ('), did you mean to use a double quote (\")?");
        return Error(position, $"{(IsSourceCharacter(position, out _) ? "Unexpected" : "Invalid")} character: {Print(position)}.");
    }

    string Print(int position)
    {
        if (position >= body.Length) return "<EOF>";
        int code = body[position];
        if (char.IsHighSurrogate(body[position]) && position + 1 < body.Length && char.IsLowSurrogate(body[position + 1]))
            code = char.ConvertToUtf32(body[position], body[position + 1]);
        if (code is >= 0x20 and <= 0x7E) return code == '"' ? "'\"'" : $"\"{(char)code}\"";
        return $"U+{code:X4}";
    }

    int SkipComment(int start)
    {
        var position = start + 1;
        while (position < body.Length && body[position] is not ('\n' or '\r'))
        {
            if (!IsSourceCharacter(position, out var length)) break;
            position += length;
        }

        return position;
    }

    Token ReadName(int start)
    {
        var position = start + 1;
        while (position < body.Length && (IsNameStart(body[position]) || char.IsAsciiDigit(body[position]))) position++;
        return new Token(TokenKind.Name, start, position);
    }

    Token ReadNumber(int start)
    {
        var position = start;
        var kind = TokenKind.Int;
        if (body[position] == '-') position++;
        if (At(position) == '0')
        {
            position++;
            if (IsDigit(At(position))) throw Error(position, $"Invalid number, unexpected digit after 0: {Print(position)}.");
        }
        else
        {
            position = ReadDigits(position);
        }

        if (At(position) == '.')
        {
            kind = TokenKind.Float;
            position = ReadDigits(position + 1);
        }

        if (At(position) is 'e' or 'E')
        {
            kind = TokenKind.Float;
            position++;
            if (At(position) is '+' or '-') position++;
            position = ReadDigits(position);
        }

        if (At(position) == '.' || IsNameStart(At(position)))
            throw Error(position, $"Invalid number, expected digit but got: {Print(position)}.");
        return new Token(kind, start, position);
    }

    int ReadDigits(int start)
    {
        if (!IsDigit(At(start))) throw Error(start, $"Invalid number, expected digit but got: {Print(start)}.");
        var position = start + 1;
        while (IsDigit(At(position))) position++;
        return position;
    }
}
