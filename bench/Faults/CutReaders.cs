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

    readonly ConcurrentQueue<(string Kind, bool IsAnswered, bool IsInWords, double Seconds, string While, string Text)> seen = new();

    /// <summary>A board has hundreds of rows: it is looked at once for so many of the others.</summary>
    const int PerBoard = 5;

    int looks;

    public async Task LookAsync(NodeProcess node, string during) => await Task.WhenAll(
        OnceAsync("lists", during, () => PostAsync(node, List)),
        OnceAsync("reports", during, () => PostAsync(node, Totals)),
        OnceAsync("pages", during, () => http.GetAsync(new Uri(node.Address, "/properties/1"))),
        Interlocked.Increment(ref looks) % PerBoard == 0
            ? OnceAsync("boards", during, () => http.GetAsync(new Uri(node.Address, "/board"))) : Task.CompletedTask);

    Task<HttpResponseMessage> PostAsync(NodeProcess node, string query) =>
        http.PostAsync(new Uri(node.Address, "/graphql"), new StringContent(Question.Json(query), null, "application/json"));

    async Task OnceAsync(string kind, string during, Func<Task<HttpResponseMessage>> ask)
    {
        var asked = Stopwatch.GetTimestamp();
        var (isAnswered, isInWords, text) = (false, false, "");
        try
        {
            using var answer = await ask();
            text = await answer.Content.ReadAsStringAsync();
            isAnswered = answer.IsSuccessStatusCode && (kind is "pages" or "boards" || JsonNode.Parse(text)!["errors"] is null);
            isInWords = (int)answer.StatusCode == 503 || text.Contains("\"UNAVAILABLE\"", StringComparison.Ordinal)
                || text.Contains("\"TIMEOUT\"", StringComparison.Ordinal);
            text = $"{(int)answer.StatusCode} {text[..Math.Min(text.Length, 200)]}";
        }
        catch (Exception failure) when (failure is OperationCanceledException or HttpRequestException or JsonException)
        {
            text = $"no answer: {failure.Message}";
        }

        seen.Enqueue((kind, isAnswered, isInWords, Stopwatch.GetElapsedTime(asked).TotalSeconds, during, text));
    }

    /// <param name="cut">While there is no line at all: the time is a target then, and otherwise a figure.</param>
    public async Task AddToAsync(Report report, string name, string cut, double atMostSeconds)
    {
        foreach (var same in seen.Where(one => one.While.Length > 0).GroupBy(one => (one.While, one.Kind)).OrderBy(same => same.Key))
        {
            var longest = $"{same.Key.While}: {same.Key.Kind}, longest until shown or refused";
            report.Add(name, $"{same.Key.While}: {same.Key.Kind} asked for", "", same.Count());
            report.Add(name, $"{same.Key.While}: {same.Key.Kind} shown", "", same.Count(one => one.IsAnswered));
            report.AddAtMost(
                name, $"{same.Key.While}: {same.Key.Kind} neither shown nor refused in words", "",
                same.Count(one => !one.IsAnswered && !one.IsInWords), 0);
            var slowest = same.MaxBy(one => one.Seconds);
            if (same.Key.While == cut) report.AddAtMost(name, longest, "s", slowest.Seconds, atMostSeconds);
            else report.Add(name, longest, "s", slowest.Seconds);
            await Console.Error.WriteLineAsync(
                $"{name}, {same.Key.While}, {same.Key.Kind}, longest: {slowest.Text.ReplaceLineEndings(" ")}");
        }
    }

    public void Dispose() => http.Dispose();
}
