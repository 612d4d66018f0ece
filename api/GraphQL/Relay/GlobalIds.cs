using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using OrleansScheduling.Grains.Offers;

namespace OrleansScheduling.Api.GraphQL.Relay;

/// <summary>What a global id names. A number is never given another meaning: clients keep ids.</summary>
public enum NodeKind
{
    None = 0,
    Organisation = 1,
    Contract = 2,
    Property = 3,
    Operative = 4,
    Job = 5,
    Visit = 6,
    Rate = 7,
}

/// <summary>One key of a kind: a number, and for a visit its number within the job.</summary>
public readonly record struct NodeKey(NodeKind Kind, long Id, int Number = 0);

/// <summary>
/// Turns keys into opaque ids and back. A key is one block of AES under the installation's own key, so that an id says nothing of how many
/// there are, cannot be guessed, and stays the same for ever; texts (cursors, keys of several parts) are sealed with AES-GCM under a
/// nonce made of the text, so that equal texts give equal cursors and a changed one is noticed.
/// </summary>
public sealed class GlobalIds(OfferKey root)
{
    /// <summary>Longest id or cursor that is looked at, in characters: five sorted texts of 200 characters fit.</summary>
    public const int MaxLength = 8 * 1024;

    const int BlockBytes = 16;
    const int NonceBytes = 12;
    const int TagBytes = 16;

    readonly Lazy<byte[]> blockKey = new(() => Derive(root, "graphql ids"));
    readonly Lazy<byte[]> sealKey = new(() => Derive(root, "graphql seals"));
    readonly Lazy<byte[]> nonceKey = new(() => Derive(root, "graphql nonces"));

    /// <summary>An instance of <see cref="Aes"/> serves one thread.</summary>
    readonly ThreadLocal<Aes?> ciphers = new();

    static byte[] Derive(OfferKey root, string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, root.Value.ToArray(), 32, info: Encoding.ASCII.GetBytes(purpose));

    Aes Cipher
    {
        get
        {
            if (ciphers.Value is { } known) return known;
            var cipher = Aes.Create();
            cipher.Key = blockKey.Value;
            ciphers.Value = cipher;
            return cipher;
        }
    }

    public string Encode(NodeKind kind, long id, int number = 0)
    {
        // 3 bytes of zero are the check: a made-up id is a wrong one.
        Span<byte> block = stackalloc byte[BlockBytes];
        block.Clear();
        block[0] = (byte)kind;
        BinaryPrimitives.WriteInt32LittleEndian(block[4..], number);
        BinaryPrimitives.WriteInt64LittleEndian(block[8..], id);
        Span<byte> written = stackalloc byte[BlockBytes];
        Cipher.EncryptEcb(block, written, PaddingMode.None);
        return Base64Url.EncodeToString(written);
    }

    /// <summary>False for what is not an id of ours; to callers that is an id of something that is not there.</summary>
    public bool TryDecode(string? text, out NodeKey key)
    {
        key = default;
        if (text is null || !Base64Url.IsValid(text, out var length) || length != BlockBytes || text.Length > MaxLength) return false;
        Span<byte> written = stackalloc byte[BlockBytes];
        Span<byte> block = stackalloc byte[BlockBytes];
        Base64Url.DecodeFromChars(text, written);
        Cipher.DecryptEcb(written, block, PaddingMode.None);
        if (block[1] != 0 || block[2] != 0 || block[3] != 0 || !Enum.IsDefined((NodeKind)block[0])) return false;
        key = new NodeKey(
            (NodeKind)block[0], BinaryPrimitives.ReadInt64LittleEndian(block[8..]), BinaryPrimitives.ReadInt32LittleEndian(block[4..]));
        return true;
    }

    /// <summary>The number of an id of a kind; null for anything else.</summary>
    public long? Decode(NodeKind kind, string? text) => TryDecode(text, out var key) && key.Kind == kind ? key.Id : null;

    /// <summary>As <see cref="Decode"/>, for kinds whose numbers are small; 0, which nothing has, for anything else.</summary>
    public int DecodeSmall(NodeKind kind, string? text) => Decode(kind, text) is >= 0 and <= int.MaxValue and { } id ? (int)id : 0;

    public string Seal(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var written = new byte[NonceBytes + bytes.Length + TagBytes];
        var nonce = written.AsSpan(0, NonceBytes);
        HMACSHA256.HashData(nonceKey.Value, bytes).AsSpan(0, NonceBytes).CopyTo(nonce);
        using var cipher = new AesGcm(sealKey.Value, TagBytes);
        cipher.Encrypt(nonce, bytes, written.AsSpan(NonceBytes, bytes.Length), written.AsSpan(NonceBytes + bytes.Length));
        return Base64Url.EncodeToString(written);
    }

    public bool TryOpen(string? sealedText, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (sealedText is null || sealedText.Length > MaxLength || !Base64Url.IsValid(sealedText)) return false;
        var written = Base64Url.DecodeFromChars(sealedText);
        if (written.Length <= NonceBytes + TagBytes) return false;
        var bytes = new byte[written.Length - NonceBytes - TagBytes];
        using var cipher = new AesGcm(sealKey.Value, TagBytes);
        try
        {
            cipher.Decrypt(
                written.AsSpan(0, NonceBytes), written.AsSpan(NonceBytes, bytes.Length), written.AsSpan(NonceBytes + bytes.Length), bytes);
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }

        text = Encoding.UTF8.GetString(bytes);
        return true;
    }
}
