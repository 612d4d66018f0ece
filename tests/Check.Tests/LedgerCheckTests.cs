using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Geography;
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
        [FindingKind.NotInForce] = "UPDATE contract SET last_day = first_day",
        [FindingKind.WrongPlace] = "UPDATE job SET property_id = 40 WHERE job_id = {Booked}",
        [FindingKind.WrongWork] = "UPDATE job SET lines = 'VALVE' WHERE job_id = {Booked}",
        [FindingKind.WrongOperative] = "UPDATE operative SET dedicated_to = 99",
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

    /// <summary>Damage that touches no diary, with words of what is found.</summary>
    [Theory]
    [InlineData(FindingKind.JobInconsistent, "is between",
        "UPDATE job SET client_id = contractor_id, contractor_id = client_id WHERE job_id = {Booked}")]
    [InlineData(FindingKind.JobDiffersFromFeed, "the feed has", "UPDATE job SET client_id = 77 WHERE job_id = {Booked}")]
    [InlineData(FindingKind.JobInconsistent, "still to come", "UPDATE job SET status = 4 WHERE job_id = {Booked}")]
    [InlineData(FindingKind.JobInconsistent, "still to come", "UPDATE visit SET state = 4 WHERE job_id = {Booked}")]
    [InlineData(FindingKind.JobInconsistent, "is of client 2", "UPDATE property SET client_id = 2 WHERE property_id = 1")]
    [InlineData(FindingKind.WrongWork, "no line NOSUCH", "UPDATE job SET lines = 'NOSUCH' WHERE job_id = {Booked}")]
    [InlineData(FindingKind.WrongWork, "no line NOSUCH", "UPDATE job SET lines = 'TAP NOSUCH' WHERE job_id = {Held}")]
    [InlineData(FindingKind.WrongWork, "no schedule-of-rates line", "UPDATE job SET lines = '' WHERE job_id = {Booked}")]
    [InlineData(FindingKind.WrongWork, "emergency", "UPDATE job SET emergency = NOT emergency WHERE job_id = {Booked}")]
    [InlineData(FindingKind.WrongWork, "minutes", "UPDATE operative SET pace_percent = 50")]
    [InlineData(FindingKind.CrewNotTogether, "needs 2 people", "UPDATE job SET lines = 'BATH' WHERE job_id = {Booked}")]
    [InlineData(FindingKind.WrongOperative, "trade and skills", "UPDATE operative SET details = replace(details, 'PLUMBER', 'ROOFER')")]
    [InlineData(FindingKind.WrongOperative, "patch", "UPDATE operative SET home_patch = 'S9'")]
    public async Task Damage_that_only_the_registry_shows_is_found(FindingKind kind, string words, string sql)
    {
        var copy = await template.CopyAsync(onPostgreSql: false);
        await copy.DamageAsync(sql.Replace("{Booked}", $"{template.Known.Booked.Value}", StringComparison.Ordinal)
            .Replace("{Held}", $"{template.Known.Held.Value}", StringComparison.Ordinal));

        var report = await copy.CheckAsync();

        Assert.False(report.Succeeded);
        Assert.True(report.Findings.Any(finding => finding.Kind == kind && finding.Severity == Severity.Breach
            && finding.Text.Contains(words, StringComparison.Ordinal)), report.ToString());
    }

    [Theory]
    [InlineData(FindingKind.NotInForce)]
    [InlineData(FindingKind.WrongPlace)]
    [InlineData(FindingKind.WrongWork)]
    [InlineData(FindingKind.WrongOperative)]
    public async Task What_the_registry_changed_after_the_booking_is_a_warning(FindingKind kind)
    {
        var copy = await template.CopyAsync(onPostgreSql: false);
        var batch = Template.Town.Batch();
        var changed = kind switch
        {
            FindingKind.NotInForce => new RegistryBatch
            {
                Contracts = [.. batch.Contracts.Select(one => new Contract(one.Id, one.Reference, one.Name, one.Client, one.Contractor,
                    one.FirstDay, one.FirstDay, one.Patches, one.Trades, one.Schedule, one.Windows, one.Rules))],
            },
            FindingKind.WrongPlace => new RegistryBatch
            {
                Properties = [.. batch.Properties.Select(one => one with { Place = new Place(51.6, -0.1) })],
            },
            FindingKind.WrongWork => new RegistryBatch
            {
                ScheduleOfRates = [.. batch.ScheduleOfRates.Select(one => one with { StandardMinutes = one.StandardMinutes + 5 })],
            },
            _ => new RegistryBatch { Operatives = [.. batch.Operatives.Select(one => one with { Clearances = [] })] },
        };
        await copy.WithAsync(database => database.Registry.UpsertAsync(changed, CancellationToken.None));

        var report = await copy.CheckAsync();

        Assert.True(report.Succeeded, report.ToString());
        Assert.Contains(
            report.Findings, finding => finding.Kind == kind && finding.Text.Contains("after the booking", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Hold_that_expired_long_ago_is_a_warning()
    {
        var copy = await template.CopyAsync(onPostgreSql: false);
        var later = new FakeTimeProvider();
        later.Advance(TimeSpan.FromHours(1));

        var report = await copy.CheckAsync(later);

        Assert.True(report.Succeeded, report.ToString());
        Assert.Equal(FindingKind.HoldOverdue, Assert.Single(report.Findings).Kind);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Opening_what_is_there_makes_nothing_and_changes_no_schema(bool isOlder)
    {
        var directory = Directory.CreateTempSubdirectory("check-tests-").FullName;
        var nowhere = new Copy(new LedgerOptions { Directory = Path.Combine(directory, "nothing") });
        await Assert.ThrowsAsync<NoLedgerException>(nowhere.OpenExistingAsync);
        Assert.False(Directory.Exists(nowhere.Options.Directory));

        var copy = await template.CopyAsync(onPostgreSql: false);
        await copy.DamageAsync(isOlder
            ? "DELETE FROM schema_version"
            : "INSERT INTO schema_version (number, name, applied_at) VALUES (99, 'later', 'later')");

        if (isOlder) await Assert.ThrowsAsync<OlderSchemaException>(copy.OpenExistingAsync);
        else await Assert.ThrowsAsync<NewerSchemaException>(copy.OpenExistingAsync);
    }

    [PostgreSqlFact]
    public async Task Opening_what_is_there_on_PostgreSQL_makes_nothing_and_changes_no_schema()
    {
        var nowhere = await template.NothingOnPostgreSqlAsync();
        await Assert.ThrowsAsync<NoLedgerException>(nowhere.OpenExistingAsync);
        await Assert.ThrowsAsync<NoLedgerException>(nowhere.OpenExistingAsync);

        var copy = await template.CopyAsync(onPostgreSql: true);
        await copy.OpenExistingAsync();
        await copy.DamageAsync("UPDATE schema_version SET number = number + 98");
        await Assert.ThrowsAsync<NewerSchemaException>(copy.OpenExistingAsync);
        await copy.DamageAsync("DELETE FROM schema_version");
        await Assert.ThrowsAsync<OlderSchemaException>(copy.OpenExistingAsync);
    }

    [Fact]
    public void Every_kind_of_finding_is_triggered_by_a_test()
    {
        FindingKind[] here = [FindingKind.None, FindingKind.FeedIncomplete, FindingKind.HoldOverdue, FindingKind.RunningLate];
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
            return await LedgerCheck.RunAsync(database, StraightLineTravel.Default, new FakeTimeProvider(), CancellationToken.None);
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
                snapshot, counts, registry, StraightLineTravel.Default, Template.Now, maxReplayedVisits, CancellationToken.None);
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
