using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using OrleansScheduling.Grains.Offers;

namespace OrleansScheduling.Api.Live;

/// <summary>
/// Feed positions as they are told outside. A position counts what everybody does; sealed and different each time, it tells where to go
/// on and nothing else.
/// </summary>
/// <remarks>
/// One AES block of the position, four random bytes and four zeros, which what others made up does not have (one in four thousand million
/// does, and is then a position that is looked up under the same rules). All processes of one database have the same key.
/// </remarks>
public sealed class FeedCursors(OfferKey key) : IDisposable
{
    const int BlockBytes = 16;
    const int KeyBytes = 32;

    /// <summary>Length of a cursor: 16 bytes as base64url.</summary>
    const int Length = 22;

    readonly Lazy<Aes> aes = new(() =>
    {
        var cipher = Aes.Create();
        cipher.Key = HKDF.DeriveKey(HashAlgorithmName.SHA256, key.Value.ToArray(), KeyBytes, info: "feed cursor 1"u8.ToArray());
        return cipher;
    });

    public string Encode(long position)
    {
        Span<byte> block = stackalloc byte[BlockBytes];
        Span<byte> hidden = stackalloc byte[BlockBytes];
        block.Clear();
        BinaryPrimitives.WriteInt64BigEndian(block, position);
        RandomNumberGenerator.Fill(block.Slice(sizeof(long), sizeof(int)));
        // A cipher is not for several threads at once.
        lock (aes) aes.Value.EncryptEcb(block, hidden, PaddingMode.None);
        return Base64Url.EncodeToString(hidden);
    }

    /// <summary>
    /// As <see cref="TryDecode"/>, for whoever wants to go on: what looks like a cursor and is none of ours was told by another
    /// installation, or by this one before its database was made anew. Nothing here is as far as it says.
    /// </summary>
    public bool TryResume(string? cursor, out long position)
    {
        if (TryDecode(cursor, out position)) return true;
        position = long.MaxValue;
        return cursor is { Length: Length } && Base64Url.IsValid(cursor);
    }

    public bool TryDecode(string? cursor, out long position)
    {
        position = 0;
        if (cursor is not { Length: Length } || !Base64Url.IsValid(cursor)) return false;
        Span<byte> block = stackalloc byte[BlockBytes];
        lock (aes) aes.Value.DecryptEcb(Base64Url.DecodeFromChars(cursor), block, PaddingMode.None);
        position = BinaryPrimitives.ReadInt64BigEndian(block);
        return position >= 0 && BinaryPrimitives.ReadInt32BigEndian(block[(sizeof(long) + sizeof(int))..]) == 0;
    }

    public void Dispose()
    {
        if (aes.IsValueCreated) aes.Value.Dispose();
    }
}
