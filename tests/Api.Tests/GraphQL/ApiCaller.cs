using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace OrleansScheduling.Api.Tests.GraphQL;

/// <summary>Sends GraphQL over HTTP as one caller.</summary>
public sealed class ApiCaller : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    readonly HttpClient http;

    /// <param name="cookie">The caller's session; null for somebody who has not signed in.</param>
    public ApiCaller(Uri address, string? cookie)
    {
        http = new HttpClient(new HttpClientHandler { UseCookies = false }) { BaseAddress = address, Timeout = Patience };
        if (cookie is not null) http.DefaultRequestHeaders.Add("Cookie", cookie);
    }

    public HttpClient Http => http;

    /// <summary>The whole answer.</summary>
    public async Task<JsonElement> SendAsync(string query, object? variables = null)
    {
        using var response = await http.PostAsJsonAsync("/graphql", new { query, variables });
        return JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());
    }

    /// <summary>The data of an answer without errors.</summary>
    public async Task<JsonElement> AskAsync(string query, object? variables = null)
    {
        var answer = await SendAsync(query, variables);
        Assert.False(answer.TryGetProperty("errors", out var errors), $"{errors}\n{query}");
        return answer.GetProperty("data");
    }

    /// <summary>The events of a subscription, over server-sent events.</summary>
    public async IAsyncEnumerable<JsonElement> SubscribeAsync(
        string query, object? variables = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = JsonContent.Create(new { query, variables }) };
        request.Headers.Accept.ParseAdd("text/event-stream");
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        var kind = "";
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith("event:", StringComparison.Ordinal)) kind = line[6..].Trim();
            if (kind == "complete") yield break;
            if (kind == "next" && line.StartsWith("data:", StringComparison.Ordinal))
                yield return JsonSerializer.Deserialize<JsonElement>(line[5..]);
        }
    }

    public void Dispose() => http.Dispose();
}
