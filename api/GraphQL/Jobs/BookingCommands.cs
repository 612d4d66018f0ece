using System.Globalization;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Orleans;
using OrleansScheduling.Api.GraphQL.Relay;
using OrleansScheduling.Api.Hosting;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains.Booking;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.GraphQL.Jobs;

/// <summary>
/// Sends the caller's commands to the jobs' grains, which know the caller's viewpoint: a job or offer that the caller does not see is
/// refused there in the words for one that is not there.
/// </summary>
public sealed class BookingCommands(
    Records records, GlobalIds ids, IGrainFactory grains, ILedger ledger, CallerPatience patience, TimeProvider time)
{
    /// <summary>A reference that was drawn before is drawn again; twice in a row is one chance in four thousand million.</summary>
    const int MaxDraws = 3;

    static readonly CommandAnswer JobNotFound = Refused(RefusalReason.JobNotFound);

    internal bool May(AccessAction action, RecordKind kind) => records.May(action, kind);

    internal string Caller => records.Principal.Subject;

    internal CommandContext Context(ICommandInput input) =>
        new(input.IdempotencyKey, records.Asker, records.Principal.Subject);

    internal async Task<CommandAnswer> LogAsync(LogJobInput input, CancellationToken cancellationToken)
    {
        var contract = ids.DecodeSmall(NodeKind.Contract, input.Contract);
        var property = ids.DecodeSmall(NodeKind.Property, input.Property);
        if (await UnseenAsync(contract, property, cancellationToken) is { } refusal) return refusal;
        var context = Context(input);
        return await OnNewJobAsync(
            context, job => job.Log(new LogJob(context, contract, property, [.. input.Lines], input.Description), cancellationToken),
            cancellationToken);
    }

    internal async Task<CommandAnswer> AttendAsync(BookEmergencyInput input, CancellationToken cancellationToken)
    {
        records.Demand(AccessAction.Read, RecordKind.Job);
        if (ids.Decode(NodeKind.Job, input.Job) is not { } key) return JobNotFound;
        var contractor = await records.AskAsync(
            RecordKind.Job,
            (context, stop) => context.Jobs.Where(row => row.Id == key).Select(row => row.ContractorId).FirstOrDefaultAsync(stop),
            cancellationToken);
        if (contractor == 0) return JobNotFound;
        var plan = grains.GetGrain<IPlanGrain>(contractor.ToString(CultureInfo.InvariantCulture));
        return await patience.WaitAsync(plan.Attend(new AttendEmergency(Context(input), key, Caller), cancellationToken));
    }

    /// <param name="job">The id of a recorded job, or null for a new one.</param>
    internal async Task<CommandAnswer> ClaimAsync(
        ICommandInput input, ClaimKind kind, string? job, string token, string description, CancellationToken cancellationToken)
    {
        var context = Context(input);
        var command = new ClaimSlot(context, kind, token, Caller, description, IsNew: job is null);
        return job is null
            ? await OnNewJobAsync(context, grain => grain.Claim(command, cancellationToken), cancellationToken)
            : await OnJobAsync(job, grain => grain.Claim(command, cancellationToken));
    }

    internal Task<CommandAnswer> OnJobAsync(string id, Func<IJobGrain, Task<CommandAnswer>> send)
    {
        records.Demand(AccessAction.Read, RecordKind.Job);
        return ids.Decode(NodeKind.Job, id) is { } key
            ? patience.WaitAsync(send(grains.GetGrain<IJobGrain>(new JobId(key).ToString()))) : Task.FromResult(JobNotFound);
    }

    /// <summary>
    /// A new job gets a random reference, so a command that is repeated would name another job. The ledger takes no key twice; whatever
    /// else it is refused for, the job that its key made may be the reason, and is looked up then, and not before each new job.
    /// </summary>
    Task<CommandAnswer> OnNewJobAsync(
        CommandContext context, Func<IJobGrain, Task<CommandAnswer>> send, CancellationToken cancellationToken) =>
        patience.WaitAsync(SendToNewJobAsync(context, send, cancellationToken));

    async Task<CommandAnswer> SendToNewJobAsync(
        CommandContext context, Func<IJobGrain, Task<CommandAnswer>> send, CancellationToken cancellationToken)
    {
        var key = IdempotencyKeys.Of(context.Asker.Organisation, context.IdempotencyKey);
        for (var draw = 1; ; draw++)
        {
            var answer = await send(grains.GetGrain<IJobGrain>(Draw().ToString()));
            if (answer.Refusal is not { } refusal) return answer;
            if (await MadeByAsync(key, cancellationToken) is { } made) return await send(grains.GetGrain<IJobGrain>(made.ToString()));
            if (refusal.Reason is not (nameof(RefusalReason.JobExists) or nameof(RefusalReason.KeyReused)) || draw == MaxDraws)
                return answer;
        }
    }

    async Task<JobId?> MadeByAsync(Guid key, CancellationToken cancellationToken) =>
        (await ledger.FindByKeyAsync(key, cancellationToken))?.Entry.Event.Job;

    JobId Draw() => JobId.Create(
        Instant.FromDateTimeOffset(time.GetUtcNow()).InUtc().Date, BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4)));

    async Task<CommandAnswer?> UnseenAsync(int contract, int property, CancellationToken cancellationToken)
    {
        var seen = await records.AskAsync(
            RecordKind.Contract,
            (context, stop) => context.Contracts.Where(row => row.Id == contract)
                .Select(row => new { Property = context.Properties.Any(place => place.Id == property) })
                .FirstOrDefaultAsync(stop),
            cancellationToken);
        if (seen is null) return Unknown("contract");
        return seen.Property ? null : Unknown("property");
    }

    static CommandAnswer Unknown(string noun) =>
        new(null, new RefusalState(nameof(RefusalReason.InvalidInput), $"There is no such {noun}."));

    static CommandAnswer Refused(RefusalReason reason) => new(null, new RefusalState(reason.ToString(), Refusal.Of(reason).Text));
}
