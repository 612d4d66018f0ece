using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Ledger;
using OrleansScheduling.Planning.Travel;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Check.Tests;

/// <summary>The check finds nothing in a good ledger, and finds each kind of damage, by its exact ids.</summary>
public sealed class LedgerCheckTests(Template template) : IClassFixture<Template>
{
    /// <summary>What to damage: SQL with the ids of <see cref="Template.Jobs"/> put in, and what is to be found then.</summary>
    public static readonly Dictionary<FindingKind, string> Damages = new()
    {
        [FindingKind.InfeasibleDay] = "UPDATE visit SET ends = ends + 12 * (ends - starts) WHERE job_id = {Booked}",
        [FindingKind.BrokenPromise] = "UPDATE visit SET promise_ends = starts WHERE job_id = {Booked}",
        [FindingKind.OverlappingVisits] = """
            UPDATE visit SET
                starts = (SELECT o.starts FROM visit o
                    WHERE o.operative_id = visit.operative_id AND o.day = visit.day AND o.job_id <> visit.job_id
                    ORDER BY o.starts DESC LIMIT 1),
                ends = (SELECT o.ends FROM visit o
                    WHERE o.operative_id = visit.operative_id AND o.day = visit.day AND o.job_id <> visit.job_id
                    ORDER BY o.starts DESC LIMIT 1)
            WHERE job_id = {Booked}
            """,
        [FindingKind.VisitWithoutJob] = "DELETE FROM job WHERE job_id = {Booked}",
        [FindingKind.BookedWithoutVisits] = "DELETE FROM visit WHERE job_id = {Booked}",
        [FindingKind.HoldWithoutVisits] = "DELETE FROM visit WHERE job_id = {Held}",
        [FindingKind.HeldWithoutHold] = """
            UPDATE job SET hold_number = NULL, holder = NULL, hold_window = NULL, hold_starts = NULL, hold_ends = NULL,
                hold_expires_at = NULL
            WHERE job_id = {Held}
            """,
        [FindingKind.CrewNotTogether] = """
            UPDATE visit SET starts = starts + (ends - starts) / 2
            WHERE job_id = {Crew} AND number = (SELECT max(number) FROM visit v WHERE v.job_id = {Crew})
            """,
        [FindingKind.StagesOutOfOrder] = """
            UPDATE visit SET day = (SELECT v.day FROM visit v WHERE v.job_id = {Staged} AND v.stage = 0)
            WHERE job_id = {Staged} AND stage = 1
            """,
        [FindingKind.JobInconsistent] = "UPDATE job SET status = 1 WHERE job_id = {Booked}",
        [FindingKind.QuotaMiscounted] = "UPDATE quota_use SET used = used + 1",
        [FindingKind.VersionWrong] = "UPDATE diary SET version = version + 1 WHERE operative_id = 1",
        [FindingKind.FeedBroken] = "DELETE FROM event WHERE position = {Middle}",
        [FindingKind.DiaryDiffersFromFeed] = "UPDATE visit SET latitude = latitude + 0.0001 WHERE job_id = {Later}",
        [FindingKind.JobDiffersFromFeed] = "UPDATE job SET holder = 'somebody-else' WHERE job_id = {Held}",
        [FindingKind.KeyTwice] = """
            DROP INDEX event_command_key;
            INSERT INTO event (position, body_hash, command_key, payload)
                SELECT position + 500, body_hash, command_key, payload FROM event
                WHERE command_key IS NOT NULL ORDER BY position DESC LIMIT 1
            """,
        [FindingKind.UnknownReference] = "UPDATE job SET property_id = 999999 WHERE job_id = {Booked}",
    };

    public static TheoryData<FindingKind> Kinds => [.. Damages.Keys];

    [Fact]
    public Task Ledger_that_grains_have_written_has_nothing_wrong() => NothingIsWrongAsync(onPostgreSql: false);

    [PostgreSqlFact]
    public Task Ledger_that_grains_have_written_to_PostgreSQL_has_nothing_wrong() => NothingIsWrongAsync(onPostgreSql: true);

