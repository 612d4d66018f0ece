using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Testing;
using static OrleansScheduling.Domain.Tests.People;

namespace OrleansScheduling.Domain.Tests;

/// <summary>Whose records somebody sees.</summary>
public class AccessScopeTests
{
    static readonly OrganisationId Landlord = new(1);
    static readonly OrganisationId Trust = new(2);
    static readonly OrganisationId Builder = new(3);
    static readonly OrganisationId Heater = new(4);

    static readonly Contract[] Contracts =
    [
        ContractOf(1, Landlord, Builder, "N1"),
        ContractOf(2, Landlord, Heater, "N1", "N2"),
        ContractOf(3, Trust, Builder, "S1"),
        ContractOf(4, Landlord, Builder, "E1"),
    ];

    /// <summary>Who, and for each contract whether its jobs are seen; then the clients of properties in N1, S1 and W1 that are.</summary>
    const string Seen = """
        1 client      *      1 2 4    1 1 1
        2 client      *      3        2 2 2
        3 contractor  *      1 3 4    1 2 -
        4 contractor  *      2        1 - -
        5 contractor  *      -        - - -
        1 client      1      1        1 - -
        1 client      3      -        - - -
        3 contractor  1,2    1        1 - -
        3 contractor  none   -        - - -
        """;

    [Fact]
    public void A_scope_sees_the_contracts_that_it_is_a_party_to_and_no_more_than_it_is_given()
    {
        foreach (var line in Seen.Split('\n'))
        {
            var words = line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var who = words[0].Split(' ');
            var kind = who[1] == "client" ? OrganisationKind.Client : OrganisationKind.Contractor;
            var scope = AccessScope.Of(Somebody(int.Parse(who[0]), kind, Role.Planner, NamedBy(words[1])), Contracts);

            var contracts = Contracts.Where(contract => scope.SeesJob(contract.Id, new PropertyId(9), []))
                .Select(contract => contract.Id.Value);
            Assert.Equal($"{line}: {words[2]}", $"{line}: {Text(contracts)}");
            var patches = new[] { "N1", "S1", "W1" };
            var clients = patches.Select(patch => Text(new[] { Landlord, Trust }
                .Where(client => scope.Sees(Home(1, client, patch))).Select(client => client.Value)));
            // A client's own properties are all there for it, wherever they lie.
            var expected = words[3].Split(' ');
            Assert.Equal($"{line}: {Text(expected)}", $"{line}: {string.Join(' ', clients)}");
        }
    }

    static string Text(IEnumerable<int> numbers) => numbers.ToList() is { Count: > 0 } some ? string.Join(' ', some) : "-";

    static string Text(IEnumerable<string> words) => string.Join(' ', words);

    static ContractScope NamedBy(string words) => words switch
    {
        "*" => ContractScope.All,
        "none" => ContractScope.Of([]),
        _ => ContractScope.Of(words.Split(',').Select(id => new ContractId(int.Parse(id)))),
    };

    [Fact]
    public void A_tenant_sees_the_own_home_and_its_jobs()
    {
        var scope = AccessScope.Of(Somebody(1, OrganisationKind.Client, Role.Tenant) with { Home = new PropertyId(7) }, Contracts);

        Assert.True(scope.Sees(Home(7, Landlord, "N1")));
        Assert.False(scope.Sees(Home(8, Landlord, "N1")));
        Assert.False(scope.Sees(Home(7, Trust, "N1")));
        Assert.True(scope.SeesJob(new ContractId(1), new PropertyId(7), []));
        Assert.False(scope.SeesJob(new ContractId(1), new PropertyId(8), []));
        Assert.False(scope.SeesJob(new ContractId(3), new PropertyId(7), []));
    }

    [Fact]
    public void An_operative_sees_the_own_diary_and_the_jobs_in_it()
    {
        var own = new OperativeId(5);
        var scope = AccessScope.Of(Somebody(3, OrganisationKind.Contractor, Role.Operative) with { Operative = own }, Contracts);

        Assert.True(scope.SeesJob(new ContractId(1), new PropertyId(7), [new OperativeId(6), own]));
        Assert.False(scope.SeesJob(new ContractId(1), new PropertyId(7), [new OperativeId(6)]));
        Assert.False(scope.SeesJob(new ContractId(2), new PropertyId(7), [own]));
        Assert.True(scope.Sees(Person(own, Builder, 1)));
        Assert.False(scope.Sees(Person(new OperativeId(6), Builder, 1)));
        Assert.False(scope.Sees(Home(7, Landlord, "N1")));
    }

    [Fact]
    public void Somebody_with_an_office_role_beside_sees_the_office()
    {
        var roles = new HashSet<Role> { Role.Operative, Role.Planner };
        var both = Somebody(3, OrganisationKind.Contractor, Role.Operative) with { Roles = roles, Operative = new OperativeId(5) };

        Assert.False(AccessScope.Of(both, Contracts).OwnOnly);
        Assert.True(AccessScope.Of(both, Contracts).SeesJob(new ContractId(1), new PropertyId(7), []));
    }

