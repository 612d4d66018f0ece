using Microsoft.Extensions.DependencyInjection;
using OrleansScheduling.Api.Live;
using OrleansScheduling.Api.Tests.GraphQL;
using OrleansScheduling.GraphQL.Execution;
using OrleansScheduling.GraphQL.Types;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Tests.Matrix;

/// <summary>The host with two sides that have nothing to do with each other, and everything that a side can have.</summary>
public sealed class MatrixApi : ApiFixture
{
    public MatrixApi()
    {
        // Nine in the morning: no answer changes because a day or a cut-off passes while it is asked twice.
        var now = Time.GetUtcNow();
        Time.Advance(now.UtcDateTime.Date.AddDays(1).AddHours(9) - now.UtcDateTime);
    }

    protected override bool IsThere => true;

    protected override Task<string?> NewDatabaseAsync() => Task.FromResult<string?>(null);

    /// <summary>Thousands of documents of one caller a minute, which ask for everything that there is.</summary>
    protected override IEnumerable<string> Settings =>
        [.. base.Settings, "--Limits:GraphQLPerMinute", "0", "--GraphQL:CostMax", "100000"];

    protected override async Task FillAsync(IRegistryStore store)
    {
        await Side.Own.FillAsync(store, Today);
        await Side.Hidden.FillAsync(store, Today);
    }

    internal Belongings Own { get; private set; } = null!;

    internal Belongings Hidden { get; private set; } = null!;

    internal Belongings Nothing { get; private set; } = null!;

    internal SchemaProbes Schema { get; private set; } = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Own = await Belongings.MakeAsync(this, Side.Own);
        Hidden = await Belongings.MakeAsync(this, Side.Hidden);
        Nothing = Belongings.Nothing(this, Hidden);
        Schema = ProbesOf(Services.GetRequiredService<GraphQLEngine>().Schema);
    }

    internal SchemaProbes ProbesOf(Schema schema) => new(
        schema,
        new Giving(
            Own, Services.GetRequiredService<FeedCursors>().Encode(0), IsolationMatrixTests.Iso(Today.PlusDays(-1)),
            IsolationMatrixTests.Iso(Today.PlusDays(2))),
        Hidden, Nothing);

    /// <summary>More of everything for the hidden side, done by its own people.</summary>
    public async Task GrowHiddenAsync()
    {
        await Side.Hidden.FillMoreAsync(Services.GetRequiredService<IRegistryStore>(), Today);
        await Belongings.MakeAsync(this, Side.Hidden, round: " again");
    }
}
