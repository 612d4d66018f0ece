using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NodaTime;
using NodaTime.Text;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;

namespace OrleansScheduling.Grains.Offers;

/// <summary>
/// Turns offers into opaque tokens and back: the offer's text, sealed with AES-256-GCM, so that nobody can claim what was not offered, or
/// read the numbers that the registry counts by. The nonce is a hash of the text under a key of its own (the idea of RFC 8452), so no
/// number of offers wears the key out, and one offer is always one token. Every process that serves one database has the same key.
/// </summary>
public sealed class OfferTokens(ReadOnlyMemory<byte> key)
{
    /// <summary>Longest token; longer ones are refused unread.</summary>
    public const int MaxLength = 1024;

    /// <summary>Bytes of key that are needed, and of each key that is derived from it.</summary>
    public const int KeyBytes = 32;

    static readonly int NonceBytes = AesGcm.NonceByteSizes.MaxSize;
    static readonly int TagBytes = AesGcm.TagByteSizes.MaxSize;

    readonly byte[] nonceKey = HKDF.DeriveKey(HashAlgorithmName.SHA256, key.ToArray(), KeyBytes, info: "offer nonce"u8.ToArray());

    /// <summary>One a thread: an instance serves one call at a time.</summary>
    readonly ThreadLocal<AesGcm> cipher = new(() => new AesGcm(
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key.ToArray(), KeyBytes, info: "offer seal"u8.ToArray()), TagBytes));

    const string Version = "1";

    public string Encode(Offer offer)
    {
        var text = string.Join('|',
            Version,
            offer.Contract.Value.ToString(CultureInfo.InvariantCulture),
            offer.Property.Value.ToString(CultureInfo.InvariantCulture),
            string.Join(' ', offer.Lines),
            LocalDatePattern.Iso.Format(offer.Day),
            offer.Window.Value,
            (offer.Job?.Value ?? 0).ToString(CultureInfo.InvariantCulture),
            offer.ExpiresAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        var bytes = Encoding.UTF8.GetBytes(text);
        var token = new byte[NonceBytes + bytes.Length + TagBytes];
        HMACSHA256.HashData(nonceKey, bytes).AsSpan(0, NonceBytes).CopyTo(token);
        cipher.Value!.Encrypt(
            token.AsSpan(0, NonceBytes), bytes, token.AsSpan(NonceBytes, bytes.Length), token.AsSpan(NonceBytes + bytes.Length));
        return Base64Url.EncodeToString(token);
    }

    /// <summary>
    /// The offer, which may have expired; or <see cref="RefusalReason.OfferInvalid"/>, or <see cref="RefusalReason.OfferExpired"/> for one
    /// of an older form.
    /// </summary>
    public Outcome<Offer> Decode(string token)
    {
        if (token is null or { Length: 0 or > MaxLength } || !Base64Url.IsValid(token)) return RefusalReason.OfferInvalid;
        var bytes = Base64Url.DecodeFromChars(token);
        var length = bytes.Length - NonceBytes - TagBytes;
        if (length <= 0) return RefusalReason.OfferInvalid;
        var text = new byte[length];
        try
        {
            cipher.Value!.Decrypt(
                bytes.AsSpan(0, NonceBytes), bytes.AsSpan(NonceBytes, length), bytes.AsSpan(NonceBytes + length), text);
        }
        catch (AuthenticationTagMismatchException)
        {
            return RefusalReason.OfferInvalid;
        }

        // What is sealed was written above: it has the right form, or it is of another version.
        var parts = Encoding.UTF8.GetString(text).Split('|');
        if (parts[0] != Version) return RefusalReason.OfferExpired;
        var job = long.Parse(parts[6], CultureInfo.InvariantCulture);
        return new Offer(
            new ContractId(int.Parse(parts[1], CultureInfo.InvariantCulture)),
            new PropertyId(int.Parse(parts[2], CultureInfo.InvariantCulture)),
            [.. parts[3].Split(' ').Select(code => new SorCode(code))],
            LocalDatePattern.Iso.Parse(parts[4]).Value,
            new WindowCode(parts[5]),
            job == 0 ? null : new JobId(job),
            Instant.FromUnixTimeSeconds(long.Parse(parts[7], CultureInfo.InvariantCulture)));
    }
}
