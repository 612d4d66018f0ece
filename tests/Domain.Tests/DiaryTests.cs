using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Testing;
using Xunit.Abstractions;

namespace OrleansScheduling.Domain.Tests;

public sealed class DiaryTests(ITestOutputHelper output)
{
    const int Rounds = 300;
    const int ChangesARound = 40;

    static readonly OperativeId Operative = new(7);
    static readonly LocalDate Monday = new(2026, 6, 1);

    /// <summary>Visits are put, moved to other days and taken out; a list of all visits, sorted each time, says what is right.</summary>
    [Fact]
    public void A_diary_has_what_a_plain_list_of_its_visits_has()
    {
        var random = new Random((int)TestSeed.Take(output.WriteLine));
        var moves = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var (diary, plain) = (Diary.Of(Operative, 0, []), new Dictionary<VisitId, Visit>());
            for (var change = 1; change <= ChangesARound; change++)
            {
                var removed = plain.Keys.Where(_ => random.Next(8) == 0).ToList();
                var put = Enumerable.Range(0, random.Next(3)).Select(_ => NewVisit(random)).DistinctBy(visit => visit.Id)
                    .Where(visit => !removed.Contains(visit.Id)).ToList();
                moves += put.Count(visit => plain.TryGetValue(visit.Id, out var before) && before.Day != visit.Day);
                diary = diary.Apply(new DiaryChange(Operative, change, put, removed));
                foreach (var id in removed) plain.Remove(id);
                foreach (var visit in put) plain[visit.Id] = visit;
                Assert.Equal(
                    plain.Values.OrderBy(visit => visit.Day).ThenBy(visit => visit.Start).ThenBy(visit => visit.Id.Job), diary.Visits);
                Assert.Equal(change, diary.Version);
            }
        }

        Assert.True(moves > Rounds, "Visits hardly moved.");
    }

    /// <summary>Of few jobs, and of jobs that are 64 apart, which look alike to whoever looks at six bits of their numbers.</summary>
    static Visit NewVisit(Random random)
    {
        var job = new JobId(random.Next(4) + (64 * random.Next(3)));
        var day = Monday.PlusDays(random.Next(5));
        // A job of its own has a minute of its own: no two visits start together, so there is one right order.
        var start = day.AtMidnight().InUtc().ToInstant() + Duration.FromMinutes(480 + job.Value);
        return new Visit(
            new VisitId(job, 1), Operative, new ContractId(1), day, start, start + Duration.FromMinutes(30),
            new Promise(new WindowCode("AM"), start, start + Duration.FromHours(4)), new Place(51.5, -0.1), 0, false, VisitState.Booked,
            null);
    }

    [Fact]
    public void A_change_that_does_not_follow_is_refused()
    {
        var diary = Diary.Of(Operative, 4, []);
        Assert.Throws<InvalidOperationException>(() => diary.Apply(new DiaryChange(Operative, 4, [], [])));
        Assert.Throws<InvalidOperationException>(() => diary.Apply(new DiaryChange(Operative, 6, [], [])));
        Assert.Throws<InvalidOperationException>(() => diary.Apply(new DiaryChange(new OperativeId(8), 5, [], [])));
    }
}
