using OrleansScheduling.Api.Desk;
using OrleansScheduling.Domain.Booking;

namespace OrleansScheduling.Api.Tests;

/// <summary>After a refusal the page says what can be done, whatever the reason.</summary>
public sealed class WhatNextTests
{
    public static TheoryData<string> All => [.. Enum.GetNames<RefusalReason>().Where(name => name != nameof(RefusalReason.None))];

    [Theory]
    [MemberData(nameof(All))]
    public void Every_reason_has_advice_that_names_nothing_of_the_machine(string reason)
    {
        var advice = WhatNext.For(reason);

        Assert.NotEqual(WhatNext.For("Unheard of"), advice);
        Assert.True(char.IsUpper(advice[0]) && advice.EndsWith('.'), advice);
        Assert.All(new[] { "idempot", "token", "command", "commit", "ledger", "feed", "version" },
            word => Assert.DoesNotContain(word, advice, StringComparison.OrdinalIgnoreCase));
    }
}
