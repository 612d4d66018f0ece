using Microsoft.EntityFrameworkCore;
using NodaTime;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Ledger.Reading;

namespace OrleansScheduling.Ledger.Tests;

/// <summary>The reading side over the same rows.</summary>
public abstract partial class SqlLedgerSuite
{
    /// <summary>Of one who sees all of an organisation's contracts.</summary>
    static ReadingScope ScopeOf(int organisation, OrganisationKind kind, params Contract[] contracts) => ReadingScope.Of(AccessScope.Of(
        new Principal("tester", new OrganisationId(organisation), kind, new HashSet<Role> { Role.Planner }, ContractScope.All, null),
        contracts));

    static Contract SampleContract => new(
        Sample.Contract, "SAMPLE", "Sample", Sample.Client, Sample.Contractor, Sample.Monday, null, [new PatchCode("N1")],
        [new TradeCode("PLUMBER")], "NHF8",
        [new AppointmentWindow(new WindowCode("AM"), "Morning", new LocalTime(8, 0), new LocalTime(12, 0), DaysOfWeek.All)],
        new BookingRules(0, 20, null, 5, [], EmergencyReserve.None));

    [Fact]
    public async Task A_ledger_from_before_the_reading_side_is_upgraded_and_its_rows_are_read()
    {
        var booking = Sample.Booking(5, 1, 32);
        Assert.Equal(CommitStatus.Committed, (await CommitAsync(booking)).Status);
        await RunSqlAsync(
            "DROP VIEW visit_read; DROP VIEW job_read; DROP VIEW job_first_line; DROP VIEW job_line; DROP VIEW rate_read; "
            + "DROP VIEW contract_trade; DROP VIEW contract_patch; DROP VIEW operative_patch; DROP VIEW operative_clearance; "
            + "DROP VIEW operative_skill; DROP VIEW operative_trade; "
            + UndoOwnSteps + "DELETE FROM schema_version WHERE number > 1");
        await OpenAsync();

        await using var reading = Database.OpenReading([]);
        await using var seen = reading.Open(ScopeOf(Sample.Contractor.Value, OrganisationKind.Contractor, SampleContract));
        var job = await seen.Jobs.SingleAsync();
        var recorded = booking.Jobs[0];
        Assert.Equal(recorded.Id.Value, job.Id);
        Assert.Equal(Sample.Monday.ToDateOnly(), job.ReportedDay);
        Assert.Equal(Sample.Monday.ToDateOnly(), job.BookedDay);
        Assert.Equal(Sample.Now.ToDateTimeOffset(), job.ReportedAt);
        Assert.Equal(recorded.Promise!.Value.Start.ToDateTimeOffset(), job.PromiseStarts);
        Assert.Equal((recorded.Promise.Value.Start - Sample.Now).TotalHours, job.LeadHours!.Value, precision: 6);
        Assert.Equal("PLU015 GAS/1.2", job.Lines);
        var visit = await seen.Visits.SingleAsync();
        Assert.Equal((30.0, 5), (visit.Minutes, visit.OperativeId));
        Assert.Equal((null, null, 0.0), (visit.ActualStarts, visit.ActualEnds, visit.LateMinutes));
    }

