using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains.Offers;

namespace OrleansScheduling.Testing;

/// <summary>One command of a load, written as a line, so that whoever reads the line can send the very same command again.</summary>
/// <param name="Verb">Hold, Book, Move, Confirm or Cancel.</param>
/// <param name="Day">For claims.</param>
/// <param name="Hold">For confirmations: the hold's number.</param>
public sealed record LoadCommand(string Key, string Verb, JobId Job, int Property, DateOnly Day, string Window, int Hold)
{
    const string Holder = "load";

    public override string ToString() => string.Join(
        '\t', Key, Verb, Job.Value.ToString(CultureInfo.InvariantCulture), Property.ToString(CultureInfo.InvariantCulture),
        Day.ToString("O", CultureInfo.InvariantCulture), Window, Hold.ToString(CultureInfo.InvariantCulture));

    public static LoadCommand Parse(string line)
    {
        var parts = line.Split('\t');
        return new LoadCommand(
            parts[0], parts[1], new JobId(long.Parse(parts[2], CultureInfo.InvariantCulture)),
                int.Parse(parts[3], CultureInfo.InvariantCulture),
            DateOnly.ParseExact(parts[4], "O", CultureInfo.InvariantCulture), parts[5], int.Parse(parts[6], CultureInfo.InvariantCulture));
    }

    public Task<CommandAnswer> SendAsync(SchedulingNode node)
    {
        var job = node.Grains.GetGrain<IJobGrain>(Job.ToString());
        var context = new CommandContext(Key, new Asker(Town.Landlord.Value), Holder);
        return Verb switch
        {
            "Confirm" => job.Confirm(new ConfirmHold(context, Hold, Holder), CancellationToken.None),
            "Cancel" => job.Cancel(new CancelBooking(context, "No longer needed", CloseJob: true), CancellationToken.None),
            _ => job.Claim(new ClaimSlot(context, Enum.Parse<ClaimKind>(Verb), OfferOf(node), Holder, "Tap drips"), CancellationToken.None),
        };
    }

    /// <summary>What a search would have answered; the offer's text is not part of the command's identity.</summary>
    string OfferOf(SchedulingNode node)
    {
        var expires = Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow()) + Duration.FromMinutes(10);
        var offer = new Offer(
            Town.Contract, new PropertyId(Property), [Town.Tap], LocalDate.FromDateOnly(Day), new WindowCode(Window), null, expires);
        return node.Services.GetRequiredService<OfferTokens>().Encode(offer);
    }
}
