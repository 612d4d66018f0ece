using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansScheduling.Bench.GraphQL;

namespace OrleansScheduling.Bench.Faults;

/// <summary>
/// Those who only read through a node that is cut off: a list with what belongs to it, a report, the page of a home, the board of a day.
/// </summary>
sealed class CutReaders(FaultCluster cluster) : IDisposable
{
    const string List = """
        { jobs(first: 50) { totalCount nodes { reference property { address } visits { operative { name } } } } }
        """;

    const string Totals = "{ jobReport(by: [AREA, STATUS]) { count } }";

    /// <summary>As long as whoever looks at it stays.</summary>
    readonly HttpClient http = new()
    {
        Timeout = TimeSpan.FromSeconds(20),
        DefaultRequestHeaders = { { "Authorization", $"Bearer {cluster.ApiKey}" } },
    };

    readonly ConcurrentQueue<Look> seen = new();

    /// <summary>A board has hundreds of rows: it is looked at once for so many of the others.</summary>
    const int PerBoard = 5;

    const string Pages = "pages";
    const string Boards = "boards";

    /// <summary>How long first looks may take, refused ones asked for again.</summary>
    static readonly TimeSpan FirstLooks = TimeSpan.FromSeconds(60);

    int looks;

    /// <param name="While">What was done to the line; empty: nothing.</param>
    sealed record Look(string Kind, bool IsAnswered, bool IsInWords, long Begun, double Seconds, string While, string Text);

    /// <summary>
    /// At everything once, while the line is whole: a process that has begun a moment ago prepares each question when it is asked first,
    /// and how long that takes has nothing to do with the line.
    /// </summary>
    /// <exception cref="InvalidOperationException">Something was not shown within <see cref="FirstLooks"/>.</exception>
    public async Task BeginAsync(IReadOnlyList<NodeProcess> nodes, Report report, string name)
    {
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(nodes.SelectMany(node => Kinds(node)).Select(async one =>
        {
            while (!await OnceAsync(one.Kind, "", one.Ask) && Stopwatch.GetElapsedTime(began) < FirstLooks)
                await Task.Delay(TimeSpan.FromMilliseconds(200));
        }));
        foreach (var same in seen.GroupBy(one => one.Kind))
        {
            if (same.Count(one => one.IsAnswered) < nodes.Count)
                throw new InvalidOperationException($"{same.Key} cannot be looked at: {same.Last(one => !one.IsAnswered).Text}");
            report.Add(name, $"{same.Key}, looked at first after a start, longest", "s", same.Max(one => one.Seconds));
            report.Add(name, $"{same.Key}, of these first looks refused, and asked for again", "", same.Count(one => !one.IsAnswered));
        }
    }

    public async Task LookAsync(NodeProcess node, string during)
    {
        var kinds = Kinds(node);
        if (Interlocked.Increment(ref looks) % PerBoard != 0) kinds = [.. kinds.Where(one => one.Kind != Boards)];
        await Task.WhenAll(kinds.Select(one => OnceAsync(one.Kind, during, one.Ask)));
    }

    IReadOnlyList<(string Kind, Func<Task<HttpResponseMessage>> Ask)> Kinds(NodeProcess node) =>
    [
        ("lists", () => PostAsync(node, List)),
        ("reports", () => PostAsync(node, Totals)),
        (Pages, () => http.GetAsync(new Uri(node.Address, "/properties/1"))),
        (Boards, () => http.GetAsync(new Uri(node.Address, "/board"))),
    ];

    Task<HttpResponseMessage> PostAsync(NodeProcess node, string query) =>
        http.PostAsync(new Uri(node.Address, "/graphql"), new StringContent(Question.Json(query), null, "application/json"));

    /// <returns>Whether it was shown.</returns>
    async Task<bool> OnceAsync(string kind, string during, Func<Task<HttpResponseMessage>> ask)
    {
        var asked = Stopwatch.GetTimestamp();
        var (isAnswered, isInWords, text) = (false, false, "");
        try
        {
            using var answer = await ask();
            text = await answer.Content.ReadAsStringAsync();
            isAnswered = answer.IsSuccessStatusCode && (kind is Pages or Boards || JsonNode.Parse(text)!["errors"] is null);
            isInWords = (int)answer.StatusCode == 503 || text.Contains("\"UNAVAILABLE\"", StringComparison.Ordinal)
                || text.Contains("\"TIMEOUT\"", StringComparison.Ordinal);
            text = $"{(int)answer.StatusCode} {text[..Math.Min(text.Length, 200)]}";
        }
        catch (Exception failure) when (failure is OperationCanceledException or HttpRequestException or JsonException)
        {
            text = $"no answer: {failure.Message}";
        }

        seen.Enqueue(new Look(kind, isAnswered, isInWords, asked, Stopwatch.GetElapsedTime(asked).TotalSeconds, during, text));
        return isAnswered;
    }

    /// <param name="cut">While there is no line at all: the time is a target then, and otherwise a figure.</param>
    /// <param name="when">In words, by a timestamp.</param>
    public async Task AddToAsync(Report report, string name, string cut, double atMostSeconds, Func<long, string> when)
    {
        foreach (var same in seen.Where(one => one.While.Length > 0).GroupBy(one => (one.While, one.Kind)).OrderBy(same => same.Key))
        {
            var longest = $"{same.Key.While}: {same.Key.Kind}, longest until shown or refused";
            report.Add(name, $"{same.Key.While}: {same.Key.Kind} asked for", "", same.Count());
            report.Add(name, $"{same.Key.While}: {same.Key.Kind} shown", "", same.Count(one => one.IsAnswered));
            report.AddAtMost(
                name, $"{same.Key.While}: {same.Key.Kind} neither shown nor refused in words", "",
                same.Count(one => !one.IsAnswered && !one.IsInWords), 0);
            var slowest = same.MaxBy(one => one.Seconds)!;
            if (same.Key.While == cut) report.AddAtMost(name, longest, "s", slowest.Seconds, atMostSeconds);
            else report.Add(name, longest, "s", slowest.Seconds);
            await Console.Error.WriteLineAsync(
                $"{name}, {same.Key.While}, {same.Key.Kind}, longest, asked {when(slowest.Begun)}: {slowest.Text.ReplaceLineEndings(" ")}");
        }
    }

    public void Dispose() => http.Dispose();
}
