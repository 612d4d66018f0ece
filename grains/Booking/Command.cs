using System.Security.Cryptography;
using System.Text;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Grains.Booking;

/// <summary>A command's identity: who sent it, under which key, and what its body says.</summary>
internal sealed record Command(CommandContext Context, CommandKey Key)
{
    /// <summary>Longest value that is repeated in a refusal's text.</summary>
    const int MaxQuotedLength = 64;

    /// <param name="body">What makes the command this one and no other. Values that change when the same request is sent again stay out of
    /// it.</param>
    public static Command Of(CommandContext context, params ReadOnlySpan<string> body)
    {
        var text = new StringBuilder();
        // Lengths in front keep two bodies from reading alike.
        foreach (var part in body) text.Append(part.Length).Append(':').Append(part);
        var key = IdempotencyKeys.Of(context.Asker.Organisation, context.IdempotencyKey);
        return new Command(context, new CommandKey(key, HashOf(text.ToString())));
    }

    /// <summary>
    /// The identity of what the engine does by itself: one decision on certain versions of certain diaries. The key is longer than any
    /// caller's, so the two never meet.
    /// </summary>
    public static CommandKey OfEngine(OrganisationId contractor, string decidedOn, string decision) => new(
        IdempotencyKeys.Of(contractor.Value, $"the engine, which sends no key of its own, on what it decides by itself, about {decidedOn}"),
        HashOf(decision));

    static long HashOf(string text) => BitConverter.ToInt64(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Refuses a context that breaks the rules, naming the field, the value's length and the rule.</summary>
    public static Refusal? Faults(CommandContext context) =>
        TextFault("idempotencyKey", context.IdempotencyKey, 1, CommandContext.MaxKeyLength)
        ?? TextFault("actor", context.Actor, 1, CommandContext.MaxActorLength);

    public static Refusal? HolderFault(string holder) => TextFault("holder", holder, 1, Hold.MaxHolderLength);

    public static Refusal? DescriptionFault(string description) => TextFault("description", description, 0, Job.MaxDescriptionLength);

    public static Refusal? TextFault(string field, string? value, int least, int most)
    {
        if (value is null) return Invalid(field, "nothing", $"{least} to {most} characters");
        if (value.Length < least || value.Length > most)
            return Invalid(field, $"{value.Length} characters", $"{least} to {most} characters");
        return PlainText.IsValid(value) ? null : Invalid(field, "text that no database can hold", PlainText.Rule);
    }

    public static Refusal? LinesFault(IReadOnlyList<string> lines)
    {
        if (lines is null) return Invalid("lines", "nothing", $"1 to {JobRequirement.MaxLines} lines");
        foreach (var line in lines)
        {
            if (!CodeText.IsValid(line)) return Invalid("lines", $"'{line}'", CodeText.Rule);
        }

        return null;
    }

    public static Refusal Invalid(string field, string value, string rule)
    {
        var quoted = value.Length <= MaxQuotedLength ? value : $"{value[..MaxQuotedLength]}…";
        return new(RefusalReason.InvalidInput, $"{field}: {quoted} is not valid; the rule is {rule}.");
    }
}
