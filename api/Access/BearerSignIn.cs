using OrleansScheduling.Api.Access.Keys;
using OrleansScheduling.Api.Access.Tokens;
using OrleansScheduling.Api.Hosting;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Grains.Registry;

namespace OrleansScheduling.Api.Access;

/// <summary>
/// Tells from a bearer's secret who it is: an API key or a signed token. The one way in for whatever does not come with a session, over
/// HTTP or as the first message of a WebSocket.
/// </summary>
public sealed class BearerSignIn(
    TokenSignIn tokens, ApiKeys keys, FailureLimit failures, RegistryCache registry, CallerPatience patience, TimeProvider time)
{
    /// <summary>How a key's holder signed in.</summary>
    public const string ViaKey = "key";

    /// <summary>A connection that signed in with a key is ended after so long, so that a revoked key loses it.</summary>
    static readonly TimeSpan KeyConnection = TimeSpan.FromHours(1);

    /// <param name="address">As of <see cref="FailureLimit.AddressOf"/>.</param>
    /// <returns>Null when the address has sent so many bad ones that this one was not looked at.</returns>
    public async Task<SignInOutcome?> SignInAsync(string secret, string address, CancellationToken cancellationToken)
    {
        // Before the registry is there nobody is known; that is not the caller's failure.
        if (!registry.IsLoaded) return SignInOutcome.Refused;
        if (failures.IsReached(address) && !keys.WasGood(secret)) return null;
        var outcome = ApiKeyText.IsKey(secret)
            ? await ByKeyAsync(secret, cancellationToken)
            : await tokens.SignInAsync(secret, cancellationToken);
        if (outcome.Principal is null) failures.Count(address);
        return outcome;
    }

    async Task<SignInOutcome> ByKeyAsync(string text, CancellationToken cancellationToken)
    {
        if (await patience.SignInAsync(keys.CheckAsync(text, cancellationToken)) is not { } key || PrincipalOf(key) is not { } principal)
            return SignInOutcome.Refused;
        var until = time.GetUtcNow() + KeyConnection;
        return new SignInOutcome(principal, ViaKey, until < key.ExpiresAt ? until : key.ExpiresAt);
    }

    Principal? PrincipalOf(ApiKey key)
    {
        if (!registry.Current.Organisations.TryGetValue(new OrganisationId(key.Organisation), out var organisation)) return null;
        var roles = key.Roles.Select(TokenPrincipals.RoleOf).Where(role => role != Role.None).ToHashSet();
        if (roles.Count == 0) return null;
        var contracts = key.Contracts is { } named ? ContractScope.Of(named.Select(id => new ContractId(id))) : ContractScope.All;
        return new Principal($"{ViaKey}:{key.Id}", organisation.Id, organisation.Kind, roles, contracts, null);
    }
}
