using System.Text;
using NodaTime;
using NodaTime.Text;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Hosting;

/// <summary>
/// What the ledger keeps about the demonstration's import: the moment for which it was begun, and later that it is whole. An import that
/// was killed is begun again for the same moment, so that "tomorrow" in its files means the same day and every row finds itself again.
/// </summary>
sealed class DemoRecord(IStateStore state)
{
    public const string Type = "first-start";
    public const string Key = "demonstration";
    const string Done = "done";

    /// <summary>
    /// Whether there is something to import: into an empty ledger, or into one in which an import was begun and is not whole.
    /// </summary>
    /// <param name="isEmpty">Whether the registry has nothing in it.</param>
    /// <param name="isDemonstration">Whether it has nothing in it but what the demonstration has; somebody's own is left alone.</param>
    public async Task<bool> IsWantedAsync(bool isEmpty, Func<bool> isDemonstration, CancellationToken cancellationToken) =>
        await state.ReadAsync(Type, Key, cancellationToken) is { } row ? TextOf(row) != Done && (isEmpty || isDemonstration()) : isEmpty;

    /// <summary>Records that the import begins, durably and before its first row.</summary>
    /// <returns>The moment that it is for: this one, or that of an earlier attempt.</returns>
    public async Task<Instant> BeginAsync(Instant now, CancellationToken cancellationToken)
    {
        var row = await state.ReadAsync(Type, Key, cancellationToken);
        if (row is not null && InstantPattern.ExtendedIso.Parse(TextOf(row)) is { Success: true } begun) return begun.Value;
        await WriteAsync(InstantPattern.ExtendedIso.Format(now), row?.Etag, cancellationToken);
        return now;
    }

    public async Task FinishAsync(CancellationToken cancellationToken) =>
        await WriteAsync(Done, (await state.ReadAsync(Type, Key, cancellationToken))?.Etag, cancellationToken);

    /// <summary>
    /// Another process that starts at the same moment may write first: it means the same, and rows find themselves again.
    /// </summary>
    async Task WriteAsync(string text, long? etag, CancellationToken cancellationToken) =>
        await state.WriteAsync(Type, Key, Encoding.UTF8.GetBytes(text), etag, cancellationToken);

    static string TextOf(StateRow row) => Encoding.UTF8.GetString(row.Data);
}
