using System.Text.RegularExpressions;
using OrleansScheduling.Domain.Booking;

namespace OrleansScheduling.Domain.Tests;

/// <summary>A refusal is read out to somebody on the telephone.</summary>
public sealed partial class RefusalTests
{
    /// <summary>Words of those who build the system, which say nothing to those who call.</summary>
    [GeneratedRegex(
        "idempot|keys?\\b|token|command|commit|request|version|ledger|feed|grain|fence|claim|cursor|database|transaction|valid|input"
        + "|error|exception|index|registry|\\bnull\\b|_",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Technical();

    static IEnumerable<RefusalReason> Reasons => Enum.GetValues<RefusalReason>().Where(reason => reason != RefusalReason.None);

    public static TheoryData<RefusalReason> All => [.. Reasons];

    [Theory]
    [MemberData(nameof(All))]
    public void Every_reason_has_a_sentence_that_a_call_handler_can_read_out(RefusalReason reason)
    {
        var text = Refusal.Of(reason).Text;

        Assert.Empty(Technical().Matches(text).Select(match => match.Value));
        Assert.True(char.IsUpper(text[0]) && text.EndsWith('.'), text);
        Assert.InRange(text.Split(' ').Length, 4, 24);
    }

    [Fact]
    public void No_two_reasons_are_told_alike_and_none_is_no_reason()
    {
        Assert.Equal(Reasons.Count(), Reasons.Select(reason => Refusal.Of(reason).Text).Distinct().Count());
        Assert.Throws<ArgumentOutOfRangeException>(() => Refusal.Of(RefusalReason.None));
    }
}
