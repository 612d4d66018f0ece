using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using OrleansScheduling.Api.Live;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Ledger;
using OrleansScheduling.Testing;
using Xunit.Abstractions;

namespace OrleansScheduling.Api.Tests;

/// <summary>A subscriber is told the same whether the feed asks it about every entry or only about those that its topics name.</summary>
public sealed class LiveTopicsTests(ITestOutputHelper output)
{
    const int Subscribers = 60;
    const int Entries = 400;
    const int Operatives = 12;
    const int Jobs = 30;

    /// <summary>Most operatives that a subscription names, and most diaries that an event changes.</summary>
    const int Together = 3;

    [Fact]
    public void Named_diaries_and_jobs_get_what_they_would_get_if_they_were_asked_about_everything()
    {
        var random = new Random(TestSeed.Take(output.WriteLine));
        var live = new LiveFeed(new LiveOptions { QueueLength = Entries }, new FakeTimeProvider(), NullLogger<LiveFeed>.Instance);
        var subscribers = new List<(LiveQueue Named, LiveQueue Asked, List<long> Told, List<long> Expected)>();
        for (var i = 0; i < Subscribers; i++) subscribers.Add(Join(live, FilterOf(random)));
        for (var position = 1; position <= Entries; position++)
        {
            live.Publish(new FeedEntry(position, EventOf(random, position)));
            if (random.Next(4) > 0) continue;
            // Some leave and others come.
            var place = random.Next(subscribers.Count);
            AssertAlike(subscribers[place]);
            subscribers[place].Named.Dispose();
            subscribers[place].Asked.Dispose();
            subscribers[place] = Join(live, FilterOf(random));
        }

        subscribers.ForEach(AssertAlike);
        Assert.Contains(subscribers, subscriber => subscriber.Told.Count > 0);
        foreach (var subscriber in subscribers)
        {
            subscriber.Named.Dispose();
            subscriber.Asked.Dispose();
        }

        Assert.Equal(0, live.Subscribers);
    }

    static void AssertAlike((LiveQueue Named, LiveQueue Asked, List<long> Told, List<long> Expected) subscriber) =>
        Assert.Equal(subscriber.Expected, subscriber.Told);

    static (LiveQueue Named, LiveQueue Asked, List<long> Told, List<long> Expected) Join(LiveFeed live, LiveFilter filter)
    {
        var (told, expected) = (new List<long>(), new List<long>());
        return (live.Join(filter.Topics, SeeInto(told), null), live.Join(LiveTopics.Any, SeeInto(expected), null), told, expected);

        Func<FeedEntry, BookingEvent?> SeeInto(List<long> list) => entry =>
        {
            if (!filter.IsMeant(entry.Event)) return null;
            list.Add(entry.Position);
            return entry.Event;
        };
    }

    static LiveFilter FilterOf(Random random) => random.Next(4) switch
    {
        0 => LiveFilter.Operatives(Some(random, Operatives).Select(number => new OperativeId(number)).ToHashSet()),
        1 => LiveFilter.Job(new JobId(random.Next(Jobs))),
        2 => LiveFilter.Contract(random.Next(2)),
        _ => LiveFilter.Area(operative => operative.Value % 4 == 0),
    };

    static IEnumerable<int> Some(Random random, int of) =>
        Enumerable.Range(0, random.Next(1, Together + 1)).Select(_ => random.Next(of)).Distinct().ToList();

    /// <summary>Commands of a job and moves of others' visits; now and then a change of the registry.</summary>
    static BookingEvent EventOf(Random random, int position)
    {
        var diaries = Some(random, Operatives).Select(operative => new DiaryChange(
            new OperativeId(operative), position,
            [.. Some(random, Jobs).Select(job => VisitOf(job, operative, random.Next(2)))], [])).ToList();
        var kind = random.Next(20) == 0 ? EventKind.RegistryChanged : EventKind.BookingMade;
        return new BookingEvent(
            kind, Instant.FromUnixTimeSeconds(position), new OrganisationId(1), new OrganisationId(2), new ContractId(random.Next(2)),
            random.Next(3) == 0 ? null : new JobId(random.Next(Jobs)), 1, "test", null, null, null, random.Next(5) == 0 ? [] : diaries, []);
    }

    static Visit VisitOf(int job, int operative, int contract)
    {
        var starts = Instant.FromUtc(2026, 3, 2, 9, 0);
        return new Visit(
            new VisitId(new JobId(job), 1), new OperativeId(operative), new ContractId(contract), new LocalDate(2026, 3, 2), starts,
            starts + Duration.FromHours(1), new Promise(new WindowCode("AM"), starts, starts + Duration.FromHours(4)), new Place(53, -1), 0,
            false, VisitState.Booked, null);
    }
}
