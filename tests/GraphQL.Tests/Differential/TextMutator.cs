namespace OrleansScheduling.GraphQL.Tests.Differential;

/// <summary>Damages a text a little: a character or a lexeme lost, doubled, moved or replaced.</summary>
sealed class TextMutator(Random random)
{
    static readonly string[] Pieces =
    [
        "{", "}", "(", ")", "[", "]", "!", "$", "@", ":", "=", "|", "&", "...", "..", ".", "\"", "\"\"\"", "#", "\\", "'", "?", "%", "é",
            "😀", "\uFEFF",
        "\u0000", "\u0007", "\t", "\r", "\n", " on ", " fragment ", " query ", " null ", " true ", "0", "01", "1.", "1.e", "-", "-1",
            "1e5", "0x1", "1a", ",",
        "\"\\u12\"", "\"\\uD83D\"", "\"\\u{110000}\"", "\"\\q\"", "\"\"", "\"a\nb\"", " extend ", " type A { a: B }", " implements ",
            "\\\"\"\"", "\u007f",
    ];

    public string Mutate(string text)
    {
        for (var i = random.Next(1, 4); i > 0; i--) text = Once(text);
        return text;
    }

    string Once(string text)
    {
        if (text.Length < 2) return text + Pieces[random.Next(Pieces.Length)];
        var at = Boundary(text, random.Next(text.Length));
        var end = Boundary(text, Math.Min(text.Length, at + random.Next(1, 8)));
        return random.Next(6) switch
        {
            0 => text[..at] + text[end..],
            1 => text[..end] + text[at..],
            2 => text[..at] + Pieces[random.Next(Pieces.Length)] + text[at..],
            3 => text[..at] + Pieces[random.Next(Pieces.Length)] + text[end..],
            4 => text[..end],
            _ => text[..at] + new string([.. text[at..end].Reverse().Where(c => !char.IsSurrogate(c))]) + text[end..],
        };
    }

    /// <summary>JSON between the two processes can't carry half a surrogate pair.</summary>
    static int Boundary(string text, int index) => index > 0 && index < text.Length && char.IsLowSurrogate(text[index]) ? index - 1 : index;
}
