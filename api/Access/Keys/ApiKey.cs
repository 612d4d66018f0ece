using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace OrleansScheduling.Api.Access.Keys;

/// <summary>
/// A secret by which a system signs in, as it is kept: not the secret, only a hash of it.
/// </summary>
/// <param name="Id">The part that is shown, and by which the record is found.</param>
/// <param name="Name">What the key is for, in its maker's words.</param>
/// <param name="Roles">By name.</param>
/// <param name="Contracts">Null: all of the organisation's.</param>
/// <param name="Hash">See <see cref="ApiKeyText.HashOf"/>.</param>
/// <param name="LastUsedAt">To the hour.</param>
public sealed record ApiKey(
    string Id,
    int Organisation,
    string Name,
    IReadOnlyList<string> Roles,
    IReadOnlyList<int>? Contracts,
    byte[] Hash,
    DateTimeOffset CreatedAt,
    string CreatedBy,
    DateTimeOffset ExpiresAt,
    DateTimeOffset? RevokedAt = null,
    string? RevokedBy = null,
    DateTimeOffset? LastUsedAt = null)
{
    public const int MaxNameLength = 60;

    /// <summary>Two years: a key that nobody changes for longer is one that nobody looks after.</summary>
    public const int MaxDays = 730;

    public const int DefaultDays = 365;

    public string Prefix => ApiKeyText.Prefix + Id;

    public bool IsGood(DateTimeOffset now) => RevokedAt is null && now < ExpiresAt;

    /// <summary>"good", "expired" or "revoked".</summary>
    public string State(DateTimeOffset now) => RevokedAt is not null ? "revoked" : IsGood(now) ? "good" : "expired";
}

/// <summary>
/// The text of a key: <c>osk_</c>, ten characters that name it, <c>_</c>, and 256 random bits as base64url.
/// </summary>
/// <remarks>
/// So many random bits can't be guessed from a fast hash either: slow hashes are for what people choose. The hash is over the whole
/// text with a name of its own in front, so that it is a hash of nothing else.
/// </remarks>
public static class ApiKeyText
{
    public const string Prefix = "osk_";

    const int IdLength = 10;
    const int SecretBytes = 32;
    const int SecretLength = 43;
    const int Length = 4 + IdLength + 1 + SecretLength;
    const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    public static (string Id, string Text) Draw()
    {
        var id = RandomNumberGenerator.GetString(Alphabet, IdLength);
        return (id, $"{Prefix}{id}_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes))}");
    }

    /// <summary>Whether it is meant to be a key, well formed or not.</summary>
    public static bool IsKey(string text) => text.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The id of a well-formed key, or null.</summary>
    public static string? IdOf(string text)
    {
        if (text.Length != Length || !IsKey(text) || text[Prefix.Length + IdLength] != '_') return null;
        var id = text.Substring(Prefix.Length, IdLength);
        return id.All(character => Alphabet.Contains(character, StringComparison.Ordinal))
            && Base64Url.IsValid(text.AsSpan(Prefix.Length + IdLength + 1)) ? id : null;
    }

    public static byte[] HashOf(string text) => SHA256.HashData(Encoding.UTF8.GetBytes("OrleansScheduling API key 1\n" + text));
}
