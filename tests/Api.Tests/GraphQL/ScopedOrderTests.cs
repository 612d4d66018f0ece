using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Tests.GraphQL;

/// <summary>The two towns, with two more operatives of BIRCH: each is dedicated to one of its contracts.</summary>
public sealed class DedicatedApi : ApiFixture
{
    protected override bool IsThere => true;

    protected override Task<string?> NewDatabaseAsync() => Task.FromResult<string?>(null);

    protected override async Task FillAsync(IRegistryStore store)
    {
        await base.FillAsync(store);
        var registry = await store.LoadAsync(default);
        var shared = registry.Operatives.Single(one => one.Reference == "E1");
        await store.UpsertAsync(
            new RegistryBatch
            {
                Operatives =
                [
                    .. new[] { ("E2", "MEADOW-BIRCH"), ("E3", "HILL-BIRCH") }.Select(pair => shared with
                    {
                        Id = default,
                        Reference = pair.Item1,
                        DedicatedTo = registry.Contracts.Single(contract => contract.Reference == pair.Item2).Id,
                    }),
                ],
            },
            default);
    }
}

public sealed class ScopedOrderTests(DedicatedApi api) : IClassFixture<DedicatedApi>
{
    /// <summary>Sorted by what is hidden, operatives of a hidden contract would stand apart from those who are shared.</summary>
    [Theory]
    [InlineData("Planner BIRCH", "E3 E2 E1")]
    [InlineData("Planner BIRCH HILL-BIRCH", "E3 E1 E2")]
    [InlineData("Planner BIRCH MEADOW-BIRCH", "E2 E1 E3")]
    public async Task Operatives_are_sorted_by_the_contracts_that_the_caller_sees(string who, string expected)
    {
        using var caller = api.Caller(who);
        var found = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await caller.AskAsync(
                """
                query ($c: String) {
                  operatives(first: 1, after: $c, order: [{ dedicatedTo: ASC }]) {
                    nodes { reference } pageInfo { hasNextPage endCursor }
                  }
                }
                """,
                new { c = cursor })).GetProperty("operatives");
            found.Add(page.GetProperty("nodes")[0].GetProperty("reference").GetString()!);
            var info = page.GetProperty("pageInfo");
            cursor = info.GetProperty("hasNextPage").GetBoolean() ? info.GetProperty("endCursor").GetString() : null;
        }
        while (cursor is not null);
        Assert.Equal(expected, string.Join(' ', found));
    }
}
