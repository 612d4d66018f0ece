using System.Security.Cryptography;
using System.Text;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Grains.Booking;

/// <summary>A command's identity: who sent it, under which key, and what its body says.</summary>
internal sealed record Command(CommandContext Context, CommandKey Key)
{
    /// <param name="body">What makes the command this one and no other. Values that change when the same request is sent again stay out of it.</param>
    public static Command Of(CommandContext context, params ReadOnlySpan<string> body)
    {
        var key = SHA256.HashData(Encoding.UTF8.GetBytes($"{context.Organisation}\n{context.IdempotencyKey}"));
        var text = new StringBuilder();
        // Lengths in front keep two bodies from reading alike.
        foreach (var part in body) text.Append(part.Length).Append(':').Append(part);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
        return new Command(context, new CommandKey(new Guid(key.AsSpan(0, 16)), BitConverter.ToInt64(hash)));
    }

    /// <summary>Refuses a context that breaks the rules, naming the field, the value's length and the rule.</summary>
    public static Refusal? Faults(CommandContext context)
    {
        if (context.IdempotencyKey.Length is 0 or > CommandContext.MaxKeyLength)
            return Invalid("idempotencyKey", $"{context.IdempotencyKey.Length} characters", $"1 to {CommandContext.MaxKeyLength} characters");
        if (context.Actor.Length is 0 or > CommandContext.MaxActorLength)
            return Invalid("actor", $"{context.Actor.Length} characters", $"1 to {CommandContext.MaxActorLength} characters");
        return null;
    }

    public static Refusal Invalid(string field, string value, string rule) =>
        new(RefusalReason.InvalidInput, $"{field}: {value} is not valid; the rule is {rule}.");
}
