using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using OrleansScheduling.Api.Access.Tokens;
using OrleansScheduling.Grains.Registry;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Access.Demonstration;

/// <summary>
/// Issues tokens for the people of the demonstration, signed with a key of this installation's own. In Development only; elsewhere
/// nobody makes one, and its tokens are an unknown issuer's.
/// </summary>
public sealed class DemoIssuer : IIssuerKeys, IDisposable
{
    /// <summary>What its tokens are for, and whom they are by.</summary>
    public static readonly IssuerOptions Options = new()
    {
        Name = DemoPeople.Via,
        IsMadeUp = true,
        Authority = "urn:orleansscheduling:demonstration",
        Audience = "orleansscheduling",
        Organisations = ["*"],
    };

    public static readonly TimeSpan Life = TimeSpan.FromHours(8);

    readonly ECDsa key;
    readonly ECDsaSecurityKey signing;
    readonly RegistryCache registry;
    readonly IRegistryStore store;
    readonly TimeProvider time;

    /// <param name="directory">Where the key is kept from one start to the next.</param>
    public DemoIssuer(string directory, RegistryCache registry, IRegistryStore store, TimeProvider time)
    {
        (this.registry, this.store, this.time) = (registry, store, time);
        key = LoadOrCreate(Path.Combine(directory, "demonstration-issuer.pem"));
        signing = new ECDsaSecurityKey(key);
        signing.KeyId = Base64UrlEncoder.Encode(signing.ComputeJwkThumbprint());
    }

    public ValueTask<IReadOnlyList<SecurityKey>> CurrentAsync(CancellationToken cancellationToken) => new([signing]);

    public ValueTask<IReadOnlyList<SecurityKey>> ReadAgainAsync(CancellationToken cancellationToken) => new([signing]);

    /// <summary>People are chosen on our own page.</summary>
    public ValueTask<IssuerPlaces?> PlacesAsync(CancellationToken cancellationToken) => new((IssuerPlaces?)null);

    /// <summary>A token for one of the demonstration's people, with the claims that any issuer's has.</summary>
    public async Task<string> TokenForAsync(DemoPerson person, CancellationToken cancellationToken)
    {
        var (principal, view) = (person.Principal, registry.Current);
        var now = time.GetUtcNow().UtcDateTime;
        var claims = new Dictionary<string, object>
        {
            [JwtRegisteredClaimNames.Sub] = person.Id,
            [Options.OrganisationClaim] = view.Organisations[principal.Organisation].Reference,
            [Options.RolesClaim] = principal.Roles.Select(role => role.ToString()).ToArray(),
            [Options.ContractsClaim] = principal.Contracts.Named is { } named
                ? named.Select(contract => view.Contracts[contract].Reference).ToArray()
                : ["*"],
        };
        if (principal.Operative is { } operative) claims[Options.OperativeClaim] = view.Operatives[operative].Reference;
        if (principal.Home is { } home && await store.FindPropertyAsync(home, cancellationToken) is { } property)
            claims[Options.HomeClaim] = property.Reference;
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Options.Authority,
            Audience = Options.Audience,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + Life,
            Claims = claims,
            SigningCredentials = new SigningCredentials(signing, SecurityAlgorithms.EcdsaSha256),
        });
    }

    static ECDsa LoadOrCreate(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var key = ECDsa.Create();
        if (!File.Exists(path))
        {
            key.GenerateKey(ECCurve.NamedCurves.nistP256);
            var draft = $"{path}.{Guid.NewGuid():N}";
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var writer = new StreamWriter(path: draft, options: options)) writer.Write(key.ExportPkcs8PrivateKeyPem());
            // Whoever is first wins; all read that one.
            if (!TryMove(draft, path)) File.Delete(draft);
        }

        key.ImportFromPem(File.ReadAllText(path));
        return key;
    }

    static bool TryMove(string from, string to)
    {
        try
        {
            File.Move(from, to, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(to))
        {
            return false;
        }
    }

    public void Dispose() => key.Dispose();
}
