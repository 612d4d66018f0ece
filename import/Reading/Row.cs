using System.Globalization;
using NodaTime;
using NodaTime.Text;
using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Rates;
using OrleansScheduling.Import.Files;

namespace OrleansScheduling.Import.Reading;

/// <summary>
/// One row, and its fields as values. A field that breaks a rule is reported and comes back as null or as a stand-in;
/// <see cref="Failed"/> tells that the row as a whole is not to be used, after all its fields were looked at.
/// </summary>
sealed class Row(int line, string[] fields, IReadOnlyDictionary<string, int> positions, ErrorLog log)
{
    const int MaxReference = 64;
    static readonly LocalTimePattern Time = LocalTimePattern.CreateWithInvariantCulture("HH':'mm");

    public int Line { get; } = line;

    public bool Failed { get; private set; }

    /// <summary>The field as written, without spaces around it; empty when the column is not there.</summary>
    public string Cell(Column column) => positions.TryGetValue(column.Name, out var index) ? fields[index].Trim() : "";

    public bool IsBlank(Column column) => Cell(column).Length == 0;

    public void Refuse(Column column, string rule)
    {
        Failed = true;
        log.Refuse(Line, column, Cell(column), rule);
    }

    public void RefuseRow(string rule)
    {
        Failed = true;
        log.Refuse(Line, "", "", rule);
    }

    public string Reference(Column column, bool spaces = true)
    {
        var text = Text(column, MaxReference);
        if (!spaces && text.Contains(' ', StringComparison.Ordinal)) Refuse(column, "No spaces are allowed here.");
        return text;
    }

    public string Text(Column column, int maxLength, bool required = true, bool lines = false)
    {
        var text = Cell(column);
        if (text.Length == 0 && required) Refuse(column, "Must not be blank.");
        else if (text.Length > maxLength) Refuse(column, $"Has {text.Length} characters; at most {maxLength} are allowed.");
        else if (text.Any(character => char.IsControl(character) && !(lines && character is '\n' or '\r' or '\t')))
            Refuse(column, "Contains a control character.");
        return text;
    }

    /// <summary>A code, made by <paramref name="make"/>, which is only called for a valid one.</summary>
    public T? Code<T>(Column column, Func<string, T> make)
        where T : struct
    {
        var text = Cell(column);
        if (CodeText.IsValid(text)) return make(text);
        Refuse(column, text.Length == 0 ? "Must not be blank." : $"Not a code: {CodeText.Rule}.");
        return null;
    }

    public T? OptionalCode<T>(Column column, Func<string, T> make)
        where T : struct => IsBlank(column) ? null : Code(column, make);

    /// <summary>Codes separated by spaces, sorted, so that their order in the file does not count as a change.</summary>
    public IReadOnlyList<T> Codes<T>(Column column, Func<string, T> make, bool required = true)
    {
        var words = Words(column);
        if (required && words.Length == 0) Refuse(column, "Must not be blank.");
        foreach (var word in words.Where(word => !CodeText.IsValid(word))) Refuse(column, $"'{word}' is not a code: {CodeText.Rule}.");
        Array.Sort(words, StringComparer.Ordinal);
        return [.. words.Where(CodeText.IsValid).Select(make)];
    }

    public string[] Words(Column column)
    {
        var words = Cell(column).Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Length > ImportLimits.MaxListEntries)
        {
            Refuse(column, $"Has {words.Length} entries; at most {ImportLimits.MaxListEntries} are allowed.");
            return [];
        }

        if (words.Distinct(StringComparer.Ordinal).Count() != words.Length) Refuse(column, "An entry stands here twice.");
        return words;
    }

    public IReadOnlyList<SkillRequirement> Skills(Column column)
    {
        var skills = new List<SkillRequirement>();
        foreach (var word in Words(column))
        {
            var colon = word.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && CodeText.IsValid(word[..colon]) && word[(colon + 1)..] is [>= '1' and <= '5'] level)
                skills.Add(new SkillRequirement(new SkillCode(word[..colon]), level[0] - '0'));
            else Refuse(column, $"'{word}' is not a skill with its level, such as GAS-SAFE:3, levels being 1 to 5.");
        }

        if (skills.DistinctBy(skill => skill.Skill).Count() != skills.Count) Refuse(column, "A skill stands here twice.");
        return [.. skills.OrderBy(skill => skill.Skill.Value, StringComparer.Ordinal)];
    }

    public int Number(Column column, int min, int max, int? blank = null)
    {
        var text = Cell(column);
        if (text.Length == 0 && blank is { } given) return given;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min
            && value <= max) return value;
        Refuse(column, $"Must be a whole number from {min} to {max}.");
        return min;
    }

    public bool YesNo(Column column)
    {
        switch (Cell(column).ToUpperInvariant())
        {
            case "YES" or "Y" or "TRUE" or "1":
                return true;
            case "" or "NO" or "N" or "FALSE" or "0":
                return false;
            default:
                Refuse(column, "Must be yes or no.");
                return false;
        }
    }

    /// <summary>One of some words, in any case; blank is <paramref name="blank"/> when that is given.</summary>
    public T Choice<T>(Column column, IReadOnlyList<(string Word, T Value)> choices, T? blank = null)
        where T : struct, Enum
    {
        var text = Cell(column);
        if (text.Length == 0 && blank is { } given) return given;
        foreach (var (word, value) in choices)
        {
            if (string.Equals(word, text, StringComparison.OrdinalIgnoreCase)) return value;
        }

        Refuse(column, $"Must be one of: {string.Join(", ", choices.Select(choice => choice.Word))}.");
        return default;
    }

    public LocalTime? TimeOfDay(Column column)
    {
        var parsed = Time.Parse(Cell(column));
        if (parsed.Success) return parsed.Value;
        Refuse(column, "Must be a time such as 08:00.");
        return null;
    }

    public LocalTime? OptionalTime(Column column) => IsBlank(column) ? null : TimeOfDay(column);

    public LocalDate? Date(Column column, DayReader days) => Read(column, days.Date(Cell(column)));

    public LocalDate? OptionalDate(Column column, DayReader days) => IsBlank(column) ? null : Date(column, days);

    /// <summary>A date with a time, or a date alone, which stands for its midnight.</summary>
    public (LocalDateTime Moment, bool HasTime)? DateTime(Column column, DayReader days) => Read(column, days.DateTime(Cell(column)));

    T? Read<T>(Column column, (T? Value, string? Rule) read)
        where T : struct
    {
        if (read.Rule is not null) Refuse(column, read.Rule);
        return read.Value;
    }

    public Place? Place(Column latitude, Column longitude)
    {
        var (north, east) = (Degrees(latitude), Degrees(longitude));
        if (north is not { } lat || east is not { } lon) return null;
        if (UnitedKingdom.Contains(lat, lon)) return new Place(lat, lon);
        Refuse(latitude, UnitedKingdom.Contains(lon, lat)
            ? $"Latitude and longitude ({Cell(longitude)}) are exchanged."
            : $"With longitude {Cell(longitude)} this is not in the United Kingdom.");
        return null;
    }

    double? Degrees(Column column)
    {
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (double.TryParse(Cell(column), Style, CultureInfo.InvariantCulture, out var value) && Math.Abs(value) <= 180) return value;
        Refuse(column, "Must be degrees with a decimal point, such as 51.50123.");
        return null;
    }

    public string Postcode(Column column)
    {
        if (UnitedKingdom.TryPostcode(Cell(column), out var postcode)) return postcode;
        Refuse(column, "Not a United Kingdom postcode, such as SW1A 1AA.");
        return "";
    }
}
