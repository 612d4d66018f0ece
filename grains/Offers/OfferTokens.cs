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
/// Turns offers into opaque tokens and back: base64url of the offer's text and an HMAC-SHA256 over it, so that nobody can claim what was
/// not
/// offered. Every process that serves one database has the same key.
/// </summary>
public sealed class OfferTokens(ReadOnlyMemory<byte> key)
{
    /// <summary>Longest token; longer ones are refused unread.</summary>
    public const int MaxLength = 1024;

    /// <summary>Bytes of key that are needed: as many as the hash has.</summary>
    public const int KeyBytes = 32;

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
        var token = new byte[bytes.Length + HMACSHA256.HashSizeInBytes];
        bytes.CopyTo(token, 0);
        HMACSHA256.HashData(key.Span, bytes, token.AsSpan(bytes.Length));
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
        if (bytes.Length <= HMACSHA256.HashSizeInBytes) return RefusalReason.OfferInvalid;
        var text = bytes.AsSpan(0, bytes.Length - HMACSHA256.HashSizeInBytes);
        var expected = HMACSHA256.HashData(key.Span, text);
        if (!CryptographicOperations.FixedTimeEquals(expected, bytes.AsSpan(text.Length))) return RefusalReason.OfferInvalid;

        // What is signed was written above: it has the right form, or it is of another version.
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
