using System.Diagnostics.CodeAnalysis;
using NodaTime;

namespace OrleansScheduling.Domain.Identity;

/// <summary>
/// A repair job. 13 bits of day since 1 January 2024 and 32 random bits, written as nine characters of Crockford's base 32 and a
/// check character, e.g. <c>0GC00-0000S</c>.
/// </summary>
/// <remarks>
/// The day first keeps new rows together in an index. The random rest keeps one contractor from counting another's jobs. A collision
/// (one in four thousand million for each pair of jobs of a day) is refused by the ledger's fence, and the caller draws again.
/// Source of the alphabet: Douglas Crockford, Base 32 (no I, L, O, U; I and L read as 1, O as 0).
/// </remarks>
public readonly record struct JobId : IComparable<JobId>
{
    const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    const int Digits = 9;
    const int RandomBits = 32;
    const int DayBits = 13;
    static readonly LocalDate Epoch = new(2024, 1, 1);

    /// <exception cref="ArgumentException">A negative value, or more than 45 bits.</exception>
    public JobId(long value)
    {
        if (value is < 0 or > MaxValue) throw new ArgumentException($"JobId.Value {value} is not valid: it is from 0 to {MaxValue}.",
            nameof(value));
        Value = value;
    }

    public long Value { get; }

    /// <summary>The largest value an id can have: 45 bits.</summary>
    public const long MaxValue = (1L << (DayBits + RandomBits)) - 1;

    /// <param name="day">The day on which the job is reported; 2024-01-01 to 2046-06-05.</param>
    /// <param name="random">32 random bits, from a source that a stranger cannot predict.</param>
    /// <exception cref="ArgumentOutOfRangeException">The day does not fit in 13 bits.</exception>
    public static JobId Create(LocalDate day, uint random)
    {
        var days = Period.DaysBetween(Epoch, day);
        if (days is < 0 or >= 1 << DayBits)
            throw new ArgumentOutOfRangeException(nameof(day), day, "A job id holds days from 2024-01-01 to 2046-06-05.");
        return new JobId(((long)days << RandomBits) | random);
    }

    public int CompareTo(JobId other) => Value.CompareTo(other.Value);

    /// <summary>The reference that people read out: <c>XXXXX-XXXXC</c>.</summary>
    public override string ToString()
    {
        Span<char> text = stackalloc char[Digits + 2];
        var rest = Value;
        for (var i = Digits - 1; i >= 0; i--)
        {
            text[i < 5 ? i : i + 1] = Alphabet[(int)(rest & 31)];
            rest >>= 5;
        }

        text[5] = '-';
        text[Digits + 1] = Alphabet[CheckOf(Value)];
        return new string(text);
    }

    /// <summary>Reads a reference as people type it: any case, with or without the hyphen and spaces; O is 0, I and L are 1.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out JobId id)
    {
        id = default;
        if (text is null || text.Length > 32) return false;
        Span<int> digits = stackalloc int[Digits + 1];
        var count = 0;
        foreach (var character in text)
        {
            if (character is '-' or ' ') continue;
            var digit = Digit(character);
            if (digit < 0 || count == digits.Length) return false;
            digits[count++] = digit;
        }

        if (count != digits.Length) return false;
        long value = 0;
        for (var i = 0; i < Digits; i++) value = (value << 5) | (long)digits[i];
        if (value > MaxValue || CheckOf(value) != digits[Digits]) return false;
        id = new JobId(value);
        return true;
    }

    /// <summary>
    /// The sum of the digits, each times another power of 2 in the field of 32 elements (polynomial x⁵ + x² + 1). The powers differ and
    /// none is 0:
    /// any one wrong character, and any two exchanged, change the sum.
    /// </summary>
    static int CheckOf(long value)
    {
        var sum = 0;
        for (var i = Digits - 1; i >= 0; i--) sum = Doubled(sum) ^ (int)((value >> (5 * i)) & 31);
        return Doubled(sum);
    }

    static int Doubled(int element) => (element & 16) == 0 ? element << 1 : (element << 1) ^ 0b100101;

    static int Digit(char character) => !char.IsAscii(character) ? -1 : char.ToUpperInvariant(character) switch
    {
        'O' => 0,
        'I' or 'L' => 1,
        var upper => Alphabet.IndexOf(upper),
    };
}
