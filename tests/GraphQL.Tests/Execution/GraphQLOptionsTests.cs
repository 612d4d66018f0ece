using OrleansScheduling.GraphQL.Execution;
using OrleansScheduling.GraphQL.Tests.Support;

namespace OrleansScheduling.GraphQL.Tests.Execution;

/// <summary>Settings that nobody can mean are refused before the first request, in words that name them.</summary>
public sealed class GraphQLOptionsTests
{
    static readonly int[] Never = [int.MinValue, -5, -1];

    /// <summary>The least that each number may be, by the setting's name.</summary>
    static readonly Dictionary<string, int> Least = new()
    {
        [nameof(GraphQLOptions.DocumentBytesMax)] = 1,
        [nameof(GraphQLOptions.TokensMax)] = 1,
        [nameof(GraphQLOptions.DepthMax)] = 1,
        [nameof(GraphQLOptions.AliasesMax)] = 0,
        [nameof(GraphQLOptions.DirectivesMax)] = 0,
        [nameof(GraphQLOptions.FragmentVisitsMax)] = 0,
        [nameof(GraphQLOptions.OperationsMax)] = 1,
        [nameof(GraphQLOptions.SameNameFieldsMax)] = 1,
        [nameof(GraphQLOptions.FieldComparisonsMax)] = 1,
        [nameof(GraphQLOptions.CostMax)] = 1,
        [nameof(GraphQLOptions.ListSizeAssumed)] = 1,
        [nameof(GraphQLOptions.PageSizeDefault)] = 1,
        [nameof(GraphQLOptions.PageSizeMax)] = 1,
        [nameof(GraphQLOptions.RequestBytesMax)] = 1,
        [nameof(GraphQLOptions.SubscriptionsPerConnectionMax)] = 1,
        [nameof(GraphQLOptions.CachedDocumentsMax)] = 0,
        [nameof(GraphQLOptions.CachedDocumentsBytesMax)] = 0,
        [nameof(GraphQLOptions.PersistedQueriesMax)] = 0,
        [nameof(GraphQLOptions.PersistedQueriesBytesMax)] = 0,
    };

    [Fact]
    public void Every_number_and_every_time_has_a_least_value_that_is_kept()
    {
        var numbers = typeof(GraphQLOptions).GetProperties().Where(property => property.PropertyType == typeof(int)).ToList();
        Assert.Equal(Least.Keys.Order(), numbers.Select(property => property.Name).Order());
        foreach (var property in numbers)
        {
            var least = Least[property.Name];
            foreach (var wrong in Never.Append(least - 1))
            {
                var options = new GraphQLOptions();
                property.SetValue(options, wrong);
                var refused = Assert.Throws<ArgumentOutOfRangeException>(() => options.Validate());
                Assert.StartsWith($"GraphQL:{property.Name} is ", refused.Message, StringComparison.Ordinal);
                Assert.Contains(
                    refused.Message.Contains("between", StringComparison.Ordinal) ? $"between {least} and" : $"at least {least}.",
                    refused.Message, StringComparison.Ordinal);
                Assert.Equal(wrong, refused.ActualValue);
            }

            var right = new GraphQLOptions { PageSizeDefault = 1 };
            property.SetValue(right, least);
            right.Validate();
        }

        var times = typeof(GraphQLOptions).GetProperties().Where(property => property.PropertyType == typeof(TimeSpan)).ToList();
        Assert.Equal(3, times.Count);
        foreach (var property in times)
        {
            foreach (var wrong in new[] { TimeSpan.Zero, TimeSpan.FromSeconds(-1), Timeout.InfiniteTimeSpan, TimeSpan.FromDays(50) })
            {
                var options = new GraphQLOptions();
                property.SetValue(options, wrong);
                var refused = Assert.Throws<ArgumentOutOfRangeException>(() => options.Validate("Api"));
                Assert.StartsWith(
                    $"Api:{property.Name} is between 00:00:00.0010000 and 1.00:00:00.", refused.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Settings_that_contradict_each_other_are_refused_and_no_engine_is_made_of_them()
    {
        var page = Assert.Throws<ArgumentOutOfRangeException>(() => new LibraryEngine(options => options.PageSizeDefault = 101));
        Assert.StartsWith("GraphQL:PageSizeDefault is between 1 and PageSizeMax, 100.", page.Message, StringComparison.Ordinal);
        var trusted = Assert.Throws<ArgumentException>(() => new LibraryEngine(options => options.TrustedDocumentsOnly = true));
        Assert.StartsWith("GraphQL:TrustedDocumentsOnly", trusted.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new LibraryEngine(options => options.CachedDocumentsMax = -1));
    }
}
