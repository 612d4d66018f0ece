using Microsoft.Extensions.Logging;
using OrleansScheduling.Domain.Identity;

namespace OrleansScheduling.Grains.Plans;

internal sealed partial class LivePlan
{
    [LoggerMessage(2201, LogLevel.Information, "Contractor {Contractor}: {Visits} visits in {Diaries} diaries replanned. {Note}")]
    partial void LogCommitted(OrganisationId contractor, int visits, int diaries, string note);

    [LoggerMessage(2202, LogLevel.Debug, "Contractor {Contractor}: a change of the plan was refused ({Status}) and is decided again.")]
    partial void LogRefused(OrganisationId contractor, string status);

    [LoggerMessage(2203, LogLevel.Warning,
        "Contractor {Contractor}: the plan did not settle in {Rounds} rounds; the next event tries again.")]
    partial void LogUnsettled(OrganisationId contractor, int rounds);

    [LoggerMessage(2204, LogLevel.Error, "Contractor {Contractor} has {People} operatives; a day's plan has at most {Most}: none is made.")]
    partial void LogTooMany(OrganisationId contractor, int people, int most);
}
