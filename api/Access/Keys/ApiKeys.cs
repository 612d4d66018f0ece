using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Access.Keys;

/// <summary>
/// The keys of all organisations, kept in the ledger's database: one row a key and, for each organisation, a row with the ids of its keys.
/// </summary>
public sealed class ApiKeys(IStateStore store, TimeProvider time)
{
    /// <summary>Most keys that an organisation has, those that are revoked included until their place is needed.</summary>
    public const int MaxKeys = 100;

    /// <summary>How long another process may go on accepting a key that was revoked here.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromSeconds(10);

    /// <summary>How exactly the last use is kept; each step is a write.</summary>
    static readonly TimeSpan UseStep = TimeSpan.FromHours(1);

    /// <summary>A stored row that somebody else changed meanwhile is read and changed again, so often.</summary>
    const int MaxAttempts = 8;

    /// <summary>Keys that are remembered between two requests of theirs; past it all are read again.</summary>
    const int MaxRemembered = 4096;

    const string RowType = "api-key";
    const string ListType = "api-keys";

    /// <summary>Stands in for the hash of a key that is not there, so that both are compared.</summary>
    static readonly byte[] Nothing = new byte[SHA256.HashSizeInBytes];

    readonly ConcurrentDictionary<string, (ApiKey Key, long ReadAt)> remembered = new(StringComparer.Ordinal);

    /// <summary>Who asks for a key that is being read waits for that: a thousand connections of one system come back at once.</summary>
    readonly ConcurrentDictionary<string, Lazy<Task<ApiKey?>>> reading = new(StringComparer.Ordinal);

    /// <summary>Makes a key. The text is told once and kept nowhere.</summary>
    /// <returns>Null when the organisation has as many good keys as it may.</returns>
    public async Task<(ApiKey Key, string Text)?> CreateAsync(
        OrganisationId organisation, string name, IReadOnlySet<Role> roles, ContractScope contracts, int days, string by,
        CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(name.Length, ApiKey.MaxNameLength);
        ArgumentOutOfRangeException.ThrowIfLessThan(days, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(days, ApiKey.MaxDays);
        var now = time.GetUtcNow();
        var (id, text) = ApiKeyText.Draw();
        var key = new ApiKey(
            id, organisation.Value, name, [.. roles.Order().Select(role => role.ToString())],
            contracts.Named is { } named ? [.. named.Select(contract => contract.Value).Order()] : null,
            ApiKeyText.HashOf(text), now, by, now.AddDays(days));
        // The row first: a list never names a key that is not there.
        if (await store.WriteAsync(RowType, id, Bytes(key), null, cancellationToken) is null)
            throw new InvalidOperationException("A key's random id was drawn before.");
        if (await AddToListAsync(organisation, id, now, cancellationToken)) return (key, text);
        await RemoveAsync(id, cancellationToken);
        return null;
    }

    public async Task<IReadOnlyList<ApiKey>> ListAsync(OrganisationId organisation, CancellationToken cancellationToken)
    {
        var keys = new List<ApiKey>();
        foreach (var id in (await ReadListAsync(organisation, cancellationToken)).Ids)
        {
            if (await ReadAsync(id, cancellationToken) is { } row) keys.Add(row.Key);
        }

        return keys;
    }

    /// <summary>Revokes a key for good; again, it changes nothing.</summary>
    /// <returns>Null when there is no such key.</returns>
    public async Task<ApiKey?> RevokeAsync(string id, string by, CancellationToken cancellationToken)
    {
        var revoked = await ChangeAsync(
            id, key => key.RevokedAt is null ? key with { RevokedAt = time.GetUtcNow(), RevokedBy = by } : null, cancellationToken);
        reading.TryRemove(id, out _);
        remembered.TryRemove(id, out _);
        return revoked;
    }

    public async Task<ApiKey?> FindAsync(string id, CancellationToken cancellationToken) =>
        (await ReadAsync(id, cancellationToken))?.Key;

    /// <summary>The key, when the text is one that is good now.</summary>
    public async Task<ApiKey?> CheckAsync(string text, CancellationToken cancellationToken)
    {
        if (ApiKeyText.IdOf(text) is not { } id) return null;
        var key = await RecallAsync(id, cancellationToken);
        var matches = CryptographicOperations.FixedTimeEquals(ApiKeyText.HashOf(text), key?.Hash ?? Nothing);
        if (key is null || !matches || !key.IsGood(time.GetUtcNow())) return null;
        await NoteUseAsync(key, cancellationToken);
        return key;
    }

    /// <summary>Whether a key that signed somebody in is good still.</summary>
    public async Task<bool> IsGoodAsync(string id, CancellationToken cancellationToken) =>
        await RecallAsync(id, cancellationToken) is { } key && key.IsGood(time.GetUtcNow());

    /// <summary>Whether this very text was good a moment ago: such a caller need not wait for what others at its address send.</summary>
    public bool WasGood(string text) => ApiKeyText.IdOf(text) is { } id
        && remembered.TryGetValue(id, out var known)
        && CryptographicOperations.FixedTimeEquals(ApiKeyText.HashOf(text), known.Key.Hash);

    async Task<ApiKey?> RecallAsync(string id, CancellationToken cancellationToken)
    {
        if (remembered.TryGetValue(id, out var known) && time.GetElapsedTime(known.ReadAt) < Memory) return known.Key;
        var mine = new Lazy<Task<ApiKey?>>(() => LookUpAsync(id));
        var shared = reading.GetOrAdd(id, mine);
        try
        {
            return await shared.Value.WaitAsync(cancellationToken);
        }
        finally
        {
            if (ReferenceEquals(shared, mine)) reading.TryRemove(new KeyValuePair<string, Lazy<Task<ApiKey?>>>(id, mine));
        }
    }

    async Task<ApiKey?> LookUpAsync(string id)
    {
        var read = (await ReadAsync(id, CancellationToken.None))?.Key;
        if (read is null)
        {
            // Ids that are not there are not remembered: there are as many as a stranger likes.
            remembered.TryRemove(id, out _);
            return null;
        }

        if (remembered.Count >= MaxRemembered) remembered.Clear();
        remembered[id] = (read, time.GetTimestamp());
        return read;
    }

    async Task NoteUseAsync(ApiKey key, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (key.LastUsedAt is { } last && now - last < UseStep) return;
        var hour = new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, 0, 0, TimeSpan.Zero);
        var noted = await ChangeAsync(key.Id, row => row.LastUsedAt == hour ? null : row with { LastUsedAt = hour }, cancellationToken);
        if (noted is not null) remembered[key.Id] = (noted, time.GetTimestamp());
    }

