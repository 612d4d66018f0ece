using System.Buffers;
using System.Text;

namespace OrleansScheduling.Domain.Identity;

/// <summary>The one rule for free text: what every database, wire and screen can hold.</summary>
public static class PlainText
{
    public const string Rule = "well-formed Unicode without the character U+0000";

    /// <summary>No U+0000, which PostgreSQL's text cannot hold, and no half of a surrogate pair, which UTF-8 cannot.</summary>
    public static bool IsValid(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out var character, out var taken) != OperationStatus.Done || character.Value == 0) return false;
            text = text[taken..];
        }

        return true;
    }
}
