using Orleans.Runtime;
using OrleansScheduling.GraphQL;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.GraphQL;

/// <summary>
/// What callers are told while the database is away, or whoever was to answer them: nothing is wrong with what they sent, and when to try
/// again.
/// </summary>
static class Unavailable
{
    /// <summary>A server that was killed is back within a few seconds; another process may be able to answer at once.</summary>
    public const int RetrySeconds = 1;

    public const string Text =
        "The record cannot be reached just now. Whether a command was carried out is not known: send it again with the same key.";

    /// <summary>The database has a limit of its own, which may be below that of a request.</summary>
    const string StoppedText = "The question took too long. Ask for less.";

    /// <summary>
    /// Whether it is only for now: besides the database, a diary or job that has too many calls waiting or did not answer in time, the
    /// engine while it ends, and a full line of reports.
    /// </summary>
    public static bool IsFor(Exception failure) => LedgerFault.IsAway(failure)
        || failure is LimitExceededException or OrleansMessageRejectionException or TooManyReportsException;

    public static GraphQLError? ErrorOf(Exception failure)
    {
        if (IsFor(failure))
        {
            return new GraphQLError(
                failure is TooManyReportsException ? failure.Message : Text, code: GraphQLErrorCodes.Unavailable,
                extensions: new Dictionary<string, object?> { ["retryAfter"] = RetrySeconds });
        }

        return LedgerFault.IsStopped(failure) ? new GraphQLError(StoppedText, code: GraphQLErrorCodes.Timeout) : null;
    }
}
