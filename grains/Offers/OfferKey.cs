using System.Security.Cryptography;
using Microsoft.Extensions.Hosting;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Grains.Offers;

/// <summary>The key that offers are sealed with: made by the first process that needs it, kept in the database, the same for all.</summary>
public sealed class OfferKey(IStateStore store) : IHostedService
{
    const string Type = "offer-key";
    const string Key = "current";

    byte[]? value;

    /// <exception cref="InvalidOperationException">The key has not been loaded yet.</exception>
    public ReadOnlyMemory<byte> Value => value ?? throw new InvalidOperationException("The offer key has not been loaded yet.");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var known = await store.ReadAsync(Type, Key, cancellationToken);
        if (known is null)
        {
            // Whoever writes first wins; everybody else reads that one.
            await store.WriteAsync(Type, Key, RandomNumberGenerator.GetBytes(OfferTokens.KeyBytes), etag: null, cancellationToken);
            known = await store.ReadAsync(Type, Key, cancellationToken);
        }

        value = known?.Data ?? throw new InvalidOperationException("The offer key could not be written.");
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
