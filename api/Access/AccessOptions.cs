using System.Text.RegularExpressions;

namespace OrleansScheduling.Api.Access;

/// <summary>Who may sign in, and how: section <c>Access</c>.</summary>
public sealed partial record AccessOptions
{
    /// <summary>Longest life of a session in a browser: a long shift. Then one signs in again.</summary>
    public const int MaxSessionHours = 24;

    /// <summary>
    /// Whether people of the demonstration can be chosen at sign-in; by itself only in Development. Elsewhere it stops the start.
    /// </summary>
    public bool? Demonstration { get; init; }

    /// <summary>The OpenID Connect issuers whose tokens are accepted.</summary>
    public IssuerOptions[] Issuers { get; init; } = [];

    /// <summary>How long somebody stays signed in, 1 to 24 hours.</summary>
    public int SessionHours { get; init; } = 12;

    /// <summary>Sign-ins that one address may try in a minute.</summary>
    public int SignInsPerMinute { get; init; } = 30;

    /// <summary>Tokens and keys that are not good which one address may send in a minute; past it, none is looked at.</summary>
    public int FailuresPerMinute { get; init; } = 30;

    /// <exception cref="InvalidOperationException">A setting that would let in somebody it should not, or nobody.</exception>
    public void Validate(bool isDevelopment)
    {
        if (Demonstration == true && !isDevelopment)
            throw new InvalidOperationException("Access:Demonstration lets anybody in as anybody. It is for Development only.");
        Check(SessionHours is >= 1 and <= MaxSessionHours, $"Access:SessionHours is from 1 to {MaxSessionHours}.");
        Check(SignInsPerMinute > 0 && FailuresPerMinute > 0, "Access:SignInsPerMinute and Access:FailuresPerMinute are at least 1.");
        foreach (var issuer in Issuers) issuer.Validate();
        Check(Issuers.Select(issuer => issuer.Name).Distinct(StringComparer.Ordinal).Count() == Issuers.Length,
            "Access:Issuers: each has a Name of its own.");
        Check(Issuers.Select(issuer => issuer.Authority).Distinct(StringComparer.Ordinal).Count() == Issuers.Length,
            "Access:Issuers: each has an Authority of its own.");
    }

    internal static void Check(bool holds, string rule)
    {
        if (!holds) throw new InvalidOperationException(rule);
    }

    [GeneratedRegex("^[a-z][a-z0-9-]{0,15}$", RegexOptions.CultureInvariant, 1000)]
    internal static partial Regex IssuerName();
}

/// <summary>One OpenID Connect issuer, and what its tokens may say.</summary>
public sealed record IssuerOptions
{
    /// <summary>Names that we use ourselves.</summary>
    static readonly string[] Taken = ["demo", "key"];

    /// <summary>1 to 16 of a-z, 0-9 and -; it stands in front of the subjects in the record, so it stays.</summary>
    public string Name { get; init; } = "";

    /// <summary>What people see on the sign-in page; empty: the name.</summary>
    public string Title { get; init; } = "";

    /// <summary>The issuer's address, exactly as its tokens say it; the discovery document stands below it.</summary>
    public string Authority { get; init; } = "";

    /// <summary>The audience that a token must be made for.</summary>
    public string Audience { get; init; } = "";

    /// <summary>
    /// Our name at the issuer as a web application, so that people can sign in there for the pages; empty: only systems' tokens are
    /// accepted.
    /// </summary>
    public string ClientId { get; init; } = "";

    /// <summary>The web application's secret.</summary>
    public string ClientSecret { get; init; } = "";

    /// <summary>What is asked for when somebody signs in, with a space between; <c>openid</c> is among it.</summary>
    public string Scopes { get; init; } = "openid profile";

    /// <summary>Whether people sign in to the pages there.</summary>
    public bool IsForPeople => ClientId.Length > 0;

    /// <summary>References of the organisations that it may speak for, or one "*" for all.</summary>
    public string[] Organisations { get; init; } = [];

    /// <summary>The claim with the organisation's reference.</summary>
    public string OrganisationClaim { get; init; } = "organisation";

    /// <summary>The claim with the roles' names.</summary>
    public string RolesClaim { get; init; } = "roles";

    /// <summary>The claim with contracts' references, or "*" for all of the organisation's.</summary>
    public string ContractsClaim { get; init; } = "contracts";

    /// <summary>The claim with the reference of the operative whose diary is one's own.</summary>
    public string OperativeClaim { get; init; } = "operative";

    /// <summary>The claim with the reference of the home in which a tenant lives.</summary>
    public string HomeClaim { get; init; } = "home";

    /// <summary>Whether its people are made up, and have no names to be kept out of the record.</summary>
    internal bool IsMadeUp { get; init; }

    public bool MaySpeakFor(string organisation) =>
        Organisations.Contains("*", StringComparer.Ordinal) || Organisations.Contains(organisation, StringComparer.Ordinal);

    internal void Validate()
    {
        AccessOptions.Check(AccessOptions.IssuerName().IsMatch(Name) && !Taken.Contains(Name, StringComparer.Ordinal),
            "Access:Issuers: a Name is 1 to 16 of a-z, 0-9 and -, and neither 'demo' nor 'key'.");
        AccessOptions.Check(
            Uri.TryCreate(Authority, UriKind.Absolute, out var address)
                && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)),
            $"Access:Issuers: {Name}'s Authority is an https address.");
        AccessOptions.Check(Audience.Length > 0, $"Access:Issuers: {Name} has an Audience.");
        AccessOptions.Check(Organisations.Length > 0,
            $"Access:Issuers: {Name} names the Organisations that it may speak for, or one '*'.");
        AccessOptions.Check(IsForPeople == ClientSecret.Length > 0, $"Access:Issuers: {Name} has ClientId and ClientSecret, or neither.");
        AccessOptions.Check(Scopes.Split(' ').Contains("openid", StringComparer.Ordinal),
            $"Access:Issuers: {Name}'s Scopes have 'openid' among them.");
    }
}
