using System.CommandLine;
using System.Net;

namespace OrleansScheduling.Api.Commands;

/// <summary><c>health</c>: asks a running program how it is, for containers, which have no other tool to ask with.</summary>
static class HealthCommand
{
    /// <summary>It is not ready, or nobody answers.</summary>
    public const int NotWell = 1;

    /// <summary>A program that cannot say within this time how it is, is not well.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>More than a readiness answer ever has.</summary>
    const int MaxAnswerBytes = 64 * 1024;

    public static Command Create()
    {
        var url = new Argument<Uri>("url")
        {
            Description = "What to ask: the program's address with /health/live or /health/ready.",
            DefaultValueFactory = _ => new Uri("http://localhost:5080/health/ready"),
            CustomParser = parsed =>
            {
                if (Uri.TryCreate(parsed.Tokens[0].Value, UriKind.Absolute, out var read) && read.Scheme is "http" or "https") return read;
                parsed.AddError($"'{parsed.Tokens[0].Value}' is no address: write it as http://localhost:5080/health/ready.");
                return null;
            },
        };
        var command = new Command("health", "Asks a running program how it is; ends with 0 when it is well, with 1 when not.") { url };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(url)!, Console.Out, cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(Uri url, TextWriter output, CancellationToken cancellationToken)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
        {
            Timeout = Patience,
            MaxResponseContentBufferSize = MaxAnswerBytes,
        };
        try
        {
            using var response = await client.GetAsync(url, cancellationToken);
            await output.WriteLineAsync(await response.Content.ReadAsStringAsync(cancellationToken));
            return response.StatusCode == HttpStatusCode.OK ? 0 : NotWell;
        }
        catch (Exception failure)
            when (failure is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            await output.WriteLineAsync($"{url} does not answer: {failure.Message}");
            return NotWell;
        }
    }
}
