namespace OrleansScheduling.GraphQL.Language;

public enum TokenKind : byte
{
    None = 0,
    StartOfFile,
    EndOfFile,
    Bang,
    Dollar,
    Ampersand,
    ParenthesisOpen,
    ParenthesisClose,
    Spread,
    Colon,
    EqualsSign,
    At,
    BracketOpen,
    BracketClose,
    BraceOpen,
    Pipe,
    BraceClose,
    Name,
    Int,
    Float,
    String,
    BlockString,
}

/// <summary>One lexeme; its text stays in the source until somebody asks for it.</summary>
public readonly record struct Token(TokenKind Kind, int Start, int End, string? StringValue = null)
{
    public string? Value(Source source) => Kind switch
    {
        TokenKind.Name or TokenKind.Int or TokenKind.Float => source.Body[Start..End],
        TokenKind.String or TokenKind.BlockString => StringValue,
        _ => null,
    };

    public ReadOnlySpan<char> Text(Source source) => source.Body.AsSpan(Start, End - Start);

    public static string Describe(TokenKind kind) => kind switch
    {
        TokenKind.StartOfFile => "<SOF>",
        TokenKind.EndOfFile => "<EOF>",
        TokenKind.Bang => "\"!\"",
        TokenKind.Dollar => "\"$\"",
        TokenKind.Ampersand => "\"&\"",
        TokenKind.ParenthesisOpen => "\"(\"",
        TokenKind.ParenthesisClose => "\")\"",
        TokenKind.Spread => "\"...\"",
        TokenKind.Colon => "\":\"",
        TokenKind.EqualsSign => "\"=\"",
        TokenKind.At => "\"@\"",
        TokenKind.BracketOpen => "\"[\"",
        TokenKind.BracketClose => "\"]\"",
        TokenKind.BraceOpen => "\"{\"",
        TokenKind.Pipe => "\"|\"",
        TokenKind.BraceClose => "\"}\"",
        _ => kind.ToString(),
    };

    public string Describe(Source source) => Value(source) is { } value ? $"{Describe(Kind)} \"{value}\"" : Describe(Kind);
}
