using Orleans.Runtime;
using OrleansScheduling.Api.GraphQL;
using OrleansScheduling.GraphQL;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Tests;

/// <summary>What is only so for now, and is told with when to try again.</summary>
public sealed class UnavailableTests
{
    public static TheoryData<Exception> OnlyForNow =>
    [
        new LedgerUnavailableException(new IOException("gone")),
        new LimitExceededException("As many calls wait for this diary as may."),
        new TimeoutException("No answer from a diary."),
        new SiloUnavailableException("This process ends."),
    ];

    [Theory]
    [MemberData(nameof(OnlyForNow))]
    public void Whoever_cannot_be_answered_now_is_told_to_send_it_again(Exception failure)
    {
        var told = Unavailable.ErrorOf(failure)!;
        Assert.Equal(GraphQLErrorCodes.Unavailable, told.Code);
        Assert.Equal(Unavailable.RetrySeconds, told.Extensions!["retryAfter"]);
    }

    [Fact]
    public void What_is_broken_is_not_told_to_be_sent_again() => Assert.Null(Unavailable.ErrorOf(new InvalidOperationException("broken")));
}
