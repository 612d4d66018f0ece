using OrleansScheduling.Domain.Access;

namespace OrleansScheduling.Api.Desk;

/// <summary>What roles are called.</summary>
static class RoleWords
{
    public static string Of(Principal principal) => string.Join(" and ", principal.Roles.Order().Select(Of));

    static string Of(Role role) => role switch
    {
        Role.CallHandler => "Call handler",
        Role.Planner => "Planner",
        Role.Operative => "Operative",
        Role.ContractManager => "Contract manager",
        Role.Tenant => "Tenant",
        Role.Integrator => "System",
        Role.Administrator => "Administrator",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "Not a role."),
    };
}
