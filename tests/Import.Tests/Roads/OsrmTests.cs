using System.Globalization;
using System.Net;
using System.Text;
using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Import.Roads.Osrm;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Import.Tests.Roads;

/// <summary>The adapter to OSRM's table service, against a server that answers as its documentation says, or not.</summary>
public sealed class OsrmTests
{
    /// <summary>Numbers that tell each place apart: 0.001 degrees of longitude a place.</summary>
    static List<Place> Places(int count) => [.. Enumerable.Range(0, count).Select(i => new Place(51.5, -0.1 + (i * 0.001)))];

    [Fact]
    public async Task A_table_is_put_together_from_blocks_that_the_server_allows()
    {
        var server = new Server();
        var places = Places(120);
        var answer = await server.Osrm.ReadAsync(places, null, default);
        Assert.Null(answer.Fault);
        // 120 places are 3 × 3 blocks of at most 50 × 50.
        Assert.Equal((9, 0, 0L), (answer.Requests, answer.Retries, answer.Missing));
        Assert.True(server.MostCoordinates <= 2 * OsrmTable.PlacesPerSide);
        for (var from = 0; from < places.Count; from++)
        {
            for (var to = 0; to < places.Count; to++)
                Assert.Equal(Server.Seconds(from, to) * 1000, answer.Table![from, to], tolerance: 0.5);
        }
    }

    [Fact]
    public async Task Travel_by_a_table_has_its_times_and_falls_back_to_the_straight_line_and_says_so()
    {
        // No way leads from place 3 to place 5, and place 7 is far from any road.
        var server = new Server { NoWay = (3, 5), Far = 7 };
        var places = Places(10);
        var answer = await server.Osrm.ReadAsync(places, null, default);
        Assert.Equal(1 + 18, answer.Missing);
        using var stream = new MemoryStream();
        answer.Table!.Write(stream);
        var travel = new TableTravel(TravelTable.Read(new MemoryStream(stream.ToArray())), StraightLineTravel.Default);
        var points = places.Select(GroundPoint.Of).ToArray();
        var profile = StraightLineTravel.Default.Profile;
        Assert.Equal(
            (float)(Server.Seconds(2, 4) * profile.DaytimeMetresPerSecond), travel.RoadMetres(points[2], points[4]), tolerance: 0.01f);
        Assert.Equal(0, travel.RoadMetres(points[2], points[2]));
        foreach (var (from, to) in new[] { (3, 5), (7, 1), (1, 7) })
            Assert.Equal(StraightLineTravel.Default.RoadMetres(points[from], points[to]), travel.RoadMetres(points[from], points[to]));
        var elsewhere = GroundPoint.Of(new Place(52, 0));
        Assert.Equal(StraightLineTravel.Default.RoadMetres(points[0], elsewhere), travel.RoadMetres(points[0], elsewhere));
        Assert.Equal((TravelBasis.Table, TravelBasis.StraightLine), (travel.BasisAt(points[0]), travel.BasisAt(elsewhere)));
    }

    [Fact]
    public async Task A_server_that_stumbles_is_asked_again_and_no_more_than_three_times()
    {
        var stumbling = new Server { FailFirst = 2 };
        var answer = await stumbling.Osrm.ReadAsync(Places(5), null, default);
        Assert.Null(answer.Fault);
        Assert.Equal((3, 2, 0L), (answer.Requests, answer.Retries, answer.Missing));

        // One block is lost and the others are not: its legs go by the straight line.
        var lossy = new Server { FailFirst = OsrmTable.MaxTries };
        answer = await lossy.Osrm.ReadAsync(Places(80), null, default);
        Assert.Null(answer.Fault);
        Assert.Equal((50 * 50) - 50, answer.Missing);
    }

