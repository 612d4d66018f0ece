using System.Globalization;
using System.Net;
using System.Text.Json;
using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Import.Roads.Osrm;

/// <summary>What came of asking a service for a table.</summary>
/// <param name="Table">Null when the service could not be used; <paramref name="Fault"/> says why.</param>
/// <param name="Missing">Legs that the service did not give; the straight line stands in for them.</param>
public sealed record OsrmAnswer(TravelTable? Table, long Legs, long Missing, int Requests, int Retries, string? Fault);

/// <summary>
/// Asks the <c>table</c> service of an OSRM server (project-osrm.org, HTTP API v1) for the driving times between places, block by block.
/// </summary>
/// <param name="http">With the server's address, ending in a slash.</param>
public sealed class OsrmTable(HttpClient http, TimeProvider time)
{
    /// <summary>
    /// Sources and as many destinations of one request: together the 100 that osrm-routed allows when nothing else is set.
    /// </summary>
    public const int PlacesPerSide = 50;

    /// <summary>How often one request is made before its legs are left to the straight line.</summary>
    public const int MaxTries = 3;

    /// <summary>Blocks in a row that may come to nothing, before the server counts as away.</summary>
    public const int MaxLostBlocks = 3;

    /// <summary>A place that the service moves further than this is not on its roads.</summary>
    public const double MaxSnapMetres = 1_000;

    /// <summary>Largest answer: 50 × 50 numbers with their snapping points are about 40 kB.</summary>
    const int MaxAnswerBytes = 1 << 20;

    /// <summary>For one answer; the server works out 2,500 legs in some milliseconds.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);

    int requests;
    int retries;

    public async Task<OsrmAnswer> ReadAsync(
        IReadOnlyList<Place> places, IProgress<(long Done, long Of)>? progress, CancellationToken cancellationToken)
    {
        (requests, retries) = (0, 0);
        if (places.Count is 0 or > TravelTable.MaxPlaces)
            return new OsrmAnswer(null, 0, 0, 0, 0, $"A table has 1 to {TravelTable.MaxPlaces:N0} places; these are {places.Count:N0}.");
        var milliseconds = new int[places.Count * places.Count];
        Array.Fill(milliseconds, TravelTable.Unknown);
        var (blocks, done, lost) = (((long)places.Count + PlacesPerSide - 1) / PlacesPerSide, 0L, 0);
        for (var row = 0; row < places.Count; row += PlacesPerSide)
        {
            for (var column = 0; column < places.Count; column += PlacesPerSide)
            {
                var block = await BlockAsync(places, row, column, milliseconds, cancellationToken);
                lost = block.IsLost ? lost + 1 : 0;
                if (block.Fault is not null) return Refused(block.Fault);
                if (lost == MaxLostBlocks) return Refused($"The server at {http.BaseAddress} does not answer.");
                progress?.Report((++done, blocks * blocks));
            }
        }

        for (var i = 0; i < places.Count; i++) milliseconds[(i * places.Count) + i] = 0;
        var missing = milliseconds.LongCount(time => time == TravelTable.Unknown);
        return new OsrmAnswer(
            new TravelTable([.. places.Select(GroundPoint.Of)], milliseconds), milliseconds.Length, missing, requests, retries, null);

        OsrmAnswer Refused(string fault) => new(null, 0, 0, requests, retries, fault);
    }

    /// <returns>A fault that no repetition would mend, or whether the block is lost for now.</returns>
    async Task<(string? Fault, bool IsLost)> BlockAsync(
        IReadOnlyList<Place> places, int row, int column, int[] milliseconds, CancellationToken cancellationToken)
    {
        var from = Enumerable.Range(row, Math.Min(PlacesPerSide, places.Count - row)).ToArray();
        var to = Enumerable.Range(column, Math.Min(PlacesPerSide, places.Count - column)).ToArray();
        var path = PathOf([.. from.Select(i => places[i]), .. to.Select(i => places[i])], from.Length);
        for (var tries = 1; tries <= MaxTries; tries++)
        {
            if (tries > 1)
            {
                retries++;
                await Task.Delay(FirstPause * (1 << (tries - 2)), time, cancellationToken);
            }

            if (await AskAsync(path, cancellationToken) is not { } answer) continue;
            if (answer.Fault is not null) return (answer.Fault, true);
            using var json = answer.Json!;
            return Fill(json.RootElement, from, to, places.Count, milliseconds) is { } fault ? (fault, true) : (null, false);
        }

        return (null, true);
    }

