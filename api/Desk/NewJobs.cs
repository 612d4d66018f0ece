using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using NodaTime;
using OrleansScheduling.Domain.Identity;

namespace OrleansScheduling.Api.Desk;

/// <summary>
/// References for jobs that are not recorded yet. They travel with a form, so that the form sent twice makes one job, and they are sealed:
/// somebody who could choose a reference could try which ones are taken.
/// </summary>
public sealed class NewJobs(IDataProtectionProvider protection)
{
    /// <summary>Longest sealed reference that is opened.</summary>
    const int MaxSealed = 512;

    readonly IDataProtector protector = protection.CreateProtector("new job 1");

    /// <param name="subject">Whose form it is.</param>
    public string Draw(string subject, LocalDate day)
    {
        var id = JobId.Create(day, BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4)));
        return protector.CreateProtector(subject).Protect(id.ToString());
    }

    public JobId? Open(string subject, string? sealedText)
    {
        if (sealedText is not { Length: > 0 and <= MaxSealed }) return null;
        try
        {
            return JobId.TryParse(protector.CreateProtector(subject).Unprotect(sealedText), out var id) ? id : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
