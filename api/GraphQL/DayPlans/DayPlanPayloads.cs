using OrleansScheduling.Api.GraphQL.Operatives;
using OrleansScheduling.Api.GraphQL.Visits;

namespace OrleansScheduling.Api.GraphQL.DayPlans;

/// <summary>What was told of an operative's day.</summary>
public abstract class ToldPayload<TError> : DayPayload<TError>
    where TError : class
{
    internal int OperativeKey { get; init; }

    public async Task<OperativeNode?> GetOperativeAsync(OperativeById loader) =>
        Receipt is null ? null : await loader.LoadAsync(OperativeKey);
}

public sealed class ReportAbsencePayload : ToldPayload<IReportAbsenceError>;

public sealed class LockDayPayload : ToldPayload<ILockDayError>;

public sealed class UnlockDayPayload : ToldPayload<IUnlockDayError>;

public sealed class AgreeOvertimePayload : ToldPayload<IAgreeOvertimeError>;

public sealed class AcceptProposalPayload : PlanPayload<IAcceptProposalError>;

public sealed class DeclineProposalPayload : DayPayload<IDeclineProposalError>;