    [Fact]
    public void A_contractors_people_are_its_own_and_within_a_narrower_scope_those_who_are_cleared()
    {
        var all = AccessScope.Of(Somebody(3, OrganisationKind.Contractor, Role.Planner), Contracts);
        var some = AccessScope.Of(Somebody(3, OrganisationKind.Contractor, Role.Planner, NamedBy("1")), Contracts);
        var client = AccessScope.Of(Somebody(1, OrganisationKind.Client, Role.CallHandler), Contracts);

        Assert.True(all.Sees(Person(new OperativeId(1), Builder, 3)));
        Assert.False(all.Sees(Person(new OperativeId(1), Heater, 1)));
        Assert.True(some.Sees(Person(new OperativeId(1), Builder, 1)));
        Assert.False(some.Sees(Person(new OperativeId(1), Builder, 3)));
        Assert.False(client.Sees(Person(new OperativeId(1), Builder, 1)));
    }

    [Fact]
    public void Organisations_are_seen_that_share_a_contract()
    {
        Assert.Equal([1, 3, 4], Seeing(Somebody(1, OrganisationKind.Client, Role.CallHandler)));
        Assert.Equal([1, 3], Seeing(Somebody(1, OrganisationKind.Client, Role.CallHandler, NamedBy("4"))));
        Assert.Equal([1, 4], Seeing(Somebody(4, OrganisationKind.Contractor, Role.Planner)));
        Assert.Equal([5], Seeing(Somebody(5, OrganisationKind.Contractor, Role.Planner)));

        static int[] Seeing(Principal principal) =>
            [.. AccessScope.Of(principal, Contracts).Organisations.Select(organisation => organisation.Value).Order()];
    }

    [Fact]
    public void Asked_for_one_record_or_worked_out_for_all_the_rule_is_the_same()
    {
        var seed = TestSeed.Take();
        var random = new Random(seed);
        for (var round = 0; round < 2000; round++)
        {
            var kind = random.Next(2) == 0 ? OrganisationKind.Client : OrganisationKind.Contractor;
            var role = (Role)random.Next(1, 8);
            var contracts = random.Next(2) == 0
                ? ContractScope.All
                : ContractScope.Of(Contracts.Where(_ => random.Next(2) == 0).Select(contract => contract.Id));
            var principal = Somebody(random.Next(1, 6), kind, role, contracts) with
            {
                Operative = random.Next(2) == 0 ? null : new OperativeId(random.Next(1, 3)),
                Home = random.Next(2) == 0 ? null : new PropertyId(random.Next(1, 3)),
            };
            var contract = Contracts[random.Next(Contracts.Length)];
            var job = JobOf(contract, new PropertyId(random.Next(1, 3)), new OperativeId(random.Next(1, 3)));
            var scope = AccessScope.Of(principal, Contracts);
            var viewpoint = Viewpoint.Of(principal);

            Assert.True(scope.Sees(job) == viewpoint.Sees(contract, job), $"Seed {seed}, round {round}: {principal} and {job}.");
            Assert.True(scope.Sees(contract.Id) == viewpoint.Sees(contract), $"Seed {seed}, round {round}: {principal} and {contract.Id}.");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("Jane Smith")]
    [InlineData("a\nb")]
    [InlineData("jané")]
    [InlineData("aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggggg")]
    public void A_subject_is_opaque_and_short(string subject) =>
        Assert.Throws<ArgumentException>(() => Somebody(1, OrganisationKind.Client, Role.Planner) with { Subject = subject });

    [Fact]
    public void A_principal_has_a_role()
    {
        var somebody = Somebody(1, OrganisationKind.Client, Role.Planner);
        Assert.Throws<ArgumentException>(() => somebody with { Roles = new HashSet<Role>() });
        Assert.Throws<ArgumentException>(() => somebody with { Roles = new HashSet<Role> { Role.None, Role.Planner } });
    }

    static Principal Somebody(int organisation, OrganisationKind kind, Role role, ContractScope? contracts = null) => new(
        "test:somebody", new OrganisationId(organisation), kind, new HashSet<Role> { role }, contracts ?? ContractScope.All, null);

    static Contract ContractOf(int id, OrganisationId client, OrganisationId contractor, params string[] patches) => new(
        new ContractId(id), $"C{id}", $"Contract {id}", client, contractor, Monday, null,
        [.. patches.Select(patch => new PatchCode(patch))], [], "NHF", [], new BookingRules(0, 28, null, 5, [], EmergencyReserve.None));

    static Property Home(int id, OrganisationId client, string patch) => new(
        new PropertyId(id), client, $"P{id}", PropertyKind.Home, "1 Example Street", "", "N1 1AA", new Place(51.5, -0.1),
        new PatchCode(patch));

    static Operative Person(OperativeId id, OrganisationId contractor, int clearance) =>
        Operative(Working()) with { Id = id, Contractor = contractor, Clearances = [new Clearance(new ContractId(clearance))] };

    static Job JobOf(Contract contract, PropertyId property, OperativeId operative)
    {
        var id = JobId.Create(Monday, 1);
        return new Job(
            id, 1, contract.Id, contract.Client, contract.Contractor, property, [], "", false, JobStatus.Booked, default, null, null,
            [new VisitPlace(new VisitId(id, 1), operative, Monday, 0, VisitState.Booked)], 1);
    }
}
