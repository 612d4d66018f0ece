using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Organisations;

namespace OrleansScheduling.Domain.Tests;

/// <summary>The policy, written out: whoever changes it changes this table too.</summary>
public class PolicyTests
{
    /// <summary>
    /// A row a thing that is done, a column a role: call handler, planner, operative, contract manager, tenant, integrator, administrator.
    /// "c": in a contractor's organisation only.
    /// </summary>
    const string Table = """
                                CH  PL  OP  CM  TE  IN  AD
        Read Organisation       x   x   x   x   x   x   x
        Read Contract           x   x   x   x   x   x   x
        Read Rate               x   x   x   x   x   x   x
        Read Property           x   x   x   x   x   x   x
        Read Operative          c   c   c   c   -   c   c
        Read Diary              c   c   c   c   -   c   c
        Read Window             x   x   -   x   x   x   -
        Read Job                x   x   x   x   x   x   x
        Make Job                x   x   -   -   x   x   -
        Cancel Job              x   x   -   -   x   x   -
        Read Appointment        x   x   x   x   x   x   x
        Make Appointment        x   x   -   -   x   x   -
        Change Appointment      x   x   -   -   x   x   -
        Cancel Appointment      x   x   -   -   x   x   -
        Change Attendance       -   c   c   -   -   -   -
        Read Plan               -   c   -   c   -   -   c
        Change Plan             -   c   -   -   -   -   c
        Change Absence          -   c   c   -   -   -   c
        Read Audit              -   -   -   -   -   -   x
        Read ApiKey             -   -   -   -   -   -   x
        Make ApiKey             -   -   -   -   -   -   x
        Cancel ApiKey           -   -   -   -   -   -   x
        """;

    static readonly Role[] Roles =
    [
        Role.CallHandler, Role.Planner, Role.Operative, Role.ContractManager, Role.Tenant, Role.Integrator, Role.Administrator,
    ];

    static readonly Dictionary<(AccessAction, RecordKind), string[]> Rows = Table.Split('\n').Skip(1)
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .ToDictionary(words => (Enum.Parse<AccessAction>(words[0]), Enum.Parse<RecordKind>(words[1])), words => words[2..]);

    [Fact]
    public void Every_role_may_do_what_the_table_says_and_nothing_else()
    {
        var asked = 0;
        foreach (var action in Enum.GetValues<AccessAction>())
        {
            foreach (var record in Enum.GetValues<RecordKind>())
            {
                for (var column = 0; column < Roles.Length; column++)
                {
                    var mark = Rows.TryGetValue((action, record), out var row) ? row[column] : "-";
                    Assert.True(mark is "x" or "c" or "-", $"{action} {record}: '{mark}'");
                    foreach (var kind in Enum.GetValues<OrganisationKind>())
                    {
                        var expected = mark == "x" || (mark == "c" && kind == OrganisationKind.Contractor);
                        var allowed = Policy.Allows(new HashSet<Role> { Roles[column] }, kind, action, record);
                        Assert.True(expected == allowed, $"{Roles[column]} of a {kind}: {action} {record} is {allowed}.");
                        asked++;
                    }
                }
            }
        }

        Assert.Equal(5 * 15 * 7 * 3, asked);
        Assert.Equal(22, Rows.Count);
        Assert.Equal(Enum.GetValues<Role>().Length - 1, Roles.Length);
    }

    [Fact]
    public void Somebody_with_two_roles_may_do_what_either_may()
    {
        var both = new HashSet<Role> { Role.Operative, Role.Administrator };
        Assert.True(Policy.Allows(both, OrganisationKind.Contractor, AccessAction.Read, RecordKind.Audit));
        Assert.True(Policy.Allows(both, OrganisationKind.Contractor, AccessAction.Read, RecordKind.Diary));
        Assert.False(Policy.Allows(both, OrganisationKind.Contractor, AccessAction.Make, RecordKind.Job));
    }

    [Fact]
    public void Somebody_without_a_role_may_do_nothing()
    {
        foreach (var action in Enum.GetValues<AccessAction>())
        {
            foreach (var record in Enum.GetValues<RecordKind>())
            {
                Assert.False(Policy.Allows(new HashSet<Role>(), OrganisationKind.Contractor, action, record));
                Assert.False(Policy.Allows(new HashSet<Role> { Role.None }, OrganisationKind.Contractor, action, record));
            }
        }
    }
}
