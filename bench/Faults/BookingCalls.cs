using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansScheduling.Bench.GraphQL;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Bench.Faults;

/// <summary>How one attempt ended.</summary>
enum AttemptEnd
{
    None = 0,

    /// <summary>Booked: it has to be there for ever.</summary>
    Booked = 1,

    /// <summary>A typed no: the window is full. Nothing was booked.</summary>
    Refused = 2,

    /// <summary>Told in words to try again.</summary>
    TryAgain = 3,

    /// <summary>No answer: the connection was refused, cut, or took too long.</summary>
    NoAnswer = 4,

    /// <summary>An answer that does not say what became of it: a failure without words.</summary>
    Unclear = 5,
}

/// <param name="Job">The job's id when it was booked.</param>
/// <param name="Text">What was answered otherwise.</param>
sealed record Attempt(AttemptEnd End, string? Job, string Text);

/// <summary>Books over HTTP as a portal does: with a key of its own for each booking, and offers of a search.</summary>
sealed class BookingCalls(string apiKey) : IDisposable
{
    /// <summary>Longer than any answer of a node that is well; a portal would not keep a person waiting for longer.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);

    const string Book = """
        mutation Book($input: BookWindowInput!) {
          bookWindow(input: $input) { job { id } errors { __typename ... on Error { message } } }
        }
        """;

    const string Cancel = """
        mutation Cancel($input: CancelBookingInput!) {
          cancelBooking(input: $input) { job { id } errors { __typename ... on Error { message } } }
        }
        """;

    readonly HttpClient http = new(new SocketsHttpHandler
    {
        ConnectTimeout = TimeSpan.FromSeconds(1),
        MaxConnectionsPerServer = 128,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
    })
    {
        Timeout = Patience,
        DefaultRequestHeaders = { { "Authorization", $"Bearer {apiKey}" } },
    };

    readonly List<string> offers = [];
    int next;

    /// <summary>Offers for homes all over town, in all windows of six weeks.</summary>
    public async Task SearchAsync(NodeProcess node, CancellationToken cancellationToken)
    {
        const int Homes = 50;
        var ids = await AskAsync(node, "query ($n: Int) { contracts { nodes { id } } properties(first: $n) { nodes { id } } }",
            new { n = Homes }, cancellationToken);
        foreach (var home in ids["properties"]!["nodes"]!.AsArray())
        {
            var found = await AskAsync(
                node, "query ($s: WindowSearchInput!) { availableWindows(search: $s) { windows { offer } } }",
                new
                {
                    s = new
                    {
                        contract = ids["contracts"]!["nodes"]![0]!["id"]!.GetValue<string>(),
                        property = home!["id"]!.GetValue<string>(),
                        lines = new[] { Town.Valve.Value },
                        from = FilledTown.FirstDay.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
                        days = 45,
                    },
                },
                cancellationToken);
            offers.AddRange(found["availableWindows"]!["windows"]!.AsArray()
                .Select(window => window!["offer"]?.GetValue<string>()).OfType<string>());
        }

        // Neighbours in the list are neighbours in a diary: mixed, as callers are.
        new Random(1).Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(offers));
    }

    /// <summary>Asks before anything is measured: the first question of a process on a busy machine may take its time.</summary>
    public async Task<JsonNode> AskAsync(NodeProcess node, string query, object? variables, CancellationToken cancellationToken)
    {
        const int MaxTries = 10;
        for (var tries = 1; ; tries++)
        {
            try
            {
                using var answer = await http.PostAsJsonAsync(
                    new Uri(node.Address, "/graphql"), new { query, variables }, cancellationToken);
                return Question.Parse(await answer.Content.ReadAsByteArrayAsync(cancellationToken));
            }
            catch (Exception failure) when (tries < MaxTries && !cancellationToken.IsCancellationRequested
                && failure is OperationCanceledException or HttpRequestException or InvalidOperationException)
            {
                await Console.Error.WriteLineAsync($"{node.Name} is asked again: {failure.Message}");
            }
        }
    }

    /// <returns>Null: this node cannot say.</returns>
    public async Task<JsonNode?> TryAskAsync(NodeProcess node, string query, object variables)
    {
        try
        {
            using var answer = await http.PostAsJsonAsync(
                new Uri(node.Address, "/graphql"), new { query, variables }, CancellationToken.None);
            return Question.Parse(await answer.Content.ReadAsByteArrayAsync(CancellationToken.None));
        }
        catch (Exception failure)
            when (failure is OperationCanceledException or HttpRequestException or InvalidOperationException or JsonException)
        {
            return null;
        }
    }

    public string NextOffer() => offers[(Interlocked.Increment(ref next) & int.MaxValue) % offers.Count];

    /// <summary>One attempt. Sent again with the same key and offer it is the same booking.</summary>
    public Task<Attempt> BookAsync(NodeProcess node, string key, string offer, CancellationToken cancellationToken) =>
        SendAsync(node, "bookWindow", Book, new { idempotencyKey = key, offer, description = "A valve sticks" }, cancellationToken);

    /// <summary>One attempt to give a job's appointment back; <see cref="AttemptEnd.Booked"/>: it is given back.</summary>
    public Task<Attempt> CancelAsync(NodeProcess node, string key, string job, CancellationToken cancellationToken) =>
        SendAsync(node, "cancelBooking", Cancel, new { idempotencyKey = key, job }, cancellationToken);

    async Task<Attempt> SendAsync(NodeProcess node, string field, string query, object input, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.PostAsJsonAsync(
                new Uri(node.Address, "/graphql"), new { query, variables = new { input } }, cancellationToken);
            var text = await answer.Content.ReadAsStringAsync(cancellationToken);
            return Read((int)answer.StatusCode, field, text);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException
            || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new Attempt(AttemptEnd.NoAnswer, null, failure.GetType().Name);
        }
    }

    static Attempt Read(int status, string field, string text)
    {
        JsonNode? root;
        try
        {
            root = JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            // Starting nodes answer with a page that says so.
            return new Attempt(status == 503 ? AttemptEnd.TryAgain : AttemptEnd.Unclear, null, $"{status} {Cut(text)}");
        }

        if (root?["errors"]?[0] is { } error)
        {
            var code = error["extensions"]?["code"]?.GetValue<string>();
            return new Attempt(code is "UNAVAILABLE" or "TIMEOUT" ? AttemptEnd.TryAgain : AttemptEnd.Unclear, null, $"{code} {Cut(text)}");
        }

        if (root?["data"]?[field] is not { } payload) return new Attempt(AttemptEnd.Unclear, null, $"{status} {Cut(text)}");
        if (payload["errors"]?[0] is not { } refusal)
        {
            return payload["job"]?["id"]?.GetValue<string>() is { } job
                ? new Attempt(AttemptEnd.Booked, job, "") : new Attempt(AttemptEnd.Unclear, null, Cut(text));
        }

        var kind = refusal["__typename"]!.GetValue<string>();
        return new Attempt(
            kind switch { "TryAgainError" => AttemptEnd.TryAgain, "WindowUnavailableError" => AttemptEnd.Refused, _ => AttemptEnd.Unclear },
            null, $"{kind}: {refusal["message"]}");
    }

    static string Cut(string text) => text.Length > 200 ? text[..200] : text;

    public void Dispose() => http.Dispose();
}
