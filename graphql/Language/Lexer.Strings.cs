using System.Text;

namespace OrleansScheduling.GraphQL.Language;

public readonly partial struct Lexer
{
    Token ReadString(int start)
    {
        var position = start + 1;
        var chunkStart = position;
        StringBuilder? value = null;
        while (position < body.Length)
        {
            var c = body[position];
            if (c == '"')
            {
                var text = value is null
                    ? body[chunkStart..position]
                    : value.Append(body, chunkStart, position - chunkStart).ToString();
                return new Token(TokenKind.String, start, position + 1, text);
            }

            if (c == '\\')
            {
                value ??= new StringBuilder();
                value.Append(body, chunkStart, position - chunkStart);
                position += ReadEscape(position, value);
                chunkStart = position;
                continue;
            }

            if (c is '\n' or '\r') break;
            if (!IsSourceCharacter(position, out var length))
                throw Error(position, $"Invalid character within String: {Print(position)}.");
            position += length;
        }

        throw Error(position, "Unterminated string.");
    }

    int ReadEscape(int position, StringBuilder value)
    {
        if (At(position + 1) == 'u') return At(position + 2) == '{' ? ReadVariableEscape(position, value)
            : ReadFixedEscape(position, value);
        var decoded = At(position + 1) switch
        {
            '"' => '"',
            '\\' => '\\',
            '/' => '/',
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            _ => throw Error(position, $"Invalid character escape sequence: \"{Slice(position, 2)}\"."),
        };
        value.Append(decoded);
        return 2;
    }

    /// <summary><c>\u{1F600}</c>: at most twelve characters in all.</summary>
    int ReadVariableEscape(int position, StringBuilder value)
    {
        var point = 0;
        var size = 3;
        while (size < 12)
        {
            var c = At(position + size++);
            if (c == '}')
            {
                if (size < 5 || !Rune.IsValid(point)) break;
                value.Append(new Rune(point).ToString());
                return size;
            }

            point = unchecked(point << 4) | HexDigit(c);
            if (point < 0) break;
        }

        throw Error(position, $"Invalid Unicode escape sequence: \"{Slice(position, size)}\".");
    }

    /// <summary><c>\u00E9</c>, or two of them when they form a surrogate pair.</summary>
    int ReadFixedEscape(int position, StringBuilder value)
    {
        var code = HexCode(position + 2);
        if (code >= 0 && Rune.IsValid(code))
        {
            value.Append((char)code);
            return 6;
        }

        if (code is >= 0xD800 and <= 0xDBFF && At(position + 6) == '\\' && At(position + 7) == 'u')
        {
            var trailing = HexCode(position + 8);
            if (trailing is >= 0xDC00 and <= 0xDFFF)
            {
                value.Append((char)code).Append((char)trailing);
                return 12;
            }
        }

        throw Error(position, $"Invalid Unicode escape sequence: \"{Slice(position, 6)}\".");
    }

    int HexCode(int position) => (HexDigit(At(position)) << 12) | (HexDigit(At(position + 1)) << 8)
        | (HexDigit(At(position + 2)) << 4) | HexDigit(At(position + 3));

    /// <summary>-1 for anything else: OR-ing a negative number in makes the whole code negative.</summary>
    static int HexDigit(int c) => c switch
    {
        >= '0' and <= '9' => c - '0',
        >= 'A' and <= 'F' => c - 'A' + 10,
        >= 'a' and <= 'f' => c - 'a' + 10,
        _ => -1,
    };

    string Slice(int start, int length) => body.Substring(start, Math.Min(length, body.Length - start));

    Token ReadBlockString(int start)
    {
        var position = start + 3;
        var chunkStart = position;
        var line = new StringBuilder();
        var lines = new List<string>();
        while (position < body.Length)
        {
            var c = body[position];
            if (c == '"' && At(position + 1) == '"' && At(position + 2) == '"')
            {
                lines.Add(line.Append(body, chunkStart, position - chunkStart).ToString());
                return new Token(TokenKind.BlockString, start, position + 3, BlockString.Dedent(lines));
            }

            if (c == '\\' && At(position + 1) == '"' && At(position + 2) == '"' && At(position + 3) == '"')
            {
                line.Append(body, chunkStart, position - chunkStart);
                chunkStart = position + 1;
                position += 4;
                continue;
            }

            if (c is '\n' or '\r')
            {
                lines.Add(line.Append(body, chunkStart, position - chunkStart).ToString());
                line.Clear();
                position += c == '\r' && At(position + 1) == '\n' ? 2 : 1;
                chunkStart = position;
                continue;
            }

            if (!IsSourceCharacter(position, out var length))
                throw Error(position, $"Invalid character within String: {Print(position)}.");
            position += length;
        }

        throw Error(position, "Unterminated string.");
    }
}
