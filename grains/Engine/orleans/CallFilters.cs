using Orleans;
using Orleans.Runtime;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Grains.Engine;

/// <summary>
/// A database that is away is told to callers in other processes as such: a driver's own exceptions lose on the way what they are told by.
/// </summary>
sealed class AwayFilter : IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        try
        {
            await context.Invoke();
        }
        catch (Exception failure) when (failure is not LedgerUnavailableException && LedgerFault.IsAway(failure))
        {
            throw new LedgerUnavailableException(failure);
        }
    }
}

/// <summary>
/// A silo that went away with a call is, for the caller, what a database is that went away with a commit: whether it was carried out is not
/// known, and repeating it with its key is safe.
/// </summary>
sealed class LostFilter : IOutgoingGrainCallFilter
{
    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        try
        {
            await context.Invoke();
        }
        catch (Exception lost) when (lost is SiloUnavailableException or OrleansMessageRejectionException or TimeoutException)
        {
            throw new LedgerUnavailableException(lost);
        }
    }
}
