using System.Globalization;
using OrleansScheduling.GraphQL.Validation;

namespace OrleansScheduling.GraphQL.Execution;

public sealed partial class GraphQLOptions
{
    /// <summary>No page, no cache and no connection has a use for more.</summary>
    const int CountCeiling = 1_000_000;

    /// <summary>Timers count to 49 days; nobody waits for an answer for more than this.</summary>
    static readonly TimeSpan TimeCeiling = TimeSpan.FromDays(1);

    /// <summary>Timers count milliseconds.</summary>
    static readonly TimeSpan TimeFloor = TimeSpan.FromMilliseconds(1);

    internal FieldMergingLimits FieldMergingLimits => new(SameNameFieldsMax, FieldComparisonsMax);

    /// <summary>An engine is not made of options that can't be meant.</summary>
    /// <param name="section">Where the application has these settings, for the message.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its bounds, which the message names.</exception>
    /// <exception cref="ArgumentException">Settings contradict each other.</exception>
    public void Validate(string section = "GraphQL")
    {
        Check(DocumentBytesMax, 1, int.MaxValue, nameof(DocumentBytesMax));
        Check(TokensMax, 1, int.MaxValue, nameof(TokensMax));
        Check(OperationsMax, 1, int.MaxValue, nameof(OperationsMax));
        Check(DepthMax, 1, int.MaxValue, nameof(DepthMax));
        Check(AliasesMax, 0, int.MaxValue, nameof(AliasesMax));
        Check(DirectivesMax, 0, int.MaxValue, nameof(DirectivesMax));
        Check(FragmentVisitsMax, 0, int.MaxValue, nameof(FragmentVisitsMax));
        Check(SameNameFieldsMax, 1, int.MaxValue, nameof(SameNameFieldsMax));
        Check(FieldComparisonsMax, 1, int.MaxValue, nameof(FieldComparisonsMax));
        Check(CostMax, 1, int.MaxValue, nameof(CostMax));
        Check(ListSizeAssumed, 1, CountCeiling, nameof(ListSizeAssumed));
        Check(PageSizeMax, 1, CountCeiling, nameof(PageSizeMax));
        Check(PageSizeDefault, 1, PageSizeMax, nameof(PageSizeDefault), nameof(PageSizeMax));
        CheckTime(RequestTimeout, nameof(RequestTimeout));
        Check(RequestBytesMax, 1, int.MaxValue, nameof(RequestBytesMax));
        Check(SubscriptionsPerConnectionMax, 1, CountCeiling, nameof(SubscriptionsPerConnectionMax));
        CheckTime(ConnectionInitTimeout, nameof(ConnectionInitTimeout));
        CheckTime(KeepAliveInterval, nameof(KeepAliveInterval));
        Check(CachedDocumentsMax, 0, CountCeiling, nameof(CachedDocumentsMax));
        Check(CachedDocumentsBytesMax, 0, int.MaxValue, nameof(CachedDocumentsBytesMax));
        Check(PersistedQueriesMax, 0, CountCeiling, nameof(PersistedQueriesMax));
        Check(PersistedQueriesBytesMax, 0, int.MaxValue, nameof(PersistedQueriesBytesMax));
        if (TrustedDocumentsOnly && TrustedDocuments is null)
            throw new ArgumentException(
                $"{section}:{nameof(TrustedDocumentsOnly)} refuses everything when there are no trusted documents.");

        void Check(int value, int least, int most, string name, string? mostIs = null)
        {
            if (value >= least && value <= most) return;
            var rule = most == int.MaxValue
                ? $"at least {least.ToString(CultureInfo.InvariantCulture)}"
                : string.Create(CultureInfo.InvariantCulture, $"between {least} and {(mostIs is null ? "" : $"{mostIs}, ")}{most}");
            throw new ArgumentOutOfRangeException(name, value, $"{section}:{name} is {rule}.");
        }

        void CheckTime(TimeSpan value, string name)
        {
            if (value >= TimeFloor && value <= TimeCeiling) return;
            throw new ArgumentOutOfRangeException(name, value, $"{section}:{name} is between {TimeFloor:c} and {TimeCeiling:c}.");
        }
    }
}
