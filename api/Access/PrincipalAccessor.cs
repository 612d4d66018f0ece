using System.Collections.Concurrent;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Grains.Registry;

namespace OrleansScheduling.Api.Access;

/// <summary>The principal of the request, or the one that was set for work outside of one.</summary>
sealed class PrincipalAccessor(IHttpContextAccessor http, RegistryCache registry, AccessScopes scopes) : IPrincipalAccessor
{
    Principal? current;
    bool isKnown;

    public Principal? Current
    {
        get
        {
            if (isKnown || !registry.IsLoaded) return current;
            current = PrincipalClaims.Read(http.HttpContext?.User, registry.Current);
            isKnown = true;
            return current;
        }
    }

    public AccessScope? Scope => Current is { } principal ? scopes.Of(principal) : null;

    public bool May(AccessAction action, RecordKind record) => Current is { } principal && Policy.Allows(principal, action, record);

    /// <summary>For a call over a connection that signed in when it was opened.</summary>
    public void Use(Principal? principal)
    {
        current = principal;
        isKnown = true;
    }
}

/// <summary>Works out whose records somebody sees, once for each version of the registry.</summary>
sealed class AccessScopes(RegistryCache registry)
{
    /// <summary>Most scopes that are kept; past it they are worked out afresh. One of five contracts is about 2 KB.</summary>
    const int MaxKept = 2048;

    /// <summary>Replaced as a whole: every request reads it.</summary>
    Kept? kept;

    sealed record Kept(RegistryView View, ConcurrentDictionary<string, AccessScope> Scopes);

    public AccessScope Of(Principal principal)
    {
        var view = registry.Current;
        if (kept is not { } known || known.View != view || known.Scopes.Count >= MaxKept) kept = known = new Kept(view, new());
        return known.Scopes.GetOrAdd(KeyOf(principal), _ => AccessScope.Of(principal, view.Contracts.Values));
    }

    /// <summary>All that makes a principal the one that it is.</summary>
    static string KeyOf(Principal principal) => string.Join(
        '\n',
        principal.Subject,
        principal.Organisation,
        principal.Kind,
        string.Join(',', principal.Roles.Order()),
        principal.Contracts.Named is { } named ? string.Join(',', named.Select(contract => contract.Value).Order()) : "*",
        principal.Operative,
        principal.Home);
}
