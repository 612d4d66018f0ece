using OrleansScheduling.GraphQL;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.GraphQL;

/// <summary>What callers are told while the database is away: nothing is wrong with what they sent, and when to try again.</summary>
static class Unavailable
{
    /// <summary>A server that was killed is back within a few seconds; another process may be able to answer at once.</summary>
    public const int RetrySeconds = 1;

    public const string Text =
        "The record cannot be reached just now. Whether a command was carried out is not known: send it again with the same key.";

    public static GraphQLError? ErrorOf(Exception failure) => LedgerFault.IsAway(failure)
        ? new GraphQLError(
            Text, code: GraphQLErrorCodes.Unavailable, extensions: new Dictionary<string, object?> { ["retryAfter"] = RetrySeconds })
        : null;
}
