using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using OrleansScheduling.Api.Access;
using OrleansScheduling.Api.Access.Audit;
using OrleansScheduling.Api.Access.Keys;
using OrleansScheduling.Api.Desk;
using OrleansScheduling.Api.Live;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;

namespace OrleansScheduling.Api.Pages;

/// <summary>Who did what, the newest first, for an organisation's administrators.</summary>
[Needs(AccessAction.Read, RecordKind.Audit)]
public sealed class AuditModel(DeskDirectory directory, AuditTrail trail, ApiKeys keys, FeedCursors cursors) : DeskPageModel(directory)
{
    /// <summary>A week, when nothing else is asked for.</summary>
    const int DefaultDays = 7;

    /// <summary>Longest period of one question.</summary>
    const int MaxDays = 366;

    [BindProperty(SupportsGet = true, Name = "from")]
    public DateOnly? FromDay { get; set; }

    [BindProperty(SupportsGet = true, Name = "to")]
    public DateOnly? ToDay { get; set; }

    [BindProperty(SupportsGet = true, Name = "subject")]
    public string? Subject { get; set; }

    [BindProperty(SupportsGet = true, Name = "job")]
    public string? JobText { get; set; }

    [BindProperty(SupportsGet = true, Name = "after")]
    public string? After { get; set; }

    public LocalDate From { get; private set; }

    /// <summary>The last day, itself included.</summary>
    public LocalDate To { get; private set; }

    public DateTimeZone Zone { get; private set; } = DateTimeZone.Utc;

    public IReadOnlyList<AuditEntry> Entries { get; private set; } = [];

    public IReadOnlyList<ApiKey> Keys { get; private set; } = [];

    /// <summary>The address of the page with what was done before; null at the end.</summary>
    public string? Earlier { get; private set; }

    /// <summary>The address of the first page; null on it.</summary>
    public string? Newest { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        ModelState.Clear();
        var own = Directory.Scope.Organisation;
        Zone = (Directory.Find(own, Directory.Scope.Principal.Kind) ?? throw new InvalidOperationException("One's own is seen.")).Zone;
        SetDays();
        if (Access.May(AccessAction.Read, RecordKind.ApiKey)) Keys = await keys.ListAsync(own, cancellationToken);
        var job = Wanted(JobText, out JobId id) ? id : (JobId?)null;
        if (!string.IsNullOrWhiteSpace(JobText) && job is null) Errors.Add(new DeskError("job", "Enter a whole job reference"));
        var subject = string.IsNullOrWhiteSpace(Subject) ? null : Subject.Trim();
        if (subject is not null && !Principal.IsSubject(subject)) Errors.Add(new DeskError("subject", "Enter a whole subject"));
        if (Errors.Count > 0) return;
        var query = new AuditQuery(
            Zone.AtStartOfDay(From).ToInstant(), Zone.AtStartOfDay(To.PlusDays(1)).ToInstant(), subject, job,
            cursors.TryDecode(After, out var after) ? after : null);
        var page = await trail.ReadNewestAsync(Directory.Scope, query, cancellationToken);
        Entries = page.Entries;
        var all = $"/audit?from={Iso(From)}&to={Iso(To)}{Part("subject", subject)}{Part("job", job?.ToString())}";
        if (page.Next is { } next) Earlier = $"{all}&after={cursors.Encode(next)}";
        if (query.After is not null) Newest = all;
    }

    void SetDays()
    {
        var today = Directory.Today(Zone);
        To = ToDay is { } to ? LocalDate.FromDateOnly(to) : today;
        if (To > today) To = today;
        From = FromDay is { } from ? LocalDate.FromDateOnly(from) : To.PlusDays(1 - DefaultDays);
        if (From > To) From = To;
        if (Period.DaysBetween(From, To) >= MaxDays) From = To.PlusDays(1 - MaxDays);
    }

    static bool Wanted(string? text, out JobId id) => JobId.TryParse(text?.Trim(), out id);

    static string Part(string name, string? value) => value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";

    public static string Iso(LocalDate day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public string When(Instant at) => at.InZone(Zone).ToString("d MMMM uuuu, HH:mm:ss", CultureInfo.GetCultureInfo("en-GB"));

    public string ContractName(AuditEntry entry) => Directory.FindContract(entry.Contract)?.Name ?? "";

    public string KeyState(ApiKey key) => key.State(Now.ToDateTimeOffset());

    public static string What(EventKind kind) => kind switch
    {
        EventKind.JobLogged => "Reported a repair",
        EventKind.HoldPlaced => "Held a window",
        EventKind.HoldReleased => "Gave a hold up",
        EventKind.HoldExpired => "A hold ran out",
        EventKind.BookingConfirmed => "Confirmed an appointment",
        EventKind.BookingMade => "Made an appointment",
        EventKind.BookingMoved => "Moved an appointment",
        EventKind.BookingCancelled => "Cancelled",
        EventKind.JobClosed => "Called a repair off",
        EventKind.DiaryReplanned => "Replanned a diary",
        EventKind.VisitsReassigned => "Gave visits to other operatives or times",
        EventKind.OperativeAbsent => "Reported an operative off",
        EventKind.DayLocked => "Took an operative's day in hand",
        EventKind.DayUnlocked => "Gave an operative's day back",
        EventKind.OvertimeAgreed => "Agreed overtime",
        EventKind.PromisesFlagged => "Told of promises that cannot be kept",
        EventKind.ProposalDeclined => "Put an improvement aside",
        EventKind.DayForecast => "Told what is to be expected of a day",
        EventKind.ReassignmentUndone => "Took a reassignment back",
        EventKind.VisitSetOut => "Set out for a visit",
        EventKind.VisitStarted => "Started a visit",
        EventKind.VisitExtended => "Said that a visit takes longer",
        EventKind.VisitFinished => "Finished a visit",
        EventKind.NoAccessReported => "Found nobody in",
        EventKind.VisitPinned => "Pinned a visit",
        EventKind.VisitUnpinned => "Let a pinned visit go",
        _ => kind.ToString(),
    };
}