    /// <param name="change">The new row; null when it stays as it is.</param>
    async Task<ApiKey?> ChangeAsync(string id, Func<ApiKey, ApiKey?> change, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            if (await ReadAsync(id, cancellationToken) is not { } row) return null;
            if (change(row.Key) is not { } changed) return row.Key;
            if (await store.WriteAsync(RowType, id, Bytes(changed), row.Etag, cancellationToken) is not null) return changed;
        }

        throw new InvalidOperationException($"The key {id} was changed by others {MaxAttempts} times in a row.");
    }

    async Task<bool> AddToListAsync(OrganisationId organisation, string id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var (ids, etag) = await ReadListAsync(organisation, cancellationToken);
            if (ids.Count >= MaxKeys)
            {
                if (await OldestSpentAsync(ids, now, cancellationToken) is not { } spent) return false;
                ids = [.. ids.Where(known => known != spent)];
            }

            byte[] list = JsonSerializer.SerializeToUtf8Bytes(ids.Append(id));
            if (await store.WriteAsync(ListType, organisation.ToString(), list, etag, cancellationToken) is not null) return true;
        }

        return false;
    }

    /// <summary>The first of the keys that are good no more; its row goes with its place.</summary>
    async Task<string?> OldestSpentAsync(IReadOnlyList<string> ids, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var id in ids)
        {
            if (await ReadAsync(id, cancellationToken) is { } row && row.Key.IsGood(now)) continue;
            await RemoveAsync(id, cancellationToken);
            return id;
        }

        return null;
    }

    async Task RemoveAsync(string id, CancellationToken cancellationToken)
    {
        if (await store.ReadAsync(RowType, id, cancellationToken) is { } row)
            await store.ClearAsync(RowType, id, row.Etag, cancellationToken);
    }

    async Task<(IReadOnlyList<string> Ids, long? Etag)> ReadListAsync(OrganisationId organisation, CancellationToken cancellationToken) =>
        await store.ReadAsync(ListType, organisation.ToString(), cancellationToken) is { } row
            ? (JsonSerializer.Deserialize<List<string>>(row.Data)!, row.Etag)
            : ([], null);

    async Task<(ApiKey Key, long Etag)?> ReadAsync(string id, CancellationToken cancellationToken) =>
        await store.ReadAsync(RowType, id, cancellationToken) is { } row
            ? (JsonSerializer.Deserialize<ApiKey>(row.Data)!, row.Etag)
            : null;

    static byte[] Bytes(ApiKey key) => JsonSerializer.SerializeToUtf8Bytes(key);
}
