using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Check.Tests;

/// <summary>The check tells a day that runs late, which is a warning, from a plan that cannot be kept, which may never be.</summary>
public sealed class RunningLateTests(Template template) : IClassFixture<Template>
{
    /// <summary>How long after the end of its promise a visit is put, one entry of the feed after another.</summary>
    public static TheoryData<string, (EventKind Kind, int MinutesLate)[], FindingKind, Severity> Days => new()
    {
        { "a report forecasts it late", [(EventKind.VisitExtended, 10)], FindingKind.RunningLate, Severity.Warning },
        { "a plan makes it late", [(EventKind.DiaryReplanned, 10)], FindingKind.BrokenPromise, Severity.Breach },
        { "a plan brings it earlier", [(EventKind.VisitExtended, 20), (EventKind.DiaryReplanned, 5)], FindingKind.RunningLate,
            Severity.Warning },
        { "a plan makes it later still", [(EventKind.VisitExtended, 10), (EventKind.DiaryReplanned, 11)], FindingKind.BrokenPromise,
            Severity.Breach },
        { "a plan saves it, and a plan loses it again",
            [(EventKind.VisitExtended, 10), (EventKind.DiaryReplanned, -30), (EventKind.VisitsReassigned, 10)], FindingKind.BrokenPromise,
            Severity.Breach },
        { "a later report forecasts it later", [(EventKind.VisitExtended, 10), (EventKind.VisitStarted, 40)], FindingKind.RunningLate,
            Severity.Warning },
    };

    [Theory]
    [MemberData(nameof(Days))]
    public async Task Late_by_report_is_a_warning_and_late_by_plan_a_breach(
        string day, (EventKind Kind, int MinutesLate)[] steps, FindingKind kind, Severity severity)
    {
        var copy = await template.CopyAsync(onPostgreSql: false);
        foreach (var (step, late) in steps)
        {
            await copy.WithAsync(database => PutAsync(
                database, step, visit => visit.Promise.End + Duration.FromMinutes(late), visit => visit.End - visit.Start));
        }

        var report = await copy.CheckAsync();

        Assert.True(report.Succeeded == (severity == Severity.Warning), $"{day}: {report}");
        Assert.Contains(report.Findings, finding => finding.Kind == kind && finding.Severity == severity
            && finding.Subject.Contains($"{template.Known.Later}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(EventKind.VisitExtended, FindingKind.RunningLate, Severity.Warning)]
    [InlineData(EventKind.DiaryReplanned, FindingKind.InfeasibleDay, Severity.Breach)]
    public async Task A_shift_that_is_overrun_by_report_is_late_and_by_plan_infeasible(EventKind step, FindingKind kind, Severity severity)
    {
        var copy = await template.CopyAsync(onPostgreSql: false);
        await copy.WithAsync(database => PutAsync(database, step, visit => visit.Start, _ => Duration.FromHours(9)));

        var report = await copy.CheckAsync();

        Assert.Contains(report.Findings, finding => finding.Kind == kind && finding.Severity == severity
            && finding.Text.Contains("the day ends at", StringComparison.Ordinal));
        Assert.DoesNotContain(report.Findings, finding => finding.Kind == FindingKind.InfeasibleDay && severity == Severity.Warning);
    }

    [Fact]
    public async Task Nobody_is_forecast_to_be_where_nobody_can_be_even_when_the_day_is_late()
    {
        var copy = await template.CopyAsync(onPostgreSql: false);
        // An hour before the shift begins, and told by a report.
        await copy.WithAsync(database => PutAsync(
            database, EventKind.VisitExtended, visit => visit.Start - Duration.FromHours(9), visit => visit.End - visit.Start));

        var report = await copy.CheckAsync();

        Assert.Contains(report.Findings, finding => finding is { Kind: FindingKind.InfeasibleDay, Severity: Severity.Breach }
            && finding.Text.Contains("can be reached at", StringComparison.Ordinal));
    }

    /// <summary>Puts the one visit of its day elsewhere, as no grain would.</summary>
    async Task<CommitResult> PutAsync(
        LedgerDatabase database, EventKind kind, Func<Visit, Instant> start, Func<Visit, Duration> length)
    {
        var job = (await database.Ledger.LoadJobAsync(template.Known.Later, default))!;
        var place = Assert.Single(job.Visits);
        var diary = Assert.Single(await database.Ledger.LoadDiariesAsync([place.Operative], place.Day, default));
        var visit = diary.Visits.Single(visit => visit.Id == place.Id);
        var put = visit with { Start = start(visit), End = start(visit) + length(visit) };
        var isPlan = kind is EventKind.DiaryReplanned or EventKind.VisitsReassigned;
        var happened = new BookingEvent(
            kind, Template.Now, job.Client, job.Contractor, job.Contract, isPlan ? null : job.Id, isPlan ? 0 : job.Version + 1, "tester",
            null, null, null, [new DiaryChange(place.Operative, diary.Version + 1, [put], [])], []);
        var result = await database.Ledger.CommitAsync(
            new Changeset(happened, isPlan ? [] : [job with { Version = job.Version + 1 }], null), default);
        Assert.Equal(CommitStatus.Committed, result.Status);
        return result;
    }
}
