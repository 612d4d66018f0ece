using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace OrleansScheduling.GraphQL.Tests.Support;

/// <summary>The reference implementation in a process of its own.</summary>
public sealed class Oracle : IAsyncDisposable
{
    readonly Process process;
    Task writing = Task.CompletedTask;

    public Oracle()
    {
        Reference.IsThere();
        process = Process.Start(new ProcessStartInfo("node", "oracle.mjs")
        {
            WorkingDirectory = Reference.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = new UTF8Encoding(false),
        })!;
    }

    /// <summary>Writing and reading run side by side: the pipes are shorter than a batch.</summary>
    public async Task<IReadOnlyList<JsonElement>> AskAsync(IReadOnlyList<object> requests)
    {
        writing = Task.Run(async () =>
        {
            foreach (var request in requests) await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(request));
            await process.StandardInput.FlushAsync();
        });
        var answers = new List<JsonElement>(requests.Count);
        while (answers.Count < requests.Count)
        {
            var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The oracle has gone.");
            answers.Add(JsonSerializer.Deserialize<JsonElement>(line, new JsonSerializerOptions { MaxDepth = 512 }));
        }

        await writing;
        return answers;
    }

    public async ValueTask DisposeAsync()
    {
        // After a failure a write may still be under way, and then closing the pipe would hide the failure behind another.
        if (writing.IsCompleted) process.StandardInput.Close();
        else process.Kill();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10));
        process.Dispose();
    }
}