    [Fact]
    public async Task A_server_that_is_away_is_told_of_after_nine_requests()
    {
        var server = new Server { FailFirst = int.MaxValue };
        var answer = await server.Osrm.ReadAsync(Places(300), null, default);
        Assert.Null(answer.Table);
        Assert.Equal(OsrmTable.MaxTries * OsrmTable.MaxLostBlocks, answer.Requests);
        Assert.Equal("The server at http://osrm.test/ does not answer.", answer.Fault);
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest, """{"code":"TooBig","message":"Too many table coordinates"}""", "The server refused the table: TooBig Too many table coordinates")]
    [InlineData(HttpStatusCode.OK, "<html>", "The server's answer is not JSON: is this an OSRM server?")]
    [InlineData(HttpStatusCode.OK, """{"code":"Ok"}""", "The server's answer is no table of the size that was asked for.")]
    [InlineData(HttpStatusCode.OK, """{"code":"Ok","durations":[[0],[0]]}""", "The server's answer is no table of the size that was asked for.")]
    [InlineData(HttpStatusCode.OK, """{"code":"Ok","durations":[[0,-1],[0,0]]}""", "The server's answer is no table of the size that was asked for.")]
    public async Task An_answer_that_is_no_table_is_refused_at_once(HttpStatusCode status, string body, string fault)
    {
        var server = new Server { Always = (status, body) };
        var answer = await server.Osrm.ReadAsync(Places(2), null, default);
        Assert.Equal((null, fault, 1), (answer.Table, answer.Fault, answer.Requests));
    }

    [Fact]
    public async Task More_places_than_a_table_holds_are_refused_before_anything_is_asked()
    {
        var server = new Server();
        var answer = await server.Osrm.ReadAsync(Places(TravelTable.MaxPlaces + 1), null, default);
        Assert.Equal((null, 0), (answer.Table, answer.Requests));
        Assert.Contains("1 to 4,000 places", answer.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_table_is_refused()
    {
        using var stream = new MemoryStream();
        new TravelTable([.. Places(3).Select(GroundPoint.Of)], [0, 1, 2, 3, 0, 5, 6, 7, 0]).Write(stream);
        var bytes = stream.ToArray();
        for (var i = 0; i < bytes.Length; i++)
        {
            var damaged = bytes.ToArray();
            damaged[i] ^= 4;
            Assert.Throws<InvalidDataException>(() => TravelTable.Read(new MemoryStream(damaged)));
        }

        Assert.Throws<InvalidDataException>(() => TravelTable.Read(new MemoryStream(bytes[..^4])));
    }

    /// <summary>A server by the documentation of OSRM's HTTP API.</summary>
    sealed class Server : HttpMessageHandler
    {
        int requests;

        public Server() => Osrm = new OsrmTable(new HttpClient(this) { BaseAddress = new Uri("http://osrm.test/") }, new HastyTime());

        public OsrmTable Osrm { get; }

        public int FailFirst { get; init; }

        public (int From, int To)? NoWay { get; init; }

        public int? Far { get; init; }

        public (HttpStatusCode Status, string Body)? Always { get; init; }

        public int MostCoordinates { get; private set; }

        public static double Seconds(int from, int to) => from == to ? 0 : (from * 7.5) + to + 60;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (requests++ < FailFirst)
            {
                return requests % 2 == 0 ? throw new HttpRequestException("Connection refused.")
                    : Task.FromResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable));
            }

            var (status, body) = Always ?? (HttpStatusCode.OK, Answer(request.RequestUri!));
            var content = new StringContent(body, Encoding.UTF8, "application/json");
            return Task.FromResult(new HttpResponseMessage(status) { Content = content });
        }

        string Answer(Uri address)
        {
            Assert.StartsWith("/table/v1/driving/", address.AbsolutePath, StringComparison.Ordinal);
            var numbers = address.AbsolutePath["/table/v1/driving/".Length..].Split(';')
                .Select(pair => (int)Math.Round((double.Parse(pair.Split(',')[0], CultureInfo.InvariantCulture) + 0.1) / 0.001)).ToArray();
            MostCoordinates = Math.Max(MostCoordinates, numbers.Length);
            var query = address.Query.TrimStart('?').Split('&').Select(part => part.Split('='))
                .ToDictionary(part => part[0], part => part[1]);
            Assert.Equal("duration", query["annotations"]);
            int[] Side(string name) => [.. query[name].Split(';').Select(index => numbers[int.Parse(index, CultureInfo.InvariantCulture)])];
            var (sources, destinations) = (Side("sources"), Side("destinations"));
            string Cell(int from, int to) => NoWay == (from, to) ? "null" : Seconds(from, to).ToString(CultureInfo.InvariantCulture);
            string Snapped(int[] side) => string.Join(",", side.Select(number =>
                $"{{\"distance\":{(number == Far ? "2400.5" : "3.25")},\"name\":\"\",\"location\":[0,0]}}"));
            return $"{{\"code\":\"Ok\",\"durations\":[{string.Join(",", sources.Select(from =>
                $"[{string.Join(",", destinations.Select(to => Cell(from, to)))}]"))}],"
                + $"\"sources\":[{Snapped(sources)}],\"destinations\":[{Snapped(destinations)}]}}";
        }
    }

    /// <summary>Pauses are over at once; patience, which is longer, never ends.</summary>
    sealed class HastyTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var due = dueTime >= OsrmTable.Patience || dueTime < TimeSpan.Zero ? Timeout.InfiniteTimeSpan : TimeSpan.Zero;
            return base.CreateTimer(callback, state, due, period);
        }
    }
}
