using System.Text.Json;

namespace OrleansScheduling.Api.GraphQL;

/// <summary>Documents that were registered when clients were built: section <c>GraphQL</c>.</summary>
public sealed record TrustedDocumentOptions
{
    /// <summary>
    /// A file of documents by id, as relay-compiler writes it (one JSON object of ids and texts) or as Apollo's manifest has it
    /// (<c>operations</c> with <c>id</c> and <c>body</c>). Empty: there are none.
    /// </summary>
    public string TrustedDocumentsFile { get; init; } = "";

    /// <summary>Refuses every document that is not in the file.</summary>
    public bool TrustedDocumentsOnly { get; init; }
}

/// <summary>Reads a manifest of documents; all of it is read before the server starts, or it does not start.</summary>
static class TrustedDocuments
{
    /// <summary>Largest manifest: some ten thousand operations.</summary>
    public const long MaxBytes = 64L * 1024 * 1024;

    /// <returns>Null when no file is named: there are no such documents.</returns>
    /// <exception cref="FormatException">The file is not there, too large, or no manifest; or only its documents count, and none is
    /// named.</exception>
    public static IReadOnlyDictionary<string, string>? Read(TrustedDocumentOptions options)
    {
        const string Setting = "GraphQL:TrustedDocumentsFile";
        if (options.TrustedDocumentsFile.Length == 0)
        {
            return options.TrustedDocumentsOnly
                ? throw new FormatException($"GraphQL:TrustedDocumentsOnly refuses everything when there is no {Setting}.") : null;
        }

        try
        {
            if (new FileInfo(options.TrustedDocumentsFile).Length > MaxBytes)
                throw new FormatException($"it is larger than {MaxBytes / 1024 / 1024} MiB.");
            using var manifest = JsonDocument.Parse(File.ReadAllBytes(options.TrustedDocumentsFile));
            return Of(manifest.RootElement);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException or FormatException)
        {
            throw new FormatException($"{Setting}: {options.TrustedDocumentsFile} cannot be read: {fault.Message}");
        }
    }

    static Dictionary<string, string> Of(JsonElement manifest)
    {
        if (manifest.ValueKind != JsonValueKind.Object) throw new FormatException("it is not a JSON object.");
        var documents = new Dictionary<string, string>(StringComparer.Ordinal);
        if (manifest.TryGetProperty("operations", out var operations) && operations.ValueKind == JsonValueKind.Array)
        {
            var number = 0;
            foreach (var operation in operations.EnumerateArray())
            {
                number++;
                Add(TextOf(operation, "id", number), TextOf(operation, "body", number));
            }
        }
        else
        {
            foreach (var document in manifest.EnumerateObject())
            {
                if (document.Value.ValueKind != JsonValueKind.String) throw new FormatException($"'{document.Name}' is not a text.");
                Add(document.Name, document.Value.GetString()!);
            }
        }

        return documents;

        void Add(string id, string text)
        {
            if (!documents.TryAdd(id, text)) throw new FormatException($"'{id}' is there twice.");
        }
    }

    static string TextOf(JsonElement operation, string name, int number) =>
        operation.ValueKind == JsonValueKind.Object && operation.TryGetProperty(name, out var text)
            && text.ValueKind == JsonValueKind.String
                ? text.GetString()!
                : throw new FormatException($"operation {number} has no {name}.");
}
