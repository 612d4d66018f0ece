using NodaTime;
using OrleansScheduling.Domain.Identity;

namespace OrleansScheduling.Domain.Tests;

public sealed class JobIdTests
{
    const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    static IEnumerable<JobId> Samples()
    {
        var random = new Random(20_261_121);
        yield return new JobId(0);
        yield return new JobId(JobId.MaxValue);
        for (var i = 0; i < 300; i++) yield return new JobId(random.NextInt64(JobId.MaxValue + 1));
    }

    [Fact]
    public void A_reference_reads_back_as_the_same_job()
    {
        foreach (var id in Samples())
        {
            var text = id.ToString();
            Assert.Matches("^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$", text);
            foreach (var typed in new[] { text, text.ToLowerInvariant(), text.Replace("-", "", StringComparison.Ordinal), $" {text} ",
                text.Replace('0', 'o').Replace('1', 'l') })
            {
                Assert.True(JobId.TryParse(typed, out var read), typed);
                Assert.Equal(id, read);
            }
        }
    }

    [Fact]
    public void Every_single_wrong_character_is_caught()
    {
        foreach (var id in Samples())
        {
            var text = id.ToString();
            for (var i = 0; i < text.Length; i++)
            {
                foreach (var wrong in Alphabet.Where(_ => text[i] != '-').Where(wrong => wrong != text[i]))
                    Assert.False(JobId.TryParse($"{text[..i]}{wrong}{text[(i + 1)..]}", out _), $"{text}: {wrong} at {i}");
            }
        }
    }

    [Fact]
    public void Every_exchange_of_two_different_characters_is_caught()
    {
        foreach (var id in Samples())
        {
            var text = id.ToString().Replace("-", "", StringComparison.Ordinal);
            for (var i = 0; i < text.Length; i++)
            {
                for (var j = i + 1; j < text.Length; j++)
                {
                    if (text[i] == text[j]) continue;
                    var swapped = text.ToCharArray();
                    (swapped[i], swapped[j]) = (swapped[j], swapped[i]);
                    Assert.False(JobId.TryParse(new string(swapped), out _), $"{text}: {i} and {j}");
                }
            }
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("00000-0000")]
    [InlineData("00000-000000")]
    [InlineData("0000U-00000")]
    [InlineData("0000é-00000")]
    [InlineData("00000-0000000000000000000000000000000")]
    public void What_is_no_reference_is_refused(string? text) => Assert.False(JobId.TryParse(text, out _));

    [Fact]
    public void An_id_holds_the_days_that_it_says_and_no_others()
    {
        Assert.Equal(new JobId(5), JobId.Create(new LocalDate(2024, 1, 1), 5));
        Assert.Equal(JobId.MaxValue, JobId.Create(new LocalDate(2046, 6, 5), uint.MaxValue).Value);
        Assert.Throws<ArgumentOutOfRangeException>(() => JobId.Create(new LocalDate(2023, 12, 31), 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => JobId.Create(new LocalDate(2046, 6, 6), 0));
        Assert.Throws<ArgumentException>(() => new JobId(-1));
        Assert.Throws<ArgumentException>(() => new JobId(JobId.MaxValue + 1));
    }

    [Theory]
    [InlineData("N1", true)]
    [InlineData("GAS-SAFE", true)]
    [InlineData("A.B/C_D-E", true)]
    [InlineData("", false)]
    [InlineData("-A", false)]
    [InlineData("A-", false)]
    [InlineData("a", false)]
    [InlineData("A B", false)]
    [InlineData("ÄB", false)]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345", true)]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456", false)]
    public void Codes_follow_one_rule(string text, bool valid)
    {
        Assert.Equal(valid, CodeText.IsValid(text));
        if (!valid) Assert.Contains(text, Assert.Throws<ArgumentException>(() => new TradeCode(text)).Message, StringComparison.Ordinal);
    }
}