    /// <summary>Sixteen dashboards that load at once are not to be felt by those who book.</summary>
    [Fact]
    public async Task Few_reports_run_at_a_time_and_whoever_asks_for_something_else_does_not_wait_for_them()
    {
        await OpenAsync();
        await using var reading = Database.OpenReading([]);
        var scope = ScopeOf(Sample.Contractor.Value, OrganisationKind.Contractor, SampleContract);
        var ends = new TaskCompletionSource();
        var began = 0;
        async Task<int> CountAsync(ReadingContext context, CancellationToken stop)
        {
            Interlocked.Increment(ref began);
            await ends.Task;
            return await context.Jobs.CountAsync(stop);
        }

        using var gone = new CancellationTokenSource();
        var left = reading.ReportAsync(scope, CountAsync, gone.Token);
        var stays = reading.ReportAsync(scope, CountAsync, CancellationToken.None);
        var waiting = Enumerable.Range(0, ReadingSide.MaxReportsOfOne - 2)
            .Select(_ => reading.ReportAsync(scope, CountAsync, CancellationToken.None)).ToList();
        Assert.Equal(ReadingSide.MaxReports, began);
        await Assert.ThrowsAsync<TooManyReportsException>(() => reading.ReportAsync(scope, CountAsync, CancellationToken.None));
        // Others find a place in the line, until it is full.
        for (var organisation = 101; waiting.Count + 2 < ReadingSide.MaxReports + ReadingSide.MaxReportsWaiting; organisation++)
        {
            var other = ScopeOf(organisation, OrganisationKind.Contractor);
            var places = ReadingSide.MaxReports + ReadingSide.MaxReportsWaiting - waiting.Count - 2;
            waiting.AddRange(Enumerable.Range(0, Math.Min(places, ReadingSide.MaxReportsOfOne))
                .Select(_ => reading.ReportAsync(other, CountAsync, CancellationToken.None)));
        }

        var late = ScopeOf(100, OrganisationKind.Contractor);
        await Assert.ThrowsAsync<TooManyReportsException>(() => reading.ReportAsync(late, CountAsync, CancellationToken.None));
        Assert.Equal(0, await reading.AskAsync(scope, (context, stop) => context.Jobs.CountAsync(stop), CancellationToken.None));
        // Whoever leaves does not take the load off the database: the turn is another's when the question has ended.
        await gone.CancelAsync();
        Assert.Equal(0, await reading.AskAsync(scope, (context, stop) => context.Jobs.CountAsync(stop), CancellationToken.None));
        Assert.Equal(ReadingSide.MaxReports, began);
        ends.SetResult();
        Assert.Equal(0, await stays);
        Assert.All(await Task.WhenAll(waiting), count => Assert.Equal(0, count));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
    }

    /// <summary>A statement without an end: what ends it is that nobody waits for it any more.</summary>
    [Fact]
    public async Task A_question_that_is_given_up_is_broken_off_and_the_next_one_is_answered()
    {
        await OpenAsync();
        var patience = TimeSpan.FromMinutes(2);
        await using var reading = Database.OpenReading([]);
        await using (var seen = reading.Open(ReadingScope.Nothing))
        {
            // Given up before it runs, it does not begin; either way it ends.
            using var asker = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
            var endless = Task.Run(() => seen.Database
                .SqlQuery<long>($"WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT 3 - x FROM n) SELECT count(*) AS \"Value\" FROM n")
                .ToListAsync(asker.Token));
            await Assert.ThrowsAnyAsync<Exception>(() => endless.WaitAsync(patience));
            Assert.True(endless.IsCompleted, "It goes on.");
        }

        await using var next = reading.Open(ReadingScope.Nothing);
        Assert.Equal(0, await next.Jobs.CountAsync());
    }

    [Fact]
    public async Task Actual_times_and_lateness_are_read_of_visits_that_have_them()
    {
        // The promise is from 08:00 to 12:00; quarter 50 is half past twelve.
        (VisitState State, int Quarter, double Late, bool Starts, bool Ends)[] rows =
        [
            (VisitState.Completed, 32, 0, true, true), (VisitState.Started, 36, 0, true, false), (VisitState.OnTheWay, 47, 0, false, false),
            (VisitState.Booked, 50, 30, false, false),
        ];
        for (var i = 0; i < rows.Length; i++)
        {
            var job = Sample.NewJob();
            var visit = Sample.Visit(job, 1, 1 + i, rows[i].Quarter, state: rows[i].State);
            Assert.Equal(CommitStatus.Committed, (await CommitAsync(new Changeset(
                Sample.Event(EventKind.BookingMade, job, 1, [Sample.Diary(1 + i, 1, [visit])]), [Sample.Job(job, 1)], null))).Status);
        }

        await using var reading = Database.OpenReading([]);
        await using var seen = reading.Open(ScopeOf(Sample.Contractor.Value, OrganisationKind.Contractor, SampleContract));
        var read = await seen.Visits.OrderBy(visit => visit.OperativeId).ToListAsync();
        Assert.Equal(rows.Length, read.Count);
        for (var i = 0; i < rows.Length; i++)
        {
            Assert.Equal((rows[i].State, rows[i].Late), (read[i].State, read[i].LateMinutes));
            Assert.Equal(rows[i].Starts ? read[i].Starts : null, read[i].ActualStarts);
            Assert.Equal(rows[i].Ends ? read[i].Ends : null, read[i].ActualEnds);
        }

        Assert.Equal(1, await seen.Visits.CountAsync(visit => visit.LateMinutes > 0));
    }

