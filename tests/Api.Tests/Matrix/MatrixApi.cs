using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using OrleansScheduling.Api.Live;
using OrleansScheduling.Api.Tests.GraphQL;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.GraphQL.Execution;
using OrleansScheduling.GraphQL.Types;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Tests.Matrix;

/// <summary>The host with two sides that have nothing to do with each other, and everything that a side can have.</summary>
public class MatrixApi : ApiFixture
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
        await Other.FillAsync(store, Today);
    }

    /// <summary>The side whose things the own side's people ask for.</summary>
    internal virtual Side Other => Side.Hidden;

    /// <summary>Who asks: every role on both of the own side's organisations, and a planner of no contract.</summary>
    internal virtual IEnumerable<(string Who, Role Role, OrganisationKind Kind)> Callers()
    {
        foreach (var role in Enum.GetValues<Role>().Where(role => role != Role.None))
        {
            yield return (
                $"{role} {Side.Own.Client}{(role == Role.Tenant ? $" home={Side.Own.Home(1)}" : "")}", role, OrganisationKind.Client);
            yield return (
                $"{role} {Side.Own.Contractor}{(role == Role.Operative ? $" operative={Side.Own.Operative}" : "")}", role,
                OrganisationKind.Contractor);
        }

        yield return ($"Planner {Side.Own.Contractor} NO-CONTRACT", Role.Planner, OrganisationKind.Contractor);
    }

    internal Belongings Own { get; private set; } = null!;

    internal Belongings Hidden { get; private set; } = null!;

    internal Belongings Nothing { get; private set; } = null!;

    internal SchemaProbes Schema { get; private set; } = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Own = await Belongings.MakeAsync(this, Side.Own);
        Hidden = await Belongings.MakeAsync(this, Other);
        Nothing = Belongings.Nothing(this, Hidden);
        Schema = ProbesOf(Services.GetRequiredService<GraphQLEngine>().Schema);
    }

    internal static string Iso(LocalDate day) => day.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture);

    internal SchemaProbes ProbesOf(Schema schema) => new(
        schema,
        new Giving(
            Own, Other, Services.GetRequiredService<FeedCursors>().Encode(0), Iso(Today.PlusDays(-1)), Iso(Today.PlusDays(2))),
        Hidden, Nothing);

    /// <summary>More of everything for the hidden side, done by its own people.</summary>
    public async Task GrowHiddenAsync()
    {
        await Other.FillMoreAsync(Services.GetRequiredService<IRegistryStore>(), Today);
        await Belongings.MakeAsync(this, Other, round: " again");
    }
}

/// <summary>Two contractors of one client: what the client sees of both, neither sees of the other.</summary>
public sealed class RivalApi : MatrixApi
{
    internal override Side Other => Side.Rival;

    /// <summary>Those of the contractor. The client's people see both sides.</summary>
    internal override IEnumerable<(string Who, Role Role, OrganisationKind Kind)> Callers() =>
        base.Callers().Where(caller => caller.Kind == OrganisationKind.Contractor);
}