    static string PathOf(Place[] places, int sources)
    {
        static string Numbers(int from, int count) => string.Join(';', Enumerable.Range(from, count));
        var coordinates = string.Join(';', places.Select(place =>
            string.Create(CultureInfo.InvariantCulture, $"{place.LongitudeDegrees:0.0#####},{place.LatitudeDegrees:0.0#####}")));
        return $"table/v1/driving/{coordinates}?annotations=duration&sources={Numbers(0, sources)}"
            + $"&destinations={Numbers(sources, places.Length - sources)}";
    }

    /// <returns>Null when it may be tried again.</returns>
    async Task<(JsonDocument? Json, string? Fault)?> AskAsync(string path, CancellationToken cancellationToken)
    {
        requests++;
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var response = await http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout || (int)response.StatusCode >= 500)
                return null;
            await using var content = await response.Content.ReadAsStreamAsync(either.Token);
            var bytes = new byte[MaxAnswerBytes];
            var length = await content.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, either.Token);
            if (length == bytes.Length) return (null, $"The server's answer has more than {MaxAnswerBytes:N0} bytes.");
            var json = JsonDocument.Parse(bytes.AsMemory(0, length));
            var code = Text(json.RootElement, "code");
            if (code == "Ok") return (json, null);
            var message = Text(json.RootElement, "message");
            json.Dispose();
            return (null, $"The server refused the table: {code} {message}".TrimEnd());
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested
            && failure is HttpRequestException or OperationCanceledException or IOException)
        {
            return null;
        }
        catch (JsonException)
        {
            return (null, "The server's answer is not JSON: is this an OSRM server?");
        }
    }

    static string? Fill(JsonElement answer, int[] from, int[] to, int count, int[] milliseconds)
    {
        const string Strange = "The server's answer is no table of the size that was asked for.";
        if (!answer.TryGetProperty("durations", out var rows) || !IsList(rows, from.Length)) return Strange;
        var (farSources, farDestinations) = (Far(answer, "sources", from.Length), Far(answer, "destinations", to.Length));
        for (var row = 0; row < from.Length; row++)
        {
            if (!IsList(rows[row], to.Length)) return Strange;
            for (var column = 0; column < to.Length; column++)
            {
                // No way is told as null.
                var cell = rows[row][column];
                if (cell.ValueKind == JsonValueKind.Null || farSources[row] || farDestinations[column]) continue;
                if (cell.ValueKind != JsonValueKind.Number || !cell.TryGetDouble(out var seconds) || seconds is not (>= 0 and < 1_000_000))
                    return Strange;
                milliseconds[(from[row] * count) + to[column]] = (int)Math.Round(seconds * 1000);
            }
        }

        return null;
    }

    static bool IsList(JsonElement element, int length) => element.ValueKind == JsonValueKind.Array && element.GetArrayLength() == length;

    /// <summary>Which places the service moved far to reach a road; none where it does not say.</summary>
    static bool[] Far(JsonElement answer, string side, int count)
    {
        var far = new bool[count];
        if (!answer.TryGetProperty(side, out var list) || list.ValueKind != JsonValueKind.Array) return far;
        for (var i = 0; i < Math.Min(count, list.GetArrayLength()); i++)
        {
            if (list[i].ValueKind == JsonValueKind.Object && list[i].TryGetProperty("distance", out var moved)
                && moved.ValueKind == JsonValueKind.Number) far[i] = moved.GetDouble() > MaxSnapMetres;
        }

        return far;
    }

    static string Text(JsonElement answer, string name) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()! : "";
}
