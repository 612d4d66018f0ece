using System.Collections.Frozen;
using OrleansScheduling.Domain.Organisations;

namespace OrleansScheduling.Domain.Access;

/// <summary>What is done with a record.</summary>
public enum AccessAction
{
    None = 0,
    Read = 1,
    Make = 2,
    Change = 3,
    Cancel = 4,
}

/// <summary>The kinds of record that somebody may or may not see or change.</summary>
public enum RecordKind
{
    None = 0,
    Organisation = 1,
    Contract = 2,

    /// <summary>An item of a schedule of rates.</summary>
    Rate = 3,

    Property = 4,
    Operative = 5,

    /// <summary>What an operative does all day, whoever it is for.</summary>
    Diary = 6,

    /// <summary>Windows that could be booked.</summary>
    Window = 7,

    Job = 8,

    /// <summary>
    /// A hold or booking of a job, and its visits. Made: held, confirmed, booked. Changed: moved. Cancelled: released, too.
    /// </summary>
    Appointment = 9,

    /// <summary>Who did what.</summary>
    Audit = 10,

    /// <summary>A secret by which a system signs in.</summary>
    ApiKey = 11,

    /// <summary>What is told of a visit on its day: started, finished, no access.</summary>
    Attendance = 12,

    /// <summary>Who does which promised visit, and when inside its window.</summary>
    Plan = 13,

    /// <summary>That an operative is away.</summary>
    Absence = 14,
}

/// <summary>
/// The one place that says which role may do which action on which kind of record. Whose records is <see cref="AccessScope"/>'s to say;
/// both must agree. What is not in the table is refused.
/// </summary>
public static class Policy
{
    static readonly Role[] Everybody =
    [
        Role.CallHandler, Role.Planner, Role.Operative, Role.ContractManager, Role.Tenant, Role.Integrator, Role.Administrator,
    ];

    /// <summary>Those who see all records of their organisation that lie within their contracts.</summary>
    static readonly Role[] Office = [Role.CallHandler, Role.Planner, Role.ContractManager, Role.Integrator, Role.Administrator];

    /// <summary>Those who make appointments.</summary>
    static readonly Role[] Booking = [Role.CallHandler, Role.Planner, Role.Tenant, Role.Integrator];

    static readonly FrozenDictionary<(AccessAction, RecordKind), FrozenSet<Role>> Table =
        new (AccessAction Action, RecordKind Record, Role[] Roles)[]
        {
            (AccessAction.Read, RecordKind.Organisation, Everybody),
            (AccessAction.Read, RecordKind.Contract, Everybody),
            (AccessAction.Read, RecordKind.Rate, Everybody),
            (AccessAction.Read, RecordKind.Property, Everybody),
            (AccessAction.Read, RecordKind.Operative, [.. Office, Role.Operative]),
            (AccessAction.Read, RecordKind.Diary, [.. Office, Role.Operative]),
            (AccessAction.Read, RecordKind.Window, [.. Booking, Role.ContractManager]),
            (AccessAction.Read, RecordKind.Job, Everybody),
            (AccessAction.Read, RecordKind.Appointment, Everybody),
            (AccessAction.Make, RecordKind.Job, Booking),
            (AccessAction.Cancel, RecordKind.Job, Booking),
            (AccessAction.Make, RecordKind.Appointment, Booking),
            (AccessAction.Change, RecordKind.Appointment, Booking),
            (AccessAction.Cancel, RecordKind.Appointment, Booking),
            (AccessAction.Change, RecordKind.Attendance, [Role.Planner, Role.Operative]),
            (AccessAction.Read, RecordKind.Plan, [Role.Planner, Role.ContractManager, Role.Administrator]),
            (AccessAction.Change, RecordKind.Plan, [Role.Planner, Role.Administrator]),
            (AccessAction.Change, RecordKind.Absence, [Role.Planner, Role.Operative, Role.Administrator]),
            (AccessAction.Read, RecordKind.Audit, [Role.Administrator]),
            (AccessAction.Read, RecordKind.ApiKey, [Role.Administrator]),
            (AccessAction.Make, RecordKind.ApiKey, [Role.Administrator]),
            (AccessAction.Cancel, RecordKind.ApiKey, [Role.Administrator]),
        }.ToFrozenDictionary(row => (row.Action, row.Record), row => row.Roles.ToFrozenSet());

    /// <summary>
    /// A contractor's people and their days are the contractor's own: a client sees who comes for its own visits, and no more.
    /// </summary>
    static readonly FrozenSet<RecordKind> ContractorsOwn =
        [RecordKind.Operative, RecordKind.Diary, RecordKind.Attendance, RecordKind.Plan, RecordKind.Absence];

    static readonly FrozenSet<Role> OfficeRoles = Office.ToFrozenSet();

    /// <summary>Whether anybody with these roles, in an organisation of this kind, may do it to records within the own scope.</summary>
    public static bool Allows(IReadOnlySet<Role> roles, OrganisationKind kind, AccessAction action, RecordKind record)
    {
        if (ContractorsOwn.Contains(record) && kind != OrganisationKind.Contractor) return false;
        return Table.TryGetValue((action, record), out var allowed) && allowed.Overlaps(roles);
    }

    public static bool Allows(Principal principal, AccessAction action, RecordKind record) =>
        Allows(principal.Roles, principal.Kind, action, record);

    /// <summary>Whether the scope is the organisation's contracts; otherwise it is one's own diary and one's own home.</summary>
    internal static bool IsOffice(Principal principal) => OfficeRoles.Overlaps(principal.Roles);
}
