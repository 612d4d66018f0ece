using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Orleans;
using OrleansScheduling.Api.GraphQL.Relay;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains.Booking;
using OrleansScheduling.Grains.Offers;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.GraphQL.Jobs;

/// <summary>
/// Sends the caller's commands to the jobs' grains. A job, contract or property that the caller does not see is refused in the words for
/// one that is not there.
/// </summary>
public sealed class BookingCommands(
    Records records, GlobalIds ids, IGrainFactory grains, OfferTokens offers, ILedger ledger, TimeProvider time)
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

    /// <param name="job">The id of a recorded job, or null for a new one.</param>
    internal async Task<CommandAnswer> ClaimAsync(
        ICommandInput input, ClaimKind kind, string? job, string token, string description, CancellationToken cancellationToken)
    {
        // An offer tells its contract and property: one that was made for others is as good as none.
        var offer = offers.Decode(token);
        if (!offer.Succeeded) return Refused(offer.Refusal.Reason);
        if (await UnseenAsync(offer.Value.Contract.Value, offer.Value.Property.Value, cancellationToken) is not null)
            return Refused(RefusalReason.OfferInvalid);
        var context = Context(input);
        var command = new ClaimSlot(context, kind, token, Caller, description);
        return job is null
            ? await OnNewJobAsync(context, grain => grain.Claim(command, cancellationToken), cancellationToken)
            : await OnJobAsync(job, grain => grain.Claim(command, cancellationToken), cancellationToken);
    }

    internal async Task<CommandAnswer> OnJobAsync(
        string id, Func<IJobGrain, Task<CommandAnswer>> send, CancellationToken cancellationToken)
    {
        var key = ids.Decode(NodeKind.Job, id) ?? -1;
        await using (var context = records.Open(RecordKind.Job))
        {
            if (!await context.Jobs.AnyAsync(row => row.Id == key, cancellationToken)) return JobNotFound;
        }

        return await send(grains.GetGrain<IJobGrain>(new JobId(key).ToString()));
    }

    /// <summary>
    /// A new job gets a random reference, so a command that is repeated would name another job: the one that its key made is looked up, and
    /// looked up again when somebody else was sending the same.
    /// </summary>
    async Task<CommandAnswer> OnNewJobAsync(
        CommandContext context, Func<IJobGrain, Task<CommandAnswer>> send, CancellationToken cancellationToken)
    {
        var key = IdempotencyKeys.Of(context.Asker.Organisation, context.IdempotencyKey);
        for (var draw = 1; ; draw++)
        {
            var made = await MadeByAsync(key, cancellationToken);
            var answer = await send(grains.GetGrain<IJobGrain>((made ?? Draw()).ToString()));
            var reason = answer.Refusal?.Reason;
            var isWorthAnother = reason == nameof(RefusalReason.JobExists) || (reason == nameof(RefusalReason.KeyReused) && made is null);
            if (!isWorthAnother || draw == MaxDraws) return answer;
        }
    }

    async Task<JobId?> MadeByAsync(Guid key, CancellationToken cancellationToken) =>
        (await ledger.FindByKeyAsync(key, cancellationToken))?.Entry.Event.Job;

    JobId Draw() => JobId.Create(
        Instant.FromDateTimeOffset(time.GetUtcNow()).InUtc().Date, BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4)));

    async Task<CommandAnswer?> UnseenAsync(int contract, int property, CancellationToken cancellationToken)
    {
        await using var context = records.Open(RecordKind.Contract);
        var seen = await context.Contracts.Where(row => row.Id == contract)
            .Select(row => new { Property = context.Properties.Any(place => place.Id == property) })
            .FirstOrDefaultAsync(cancellationToken);
        if (seen is null) return Unknown("contract");
        return seen.Property ? null : Unknown("property");
    }

    static CommandAnswer Unknown(string noun) =>
        new(null, new RefusalState(nameof(RefusalReason.InvalidInput), $"There is no such {noun}."));

    static CommandAnswer Refused(RefusalReason reason) => new(null, new RefusalState(reason.ToString(), Refusal.Of(reason).Text));
}
