using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Grains.Registry;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Access.Tokens;

/// <summary>
/// Whom a token's claims stand for. They name things by the references that other systems know; what is not in the registry is not there.
/// </summary>
public sealed class TokenPrincipals(RegistryCache registry, IRegistryStore store)
{
    const string All = "*";

    /// <summary>More roles than there are is a mistake.</summary>
    const int MaxValues = ContractScope.MaxNamed;

    /// <summary>The subject's hash: 132 bits, so that no two meet.</summary>
    const int SubjectLength = 22;

    /// <summary>Null when the token says of nobody who could do anything here.</summary>
    public async Task<Principal?> OfAsync(IssuerOptions issuer, JsonWebToken token, CancellationToken cancellationToken)
    {
        if (!registry.IsLoaded || string.IsNullOrEmpty(token.Subject)) return null;
        var view = registry.Current;
        if (Single(token, issuer.OrganisationClaim) is not { } reference || !issuer.MaySpeakFor(reference)) return null;
        if (view.Organisations.Values.FirstOrDefault(one => one.Reference == reference) is not { } organisation) return null;
        var roles = Values(token, issuer.RolesClaim).Select(RoleOf).Where(role => role != Role.None).ToHashSet();
        if (roles.Count == 0 || ContractsOf(Values(token, issuer.ContractsClaim), view) is not { } contracts) return null;
        return new Principal(
            SubjectOf(issuer, token.Subject),
            organisation.Id,
            organisation.Kind,
            roles,
            contracts,
            OperativeOf(Single(token, issuer.OperativeClaim), organisation, view),
            await HomeOfAsync(Single(token, issuer.HomeClaim), organisation, cancellationToken));
    }

    /// <summary>
    /// An opaque subject: issuers use names and e-mail addresses, which have no place in the record. The same each time, and an
    /// administrator who knows issuer and subject can work it out.
    /// </summary>
    public static string SubjectOf(IssuerOptions issuer, string subject)
    {
        if (issuer.IsMadeUp) return $"{issuer.Name}:{subject}";
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{issuer.Authority}\n{subject}"));
        return $"{issuer.Name}:{Base64Url.EncodeToString(hash)[..SubjectLength]}";
    }

    /// <summary>"CALL_HANDLER", "call-handler" and "CallHandler" are one role; numbers are none.</summary>
    public static Role RoleOf(string name)
    {
        var letters = name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
        return letters.All(char.IsAsciiLetter) && Enum.TryParse<Role>(letters, ignoreCase: true, out var role) ? role : Role.None;
    }

    /// <summary>Nothing said is not "all": a claim with a misspelt name must not open everything.</summary>
    static ContractScope? ContractsOf(IReadOnlyList<string> references, RegistryView view)
    {
        if (references.Count == 0) return null;
        if (references is [All]) return ContractScope.All;
        var named = references.ToHashSet(StringComparer.Ordinal);
        return ContractScope.Of(
            view.Contracts.Values.Where(contract => named.Contains(contract.Reference)).Select(contract => contract.Id));
    }

    static OperativeId? OperativeOf(string? reference, Organisation organisation, RegistryView view) =>
        reference is not null
            ? view.Operatives.Values.FirstOrDefault(one => one.Contractor == organisation.Id && one.Reference == reference)?.Id
            : null;

    async Task<PropertyId?> HomeOfAsync(string? reference, Organisation organisation, CancellationToken cancellationToken) =>
        reference is not null && organisation.Kind == OrganisationKind.Client
            ? (await store.FindPropertyAsync(organisation.Id, reference, cancellationToken))?.Id
            : null;

    /// <summary>A list of names: a claim's entries, or the words of its one text.</summary>
    static List<string> Values(JsonWebToken token, string type)
    {
        var values = token.Claims.Where(claim => claim.Type == type).Select(claim => claim.Value).Take(MaxValues + 1).ToList();
        if (values is [var text]) values = [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        return values.Count <= MaxValues ? values : [];
    }

    /// <summary>A claim with one value; null when it has none or several.</summary>
    static string? Single(JsonWebToken token, string type) =>
        token.Claims.Where(claim => claim.Type == type).Take(2).ToList() is [var only] && only.Value.Length > 0 ? only.Value : null;
}
