using System.Globalization;
using System.Security.Claims;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Grains.Registry;

namespace OrleansScheduling.Api.Access;

/// <summary>
/// A principal as the claims that the host carries from the sign-in to the request: ids only. Whatever way somebody came, this is what is
/// left of it.
/// </summary>
static class PrincipalClaims
{
    /// <summary>How somebody signed in: an issuer's name, "demo" or "key".</summary>
    public const string Via = "via";

    const string Subject = "sub";
    const string Organisation = "org";
    const string Role = "role";
    const string Contract = "contract";
    const string AllContracts = "*";
    const string Operative = "operative";
    const string Home = "home";

    public static ClaimsPrincipal Write(Principal principal, string via, string scheme)
    {
        var claims = new List<Claim>
        {
            new(Subject, principal.Subject),
            new(Via, via),
            new(Organisation, principal.Organisation.ToString()),
        };
        claims.AddRange(principal.Roles.Select(role => new Claim(Role, role.ToString())));
        if (principal.Contracts.Named is { } named) claims.AddRange(named.Select(contract => new Claim(Contract, contract.ToString())));
        else claims.Add(new Claim(Contract, AllContracts));
        if (principal.Operative is { } operative) claims.Add(new Claim(Operative, operative.ToString()));
        if (principal.Home is { } home) claims.Add(new Claim(Home, home.ToString()));
        return new ClaimsPrincipal(new ClaimsIdentity(claims, scheme, Subject, Role));
    }

    /// <summary>The principal, or null for somebody who has not signed in or whose organisation is not there any more.</summary>
    public static Principal? Read(ClaimsPrincipal? user, RegistryView view)
    {
        if (user?.Identity is not ClaimsIdentity { IsAuthenticated: true } identity) return null;
        if (identity.FindFirst(Subject)?.Value is not { } subject || !Principal.IsSubject(subject)) return null;
        if (Number(identity, Organisation) is not { } id) return null;
        if (!view.Organisations.TryGetValue(new OrganisationId(id), out var organisation)) return null;
        var roles = identity.FindAll(Role)
            .Select(claim => Enum.TryParse<Role>(claim.Value, out var role) ? role : Domain.Access.Role.None)
            .Where(role => role != Domain.Access.Role.None).ToHashSet();
        if (roles.Count == 0) return null;
        return new Principal(
            subject,
            organisation.Id,
            organisation.Kind,
            roles,
            ContractsOf(identity),
            Number(identity, Operative) is { } operative ? new OperativeId(operative) : null,
            Number(identity, Home) is { } home ? new PropertyId(home) : null);
    }

    /// <summary>Who it is; null for who has not signed in.</summary>
    public static string? SubjectOf(ClaimsPrincipal? user) =>
        user?.Identity is ClaimsIdentity { IsAuthenticated: true } identity ? identity.FindFirst(Subject)?.Value : null;

    /// <summary>Tells somebody who has signed in from everybody else; null for who has not.</summary>
    public static string? KeyOf(ClaimsPrincipal? user) => user?.Identity is ClaimsIdentity { IsAuthenticated: true } identity
        ? $"{identity.FindFirst(Organisation)?.Value} {identity.FindFirst(Subject)?.Value}" : null;

    static ContractScope ContractsOf(ClaimsIdentity identity) => identity.HasClaim(Contract, AllContracts)
        ? ContractScope.All
        : ContractScope.Of(identity.FindAll(Contract).Select(claim => Number(claim.Value)).OfType<int>()
            .Select(number => new ContractId(number)));

    static int? Number(ClaimsIdentity identity, string type) => Number(identity.FindFirst(type)?.Value);

    static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
