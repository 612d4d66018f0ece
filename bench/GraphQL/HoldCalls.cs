using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Bench.GraphQL;

/// <summary>Offers to hold and confirm, so many that nobody is refused.</summary>
abstract class HoldCalls
{
    int last;

    /// <summary>The next offer's token.</summary>
    protected abstract string Offer(int number);

    /// <summary>Places a hold and confirms it: two requests.</summary>
    public async Task<(string Held, string Confirmed)> RunAsync(WireClient client, ServerProcess server)
    {
        var number = Interlocked.Increment(ref last) - 1;
        var run = Guid.NewGuid().ToString("N");
        await client.AskAsync(WireClient.Request(server.Port, server.Key, Question.Json(
            Question.Hold,
            new { input = new { idempotencyKey = run, offer = Offer(number), description = "The kitchen tap drips all night" } })));
        var held = Encoding.UTF8.GetString(client.Body);
        var (job, hold) = Read(client.Body);
        await client.AskAsync(WireClient.Request(server.Port, server.Key, Question.Json(
            Question.Confirm, new { input = new { idempotencyKey = run + "c", job, hold } })));
        if (client.Body.IndexOf("\"BOOKED\""u8) < 0)
            throw new InvalidOperationException($"A confirmation was refused: {Encoding.UTF8.GetString(client.Body)}");
        return (held, Encoding.UTF8.GetString(client.Body));
    }

    static (string Job, int Hold) Read(ReadOnlySpan<byte> answer)
    {
        using var document = JsonDocument.Parse(answer.ToArray());
        if (!document.RootElement.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Object
            || data.GetProperty("holdWindow").GetProperty("hold") is not { ValueKind: JsonValueKind.Object } hold)
            throw new InvalidOperationException($"A hold was refused: {Encoding.UTF8.GetString(answer)}");
        var job = data.GetProperty("holdWindow").GetProperty("job").GetProperty("id");
        return (job.ValueKind == JsonValueKind.String ? job.GetString()! : job.GetRawText(), hold.GetProperty("number").GetInt32());
    }
}

/// <summary>Offers of a search: ours finds the operative and the moment by itself when one is held.</summary>
sealed class FoundOffers(IReadOnlyList<string> tokens) : HoldCalls
{
    protected override string Offer(int number) => tokens[number % tokens.Count];
}

/// <summary>
/// Places in diaries that are known to be free, one after another: a peer has nothing to search and only writes. They lie behind the days
/// of the fortnight that is read.
/// </summary>
sealed class GivenPlaces(Town town, DateOnly firstDay, int days) : HoldCalls
{
    const int MinutesEach = 5;

    /// <summary>In a morning from 8 to 12 and an afternoon from 12 to 17.</summary>
    const int Mornings = 48;
    const int Afternoons = 60;

    protected override string Offer(int number)
    {
        var operative = 1 + (number % town.Operatives);
        var place = number / town.Operatives;
        var (day, slot) = (firstDay.AddDays(place % days), place / days);
        if (slot >= Mornings + Afternoons) throw new InvalidOperationException("The diaries are full; measure for a shorter time.");
        var isMorning = slot < Mornings;
        var starts = day.ToDateTime(new TimeOnly(8, 0)).AddMinutes(slot * MinutesEach);
        return Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new
        {
            operative,
            contract = 1,
            property = 1 + (number % town.Properties),
            lines = "VALVE",
            day = day.ToString("O", CultureInfo.InvariantCulture),
            window = isMorning ? "AM" : "PM",
            promiseStarts = Text(day.ToDateTime(new TimeOnly(isMorning ? 8 : 12, 0))),
            promiseEnds = Text(day.ToDateTime(new TimeOnly(isMorning ? 12 : 17, 0))),
            starts = Text(starts),
            ends = Text(starts.AddMinutes(MinutesEach)),
        }));
    }

    static string Text(DateTime utc) => utc.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
