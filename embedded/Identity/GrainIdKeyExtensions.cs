using System.Buffers.Text;
using System.Text;

namespace Orleans.Runtime;

/// <summary>How integer and GUID keys are written inside a grain id: hexadecimal digits, then <c>+extension</c> if there is one.</summary>
public static class GrainIdKeyExtensions
{
    private const int GuidDigits = 32;

    public static IdSpan CreateIntegerKey(long key)
    {
        Span<byte> digits = stackalloc byte[sizeof(long) * 2];
        return Utf8Formatter.TryFormat(key, digits, out var length, 'X')
            ? new IdSpan(digits[..length].ToArray())
            : throw new InvalidOperationException("A 64-bit integer has at most sixteen hexadecimal digits.");
    }

    public static IdSpan CreateIntegerKey(long key, string? keyExtension) =>
        string.IsNullOrWhiteSpace(keyExtension) ? CreateIntegerKey(key) : IdSpan.Create($"{key:X}+{keyExtension}");

    public static IdSpan CreateGuidKey(Guid key) => IdSpan.Create(key.ToString("N"));

    public static IdSpan CreateGuidKey(Guid key, string? keyExtension) =>
        string.IsNullOrWhiteSpace(keyExtension) ? CreateGuidKey(key) : IdSpan.Create($"{key:N}+{keyExtension}");

    public static bool TryGetIntegerKey(this GrainId grainId, out long key, out string? keyExt)
    {
        var digits = grainId.Key.AsSpan();
        keyExt = null;
        var plus = digits.IndexOf((byte)'+');
        if (plus >= 0)
        {
            keyExt = Encoding.UTF8.GetString(digits[(plus + 1)..]);
            digits = digits[..plus];
        }

        return Utf8Parser.TryParse(digits, out key, out var consumed, 'X') && consumed == digits.Length;
    }

    public static long GetIntegerKey(this GrainId grainId, out string? keyExt) => TryGetIntegerKey(grainId, out var key, out keyExt)
        ? key
        : throw new ArgumentException($"Value \"{grainId.Key}\" is not in the correct format for an Integer key.", nameof(grainId));

    public static long GetIntegerKey(this GrainId grainId) => GetIntegerKey(grainId, out _);

    public static bool TryGetGuidKey(this GrainId grainId, out Guid key, out string? keyExt)
    {
        var digits = grainId.Key.AsSpan();
        keyExt = null;
        if (digits.Length > GuidDigits && digits[GuidDigits] == (byte)'+')
        {
            keyExt = Encoding.UTF8.GetString(digits[(GuidDigits + 1)..]);
            digits = digits[..GuidDigits];
        }

        key = default;
        return digits.Length == GuidDigits && Utf8Parser.TryParse(digits, out key, out var consumed, 'N') && consumed == GuidDigits;
    }

    public static Guid GetGuidKey(this GrainId grainId, out string? keyExt) => TryGetGuidKey(grainId, out var key, out keyExt)
        ? key
        : throw new ArgumentException($"Value \"{grainId.Key}\" is not in the correct format for a Guid key.", nameof(grainId));

    public static Guid GetGuidKey(this GrainId grainId) => GetGuidKey(grainId, out _);
}