    async Task NothingIsWrongAsync(bool onPostgreSql)
    {
        var report = await (await template.CopyAsync(onPostgreSql)).CheckAsync();

        Assert.True(report is { Succeeded: true, Breaches: 0, Warnings: 0 }, report.ToString());
        Assert.Equal(20, report.Counts.Jobs);
        // Twelve taps, five singles, a crew of two and two stages; the one that was cancelled has none.
        Assert.Equal(21, report.Counts.Visits);
        Assert.Equal(1, report.Counts.Holds);
        Assert.Equal(4, report.Counts.DiariesReplayed);
        Assert.Equal(20, report.Counts.JobsReplayed);
        Assert.Equal(23, report.Counts.Keys);
        Assert.True(report.Counts.Quotas >= 3);
        Assert.EndsWith("Nothing is wrong.", report.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public Task Damage_is_found(FindingKind kind) => DamageIsFoundAsync(kind, onPostgreSql: false);

    [PostgreSqlTheory]
    [MemberData(nameof(Kinds))]
    public Task Damage_on_PostgreSQL_is_found(FindingKind kind) => DamageIsFoundAsync(kind, onPostgreSql: true);

    async Task DamageIsFoundAsync(FindingKind kind, bool onPostgreSql)
    {
        var copy = await template.CopyAsync(onPostgreSql);
        var middle = await copy.WithAsync(database => PositionAsync(database, version: 2));
        var sql = Damages[kind].Replace("{Middle}", middle.ToString(System.Globalization.CultureInfo.InvariantCulture),
            StringComparison.Ordinal);
        var named = new (string Name, JobId Job)[]
        {
            ("{Booked}", template.Known.Booked), ("{Later}", template.Known.Later), ("{Held}", template.Known.Held),
                ("{Crew}", template.Known.Crew),
            ("{Staged}", template.Known.Staged),
        };
        var subject = named.Where(job => sql.Contains(job.Name, StringComparison.Ordinal)).Select(job => job.Job.ToString())
            .FirstOrDefault("");
        foreach (var (name, job) in named) sql = sql.Replace(name, $"{job.Value}", StringComparison.Ordinal);

        await copy.DamageAsync(sql);
        var report = await copy.CheckAsync();

        Assert.False(report.Succeeded);
        var found = report.Findings.Where(finding => finding.Kind == kind && finding.Severity == Severity.Breach).ToList();
        Assert.True(found.Count > 0, $"No {kind} in:{Environment.NewLine}{report}");
        // A day is named by its diary; everything else by the job that was damaged.
        if (kind != FindingKind.InfeasibleDay)
            Assert.Contains(found, finding => finding.Subject.Contains(subject, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_kind_of_finding_is_triggered_by_a_test()
    {
        FindingKind[] here = [FindingKind.None, FindingKind.FeedIncomplete];
        Assert.Equal(Enum.GetValues<FindingKind>().Order(), Damages.Keys.Concat(here).Order());
    }

    [Fact]
    public async Task Feed_that_does_not_reach_back_is_a_warning()
    {
        var copy = await template.CopyAsync(onPostgreSql: false);
        var first = await copy.WithAsync(database => PositionAsync(database, version: 1));
        await copy.DamageAsync($"DELETE FROM event WHERE position <= {first}");

        var report = await copy.CheckAsync();

        Assert.Contains(report.Findings, finding => finding is { Kind: FindingKind.FeedIncomplete, Severity: Severity.Warning });
    }

    [Fact]
    public async Task Day_that_a_later_rota_spoils_is_a_warning_with_the_reason()
    {
        var copy = await template.CopyAsync(onPostgreSql: false);
        var report = await copy.WithAsync(async database =>
        {
            // From now on everybody is away for a week.
            var batch = Template.Town.Batch();
            var away = new Absence(new LocalDateTime(2025, 6, 2, 0, 0), new LocalDateTime(2025, 6, 9, 0, 0), "Leave");
            var changed = batch.Operatives.Select(
                operative => operative with { WorkingTime = operative.WorkingTime with { Absences = [away] } });
            await database.Registry.UpsertAsync(new RegistryBatch { Operatives = [.. changed] }, CancellationToken.None);
            return await LedgerCheck.RunAsync(database, StraightLineTravel.Default, CancellationToken.None);
        });

        Assert.True(report.Succeeded, report.ToString());
        Assert.True(report.Warnings > 0);
        Assert.All(
            report.Findings, finding => Assert.Equal((FindingKind.InfeasibleDay, Severity.Warning), (finding.Kind, finding.Severity)));
        Assert.All(report.Findings, finding => Assert.Contains("rota", finding.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ledger_larger_than_memory_allows_is_replayed_in_parts_with_the_same_result()
    {
        var copy = await template.CopyAsync(onPostgreSql: false);
        var (whole, inParts) = await copy.WithAsync(async database =>
        {
            var registry = await database.Registry.LoadAsync(CancellationToken.None);
            return (await CheckAsync(database, registry, 1_000), await CheckAsync(database, registry, 6));
        });

        Assert.Equal(whole.Counts, inParts.Counts);
        Assert.True(inParts.Succeeded, inParts.ToString());

        static async Task<CheckReport> CheckAsync(LedgerDatabase database, RegistrySnapshot registry, int maxReplayedVisits)
        {
            await using var snapshot = await database.OpenSnapshotAsync(CancellationToken.None);
            var counts = await snapshot.CountAsync(CancellationToken.None);
            return await LedgerCheck.RunAsync(
                snapshot, counts, registry, StraightLineTravel.Default, maxReplayedVisits, CancellationToken.None);
        }
    }

    [Fact]
    public async Task Report_names_a_hundred_findings_and_counts_the_rest()
    {
        var copy = await template.CopyAsync(onPostgreSql: false);
        // Every visit differs from the feed, breaks its promise, and its job's.
        await copy.DamageAsync("""
            UPDATE visit SET promise_ends = starts, latitude = latitude + 0.1;
            UPDATE job SET last_number = 0, status = 1;
            UPDATE diary SET version = 99
            """);

        var report = await copy.CheckAsync();

        Assert.True(report.Breaches > CheckReport.MaxFindings);
        Assert.Equal(CheckReport.MaxFindings, report.Findings.Count);
        Assert.Contains($"and {report.Breaches - CheckReport.MaxFindings} more", report.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Where the feed has a diary's change of a version.</summary>
    static async Task<long> PositionAsync(LedgerDatabase database, long version)
    {
        var entries = await database.Feed.ReadAsync(0, IFeed.MaxPage, CancellationToken.None);
        return entries.First(entry =>
            entry.Event.Kind != EventKind.RegistryChanged && entry.Event.Diaries.Any(change => change.Version == version)).Position;
    }
}