    /// <summary>Two contracts of one contractor, and somebody who is of one of them.</summary>
    [Fact]
    public async Task Of_an_operative_only_what_has_to_do_with_the_contracts_of_the_scope_is_read()
    {
        var (client, contractor) = await OrganisationsAsync();
        var first = NewContract(client, contractor);
        await Database.Registry.UpsertAsync(
            new RegistryBatch
            {
                Contracts = [first, first with { Reference = "C-2" }],
                Operatives = [NewOperative(contractor) with { DedicatedTo = new ContractId(2) }],
            },
            CancellationToken.None);
        var contracts = (await Database.Registry.LoadAsync(CancellationToken.None)).Contracts;
        await using var reading = Database.OpenReading([]);
        Assert.Equal((2, 1, 2), await ReadAsync(ContractScope.All));
        Assert.Equal((1, 1, null), await ReadAsync(ContractScope.Of([new ContractId(1)])));
        Assert.Equal((1, 1, 2), await ReadAsync(ContractScope.Of([new ContractId(2)])));
        Assert.Equal((0, 0, null), await ReadAsync(ContractScope.Of([])));

        async Task<(int Clearances, int Operatives, int? DedicatedTo)> ReadAsync(ContractScope scope)
        {
            var somebody = new Principal(
                "tester", contractor, OrganisationKind.Contractor, new HashSet<Role> { Role.Planner }, scope, null);
            await using var context = reading.Open(ReadingScope.Of(AccessScope.Of(somebody, contracts)));
            return (
                await context.Operatives.SelectMany(row => row.Clearances!).CountAsync(), await context.Operatives.CountAsync(),
                await context.Operatives.Select(row => (int?)row.DedicatedContract!.Id).SingleOrDefaultAsync());
        }
    }

    [Fact]
    public async Task Nothing_is_read_without_a_scope_nor_in_the_scope_of_others_and_nothing_can_be_written()
    {
        await CommitAsync(Sample.Booking(5, 1, 32));
        await using var reading = Database.OpenReading([]);
        var other = SampleContract with { Id = new ContractId(8), Client = new OrganisationId(3), Contractor = new OrganisationId(4) };
        ReadingScope[] blind =
        [
            ReadingScope.Nothing,
            ScopeOf(4, OrganisationKind.Contractor, SampleContract, other),
            ScopeOf(9, OrganisationKind.Client, SampleContract),
        ];
        foreach (var open in new Func<ReadingScope, ReadingContext>[] { reading.Open, reading.OpenByKeys })
            foreach (var scope in blind)
            {
                await using var context = open(scope);
                Assert.Equal(0, await context.Jobs.CountAsync() + await context.Visits.CountAsync() + await context.DiaryVisits.CountAsync()
                    + await context.JobLines.CountAsync() + await context.DiaryVersions.CountAsync());
            }

        // The contexts come from a pool: the one that saw nothing now sees what its scope says.
        var seeing = ScopeOf(Sample.Client.Value, OrganisationKind.Client, SampleContract);
        foreach (var own in new[] { reading.Open(seeing), reading.OpenByKeys(seeing) })
        {
            await using var context = own;
            Assert.Equal(1, await context.Jobs.CountAsync());
            Assert.Throws<InvalidOperationException>(() => context.SaveChanges());
            await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => context.Database.ExecuteSqlRawAsync("DELETE FROM job"));
        }
    }
}
