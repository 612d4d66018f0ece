using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Planning.Search;

namespace OrleansScheduling.Planning.Tests;

public sealed class ConcurrencyTests
{
    const int Searches = 4_000;

    [Fact]
    public async Task A_search_sees_each_day_before_or_after_a_change_and_never_between()
    {
        // One operative's day changes between two fillings: one leaves room in the morning only, the other in the afternoon only.
        var index = SearchWorld.Index(days: 2);
        var operative = SearchWorld.Operative(1, SearchWorld.Shift("08:00", "17:00", SearchWorld.Lunch));
        index.Put(operative);
        Visit[] morning = [.. Enumerable.Range(0, 3).Select(i => Quarter(i, 8 + i, SearchWorld.Am))];
        Visit[] afternoon = [.. Enumerable.Range(0, 3).Select(i => Quarter(10 + i, 14 + i, SearchWorld.Pm))];
        index.Load(operative.Id, 1, morning);
        var query = SearchWorld.Query(SearchWorld.Requirement(120), SearchWorld.At(SearchWorld.Today, 0), 1);
        var before = SlotSearch.Search(index, query);
        index.Load(operative.Id, 2, afternoon);
        var after = SlotSearch.Search(index, query);
        Assert.NotEqual(before, after);

        using var stop = new CancellationTokenSource();
        using var begun = new ManualResetEventSlim();
        // A thread of its own: one of the pool might come only when all the searches are over.
        var writing = Task.Factory.StartNew(Write, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        begun.Wait();
        var (befores, afters) = (0, 0);
        for (var i = 0; i < Searches || ((befores == 0 || afters == 0) && i < 100 * Searches); i++)
        {
            var seen = SlotSearch.Search(index, query);
            if (seen.SequenceEqual(before)) befores++;
            else if (seen.SequenceEqual(after)) afters++;
            else Assert.Fail(string.Join(Environment.NewLine, seen));
        }

        await stop.CancelAsync();
        Assert.True(await writing > 2);
        Assert.True(befores > 0 && afters > 0);

        int Write()
        {
            var version = 2;
            for (var number = 2; !stop.IsCancellationRequested; version++)
            {
                var (put, gone) = version % 2 == 0 ? (morning, afternoon) : (afternoon, morning);
                index.Apply(new DiaryChange(operative.Id, version + 1, put, [.. gone.Select(visit => visit.Id)]));
                begun.Set();
                // The roster grows meanwhile, by people who cannot do the work.
                if (version % 500 == 0
                    && number < 60) index.Put(SearchWorld.Operative(++number) with { Trades = [SearchWorld.Electrician] });
            }

            return version;
        }

        Visit Quarter(int number, int hour, Domain.Contracts.AppointmentWindow window) =>
            SearchWorld.VisitAt(number, operative.Id, SearchWorld.Today, hour, 55, window, startFixed: true);
    }
}
