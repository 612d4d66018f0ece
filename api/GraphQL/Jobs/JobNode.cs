using OrleansScheduling.Api.GraphQL.Contracts;
using OrleansScheduling.Api.GraphQL.Organisations;
using OrleansScheduling.Api.GraphQL.Properties;
using OrleansScheduling.Api.GraphQL.Rates;
using OrleansScheduling.Api.GraphQL.Relay;
using OrleansScheduling.Api.GraphQL.Visits;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.Ledger.Reading;

namespace OrleansScheduling.Api.GraphQL.Jobs;

/// <summary>A repair: what is wrong, where, under which contract, and what is claimed or promised for it.</summary>
[GraphQLName("Job")]
public sealed class JobNode(JobRecord row) : INode
{
    /// <summary>A job that a command of the caller's has just left so.</summary>
    internal JobNode(JobState left)
        : this(new JobRecord
        {
            Id = left.Id,
            Version = left.Version,
            ReportedAt = left.ReportedAt,
            PromiseWindow = left.Promise?.Window,
            PromiseStarts = left.Promise?.Start,
            PromiseEnds = left.Promise?.End,
            HoldNumber = left.Hold?.Number,
            Holder = left.Hold?.Holder,
            HoldWindow = left.Hold?.Promise.Window,
            HoldStarts = left.Hold?.Promise.Start,
            HoldEnds = left.Hold?.Promise.End,
            HoldExpiresAt = left.Hold?.ExpiresAt,
            ContractId = left.Contract,
            ClientId = left.Client,
            ContractorId = left.Contractor,
            PropertyId = left.Property,
            Status = (JobStatus)left.Status,
            Emergency = left.Emergency,
            Lines = string.Join(' ', left.Lines),
            Description = left.Description,
        })
    {
    }

    internal int PropertyKey => row.PropertyId;

    [ID]
    public string GetId([Service] GlobalIds ids) => ids.Encode(NodeKind.Job, row.Id);

    /// <summary>What people read out on the telephone.</summary>
    public string Reference => new JobId(row.Id).ToString();

    /// <summary>Counts the commits that changed the job.</summary>
    public long Version => row.Version;

    public JobStatus Status => row.Status;

    public bool Emergency => row.Emergency;

    /// <summary>What was reported, in the reporter's words.</summary>
    public string Description => row.Description;

    public DateTimeOffset ReportedAt => row.ReportedAt;

    public Task<ContractNode?> GetContractAsync(ContractById loader) => loader.LoadAsync(row.ContractId);

    public Task<OrganisationNode?> GetClientAsync(OrganisationById loader) => loader.LoadAsync(row.ClientId);

    public Task<OrganisationNode?> GetContractorAsync(OrganisationById loader) => loader.LoadAsync(row.ContractorId);

    public Task<PropertyNode?> GetPropertyAsync(PropertyById loader) => loader.LoadAsync(row.PropertyId);

    /// <summary>What is to be done, by the contract's schedule of rates.</summary>
    [ListSize(2)]
    public IReadOnlyList<JobLine> Lines =>
        [.. row.Lines.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(code => new JobLine(row.ContractId, code))];

    /// <summary>The window that is promised; null while nothing is booked.</summary>
    public PromiseNode? Promise => PromiseNode.Of(row.PromiseWindow, row.PromiseStarts, row.PromiseEnds);

    /// <summary>A claim that expires unless it is confirmed.</summary>
    public HoldNode? Hold => row.HoldNumber is { } number && row.HoldExpiresAt is { } expires
        && PromiseNode.Of(row.HoldWindow, row.HoldStarts, row.HoldEnds) is { } promise
            ? new HoldNode(number, promise, expires, row.Holder ?? "") : null;

    [ListSize(2)]
    public async Task<IReadOnlyList<VisitNode>> GetVisitsAsync(VisitsByJob loader) => await loader.LoadAsync(row.Id) ?? [];

    public async Task<string?> GetPatchAsync(JobFactsById facts) => (await facts.LoadAsync(row.Id))?.Patch;

    public async Task<string?> GetTradeAsync(JobFactsById facts) => (await facts.LoadAsync(row.Id))?.Trade;

    /// <summary>Of all lines.</summary>
    public async Task<int> GetStandardMinutesAsync(JobFactsById facts) => (await facts.LoadAsync(row.Id))?.StandardMinutes ?? 0;

    /// <summary>The diary day of the first visit that is promised.</summary>
    public async Task<DateOnly?> GetBookedDayAsync(JobFactsById facts) => (await facts.LoadAsync(row.Id))?.BookedDay;
}

/// <summary>One schedule-of-rates line of a job.</summary>
public sealed record JobLine([property: GraphQLIgnore] int ContractKey, string Code)
{
    public async Task<RateNode?> GetRateAsync(ContractById contracts, RateByKey rates) =>
        await contracts.LoadAsync(ContractKey) is { } contract ? await rates.LoadAsync(new RateKey(contract.Schedule, Code)) : null;
}

/// <summary>A claim that expires unless it is confirmed.</summary>
/// <param name="Number">Confirm or release it by this number.</param>
[GraphQLName("Hold")]
public sealed record HoldNode(int Number, PromiseNode Promise, DateTimeOffset ExpiresAt, [property: GraphQLIgnore] string Holder)
{
    /// <summary>Whether the caller placed it, and may confirm it.</summary>
    public bool IsYours([Service] Records records) => Holder == records.Principal.Subject;
}
