namespace OrleansScheduling.Domain.Identity;

/// <summary>A trade, such as <c>PLUMBER</c>.</summary>
public readonly record struct TradeCode
{
    public TradeCode(string value) => Value = CodeText.Checked(value, nameof(TradeCode));
    public string Value { get; }
    public override string ToString() => Value;
}

/// <summary>A skill or certificate, such as <c>GAS-SAFE</c>.</summary>
public readonly record struct SkillCode
{
    public SkillCode(string value) => Value = CodeText.Checked(value, nameof(SkillCode));
    public string Value { get; }
    public override string ToString() => Value;
}

/// <summary>A patch: the area that an operative covers, a contract serves and a property lies in, such as <c>N1</c>.</summary>
public readonly record struct PatchCode
{
    public PatchCode(string value) => Value = CodeText.Checked(value, nameof(PatchCode));
    public string Value { get; }
    public override string ToString() => Value;
}

/// <summary>An item of a schedule of rates, such as <c>PLU015</c>.</summary>
public readonly record struct SorCode
{
    public SorCode(string value) => Value = CodeText.Checked(value, nameof(SorCode));
    public string Value { get; }
    public override string ToString() => Value;
}

/// <summary>An appointment window of a contract, such as <c>AM</c>.</summary>
public readonly record struct WindowCode
{
    public WindowCode(string value) => Value = CodeText.Checked(value, nameof(WindowCode));
    public string Value { get; }
    public override string ToString() => Value;
}

/// <summary>The one rule for codes: 1 to 32 characters, upper-case letters, digits, and <c>- _ . /</c> between them.</summary>
public static class CodeText
{
    public const int MaxLength = 32;
    public const string Rule = "1 to 32 characters: A-Z, 0-9, and - _ . / between them";

    public static bool IsValid(string? value)
    {
        if (string.IsNullOrEmpty(value) || value.Length > MaxLength) return false;
        for (var i = 0; i < value.Length; i++)
        {
            var character = value[i];
            if (char.IsAsciiLetterUpper(character) || char.IsAsciiDigit(character)) continue;
            if (i == 0 || i == value.Length - 1 || !"-_./".Contains(character, StringComparison.Ordinal)) return false;
        }

        return true;
    }

    internal static string Checked(string value, string noun) => IsValid(value)
        ? value
        : throw new ArgumentException($"{noun} '{value}' is not valid: {Rule}.", nameof(value));
}
