using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using NodaTime;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Import.Jobs;

/// <summary>
/// The names that an imported job has inside: both follow from the contract's reference and the landlord's job reference, so that the
/// same row finds the same job again. The id also holds the day of reporting, which a relative date lets slip; the key does not, and
/// is what a job is looked for by.
/// </summary>
static class JobNames
{
    const char Separator = '\u001F';

    public static CommandKey KeyOf(string contractor, string contract, string reference, IEnumerable<string> cells)
    {
        var key = Hash($"import{Separator}{contractor}{Separator}{contract}{Separator}{reference}");
        var body = Hash(string.Join(Separator, cells));
        return new CommandKey(new Guid(key.AsSpan(0, 16)), BinaryPrimitives.ReadInt64LittleEndian(body));
    }

    /// <param name="attempt">0, and more only when another job has that id already.</param>
    public static JobId IdOf(string contract, string reference, LocalDate reported, int attempt)
    {
        var hash = Hash($"job{Separator}{contract}{Separator}{reference}{Separator}{attempt}");
        return JobId.Create(reported, BinaryPrimitives.ReadUInt32LittleEndian(hash));
    }

    static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
