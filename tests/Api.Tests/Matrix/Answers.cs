using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using OrleansScheduling.Api.Live;
using OrleansScheduling.Api.Tests.GraphQL;

namespace OrleansScheduling.Api.Tests.Matrix;

/// <summary>Answers as they are compared: without what differs from one to the next by design.</summary>
sealed partial class Answers(MatrixApi api)
{
    readonly FeedCursors cursors = api.Services.GetRequiredService<FeedCursors>();

    [GeneratedRegex("(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{22}(?![A-Za-z0-9_-])", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Tokens();

    [GeneratedRegex("\"offer\":\"[A-Za-z0-9_-]+\"", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Offers();

    /// <summary>Every value blank: what is left is what there is and what is not.</summary>
    [GeneratedRegex("(?<=:|,|\\[)(\"[^\"]*\"|-?[0-9][0-9.eE+-]*|true|false)(?=[,}\\]])", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Values();

    /// <summary>What the hidden side would be known by: its marks, its ids and its jobs.</summary>
    IReadOnlyList<string> Marks { get; } =
    [
        .. api.Other.Marks, .. api.Hidden.Ids.Values, .. api.Hidden.Jobs,
        .. api.Hidden.Jobs.Select(job => job.Replace("-", "", StringComparison.Ordinal)),
    ];

    /// <summary>Sends one document; the whole answer with its status and headers.</summary>
    public static async Task<string> AskAsync(ApiCaller caller, Probe probe, JsonObject variables)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = Body(probe, variables) };
        request.Headers.Add("GraphQL-Cost", "report");
        using var response = await caller.Http.SendAsync(request);
        var headers = response.Headers.Concat(response.Content.Headers)
            .Where(header => header.Key is not ("Date" or "Content-Length"))
            .OrderBy(header => header.Key, StringComparer.Ordinal).Select(header => $"{header.Key}: {string.Join(',', header.Value)}");
        return $"{(int)response.StatusCode}\n{string.Join('\n', headers)}\n{await response.Content.ReadAsStringAsync()}";
    }

    public static JsonObject Payload(Probe probe, JsonObject variables)
    {
        var text = variables.ToJsonString().Replace(Probe.Fresh, Guid.NewGuid().ToString("N"), StringComparison.Ordinal);
        return new JsonObject { ["query"] = probe.Text, ["variables"] = JsonNode.Parse(text) };
    }

    static StringContent Body(Probe probe, JsonObject variables) =>
        new(Payload(probe, variables).ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));

    /// <summary>The answer without the ids and texts that were put in, without seals of feed positions, and without offers.</summary>
    public string Plain(string answer, Probe probe)
    {
        foreach (var (hidden, missing) in probe.Pairs.OrderByDescending(pair => pair.Hidden.Length))
        {
            answer = answer.Replace(hidden, "GIVEN", StringComparison.Ordinal).Replace(missing, "GIVEN", StringComparison.Ordinal);
        }

        answer = Offers().Replace(answer, "\"offer\":\"OFFER\"");
        return Tokens().Replace(answer, token => cursors.TryDecode(token.Value, out _) ? "SEQUENCE" : token.Value);
    }

    public static string ShapeOf(string answer) => Values().Replace(answer, "?");

    /// <summary>The first mark of the hidden side in an answer; null when there is none.</summary>
    public string? MarkIn(string plain) => Marks.FirstOrDefault(mark => plain.Contains(mark, StringComparison.OrdinalIgnoreCase));

    /// <summary>Compares what was told of something hidden with what was told of nothing.</summary>
    public void Judge(List<string> leaks, string who, Probe probe, string there, string nowhere)
    {
        (there, nowhere) = (Plain(there, probe), Plain(nowhere, probe));
        if (MarkIn(there) is { } mark) leaks.Add($"{who}: {probe.Name} tells {mark}");
        if (there != nowhere) leaks.Add($"{who}: {probe.Name} differs {FirstDifference(there, nowhere)}");
    }

    /// <summary>The leaks as a failure tells them: one of each kind, whoever it was told to.</summary>
    public static string Told(IReadOnlyCollection<string> leaks)
    {
        const int KindLength = 60;
        string KindOf(string leak) => new([.. leak.SkipWhile(letter => letter != ':').Take(KindLength)]);
        return $"{leaks.Count} leaks:\n{string.Join('\n', leaks.DistinctBy(KindOf).Take(40))}";
    }

    public static string FirstDifference(string there, string nowhere)
    {
        var at = 0;
        while (at < Math.Min(there.Length, nowhere.Length) && there[at] == nowhere[at]) at++;
        string Around(string text) => text[Math.Max(0, at - 60)..Math.Min(text.Length, at + 120)];
        return $"at {at}: …{Around(there)}… instead of …{Around(nowhere)}…";
    }
}
