using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using NodaTime;
using NodaTime.Text;
using OrleansScheduling.Domain.Identity;

namespace OrleansScheduling.Api.Desk;

/// <summary>
/// One caller's repair, from choosing what is to be done to the window that is held. It decides what references its jobs will have: the
/// same work at the same place is the same job, however often its pages are opened, gone back to or sent.
/// </summary>
/// <param name="Seed">Random, so that references cannot be told from one another.</param>
public sealed record Draft(LocalDate Day, string Seed)
{
    public JobId JobFor(ContractId contract, PropertyId property, IReadOnlyList<string> lines)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{Seed}\n{contract}\n{property}\n{string.Join('\n', lines)}"));
        return JobId.Create(Day, BinaryPrimitives.ReadUInt32LittleEndian(hash));
    }
}

/// <summary>
/// Drafts travel in the addresses of pages, so that a browser's own steps back and forth, a second tab or a page loaded again find the same
/// one. They are sealed for whom they were made: somebody who could choose a reference could try which ones are taken.
/// </summary>
public sealed class Drafts(IDataProtectionProvider protection)
{
    /// <summary>Longest sealed draft that is opened.</summary>
    const int MaxSealed = 512;

    const int SeedBytes = 16;

    readonly IDataProtector protector = protection.CreateProtector("draft 1");

    /// <param name="subject">Whose it is.</param>
    /// <param name="day">The day on which the repair is reported.</param>
    public string Begin(string subject, LocalDate day)
    {
        var seed = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SeedBytes));
        return protector.CreateProtector(subject).Protect($"{LocalDatePattern.Iso.Format(day)} {seed}");
    }

    /// <returns>Null for what is not a draft of that person's.</returns>
    public Draft? Open(string subject, string? sealedText)
    {
        if (sealedText is not { Length: > 0 and <= MaxSealed }) return null;
        try
        {
            return protector.CreateProtector(subject).Unprotect(sealedText).Split(' ') is [var day, var seed]
                && LocalDatePattern.Iso.Parse(day).TryGetValue(default, out var known)
                ? new Draft(known, seed)
                : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
