namespace OrleansScheduling.GraphQL.Text;

/// <summary>"Did you mean …?": names within a small edit distance of what was written, nearest first.</summary>
static class Suggestions
{
    const int CountMax = 5;

    public static string DidYouMean(IReadOnlyList<string> names, string? subject = null)
    {
        if (names.Count == 0) return "";
        var start = subject is null ? " Did you mean " : $" Did you mean {subject} ";
        var quoted = names.Take(CountMax).Select(name => $"\"{name}\"").ToList();
        return names.Count switch
        {
            1 => $"{start}{quoted[0]}?",
            2 => $"{start}{quoted[0]} or {quoted[1]}?",
            _ => $"{start}{string.Join(", ", quoted.Take(quoted.Count - 1))}, or {quoted[^1]}?",
        };
    }

    public static IReadOnlyList<string> For(string input, IEnumerable<string> options)
    {
        var threshold = (int)Math.Floor(input.Length * 0.4) + 1;
        var near = new Dictionary<string, int>(StringComparer.Ordinal);
        var lower = input.ToLowerInvariant();
        foreach (var option in options)
            if (Distance(input, lower, option, threshold) is { } distance) near[option] = distance;
        return [.. near.OrderBy(pair => pair.Value).ThenBy(pair => pair.Key, NaturalComparer.Instance).Select(pair => pair.Key)];
    }

    /// <summary>Damerau-Levenshtein distance with early exit; a difference in case only counts as one edit.</summary>
    static int? Distance(string input, string inputLower, string option, int threshold)
    {
        if (input == option) return 0;
        var a = option.ToLowerInvariant();
        if (inputLower == a) return 1;
        var b = inputLower;
        if (a.Length < b.Length) (a, b) = (b, a);
        if (a.Length - b.Length > threshold) return null;
        var rows = new int[3][];
        for (var i = 0; i < 3; i++) rows[i] = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++) rows[0][j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            var up = rows[(i - 1) % 3];
            var row = rows[i % 3];
            var smallest = row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                var cell = Math.Min(Math.Min(up[j] + 1, row[j - 1] + 1), up[j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) cell = Math.Min(cell, rows[(i - 2) % 3][j - 2] + 1);
                smallest = Math.Min(smallest, cell);
                row[j] = cell;
            }

            if (smallest > threshold) return null;
        }

        var distance = rows[a.Length % 3][b.Length];
        return distance <= threshold ? distance : null;
    }
}

/// <summary>Compares character by character, except that runs of digits compare as numbers: <c>item2</c> before <c>item10</c>.</summary>
sealed class NaturalComparer : IComparer<string>
{
    public static NaturalComparer Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        x ??= "";
        y ??= "";
        int i = 0, j = 0;
        while (i < x.Length && j < y.Length)
        {
            if (char.IsAsciiDigit(x[i]) && char.IsAsciiDigit(y[j]))
            {
                var order = ReadNumber(x, ref i).CompareTo(ReadNumber(y, ref j));
                if (order != 0) return order;
                continue;
            }

            if (x[i] != y[j]) return x[i].CompareTo(y[j]);
            i++;
            j++;
        }

        return x.Length.CompareTo(y.Length);
    }

    /// <summary>A leading zero is a number by itself, as in the reference implementation.</summary>
    static double ReadNumber(string text, ref int index)
    {
        var number = 0d;
        do number = (number * 10) + (text[index++] - '0');
        while (index < text.Length && char.IsAsciiDigit(text[index]) && number > 0);
        return number;
    }
}
