using OrleansScheduling.Api.GraphQL.Contracts;
using OrleansScheduling.Api.GraphQL.Jobs;
using OrleansScheduling.Api.GraphQL.Operatives;
using OrleansScheduling.Api.GraphQL.Properties;
using OrleansScheduling.Api.GraphQL.Relay;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.Ledger.Reading;

namespace OrleansScheduling.Api.GraphQL.Visits;

/// <summary>Work planned in a diary: one operative's attendance at one property.</summary>
[GraphQLName("Visit")]
public sealed class VisitNode : INode
{
    readonly VisitRecord row;

    /// <summary>Whether the property is the job's, and not in the row.</summary>
    readonly bool isPlaceOfJob;

    public VisitNode(VisitRecord row) => this.row = row;

    /// <summary>A visit of a diary, for those who see the visits of everybody under its contract.</summary>
    internal VisitNode(Visit visit)
    {
        isPlaceOfJob = true;
        row = new VisitRecord
        {
            JobId = visit.Id.Job.Value,
            Number = visit.Id.Number,
            OperativeId = visit.Operative.Value,
            ContractId = visit.Contract.Value,
            Day = visit.Day.ToDateOnly(),
            Starts = visit.Start.ToDateTimeOffset(),
            Ends = visit.End.ToDateTimeOffset(),
            PromiseWindow = visit.Promise.Window.Value,
            PromiseStarts = visit.Promise.Start.ToDateTimeOffset(),
            PromiseEnds = visit.Promise.End.ToDateTimeOffset(),
            Stage = (short)visit.Stage,
            StartFixed = visit.StartFixed,
            State = visit.State,
            HoldExpiresAt = visit.HoldExpiresAt?.ToDateTimeOffset(),
            Minutes = (visit.End - visit.Start).TotalMinutes,
            ActualStarts = visit.HasStarted ? visit.Start.ToDateTimeOffset() : null,
            ActualEnds = visit.State == VisitState.Completed ? visit.End.ToDateTimeOffset() : null,
            LateMinutes = Math.Max(0, (visit.Start - visit.Promise.End).TotalMinutes),
        };
    }

    [ID]
    public string GetId([Service] GlobalIds ids) => ids.Encode(NodeKind.Visit, row.JobId, row.Number);

    public Task<JobNode?> GetJobAsync(JobById loader) => loader.LoadAsync(row.JobId);

    /// <summary>Who comes; null for those who may not see the contractor's people.</summary>
    public Task<OperativeNode?> GetOperativeAsync(OperativeById loader) => loader.LoadAsync(row.OperativeId);

    public Task<ContractNode?> GetContractAsync(ContractById loader) => loader.LoadAsync(row.ContractId);

    public async Task<PropertyNode?> GetPropertyAsync(PropertyById loader, JobById jobs)
    {
        var key = isPlaceOfJob ? (await jobs.LoadAsync(row.JobId))?.PropertyKey : row.PropertyId;
        return key is { } property ? await loader.LoadAsync(property) : null;
    }

    /// <summary>The diary day: the calendar day on which the operative's shift starts.</summary>
    public DateOnly Day => row.Day;

    /// <summary>
    /// Planned start of work on site; it may change as the plan improves, inside the promise. On a day that runs late, the start to be
    /// expected; once started, the actual one.
    /// </summary>
    public DateTimeOffset Starts => row.Starts;

    public DateTimeOffset Ends => row.Ends;

    /// <summary>Planned minutes on site.</summary>
    public double Minutes => row.Minutes;

    public PromiseNode Promise => new(row.PromiseWindow, row.PromiseStarts, row.PromiseEnds);

    /// <summary>0 for the first appointment of a job, 1 for the visit after it.</summary>
    public int Stage => row.Stage;

    public VisitState State => row.State;

    /// <summary>Whether the planned start must stay.</summary>
    public bool StartFixed => row.StartFixed;

    public DateTimeOffset? HoldExpiresAt => row.HoldExpiresAt;

    /// <summary>When work on site really began; null while it has not.</summary>
    public DateTimeOffset? ActualStarts => row.ActualStarts;

    /// <summary>When it really ended; null while it has not.</summary>
    public DateTimeOffset? ActualEnds => row.ActualEnds;

    /// <summary>How many minutes after the end of its promise it begins or began; 0 inside the promise.</summary>
    public double LateMinutes => row.LateMinutes;

    public async Task<string?> GetPatchAsync(VisitFactsByKey facts) => (await facts.LoadAsync((row.JobId, row.Number)))?.Patch;

    public async Task<string?> GetTradeAsync(VisitFactsByKey facts) => (await facts.LoadAsync((row.JobId, row.Number)))?.Trade;
}
