using System.Text.Json;

namespace OrleansScheduling.GraphQL.Server;

/// <summary>What a WebSocket client said, read once: later nothing of it can surprise.</summary>
/// <param name="Type">Null: it has none.</param>
/// <param name="Id">Null: it has none.</param>
/// <param name="Payload">Undefined: it has none.</param>
readonly record struct ClientMessage(string? Type, string? Id, JsonElement Payload)
{
    public bool HasPayload => Payload.ValueKind != JsonValueKind.Undefined;

    public bool HasObject => Payload.ValueKind == JsonValueKind.Object;

    /// <summary>False where a string holds half of a surrogate pair: that is valid JSON, but no text.</summary>
    public static bool TryRead(JsonElement root, out ClientMessage message)
    {
        message = default;
        try
        {
            string? type = null, id = null;
            JsonElement payload = default;
            foreach (var property in root.EnumerateObject())
            {
                switch (property.Name)
                {
                    case "type":
                        type = Text(property.Value);
                        break;
                    case "id":
                        id = Text(property.Value);
                        break;
                    case "payload":
                        payload = property.Value.ValueKind == JsonValueKind.Null ? default : property.Value;
                        break;
                }
            }

            // A request has a reader of its own, and variables are judged by their types, so that the error is the operation's alone.
            if (type != "subscribe") ReadAll(payload);
            message = new ClientMessage(type, id, payload);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>Throws where a string or a name is no text. The reader of JSON has bounded the depth.</summary>
    static void ReadAll(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                _ = value.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray()) ReadAll(item);
                break;
            case JsonValueKind.Object:
                foreach (var property in value.EnumerateObject())
                {
                    _ = property.Name;
                    ReadAll(property.Value);
                }

                break;
        }
    }
}
