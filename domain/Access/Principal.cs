using System.Collections.Frozen;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Organisations;

namespace OrleansScheduling.Domain.Access;

/// <summary>
/// Who asks: a person or a system, of one organisation. What it may do is <see cref="Policy"/>'s to say, what it may see
/// <see cref="AccessScope"/>'s.
/// </summary>
/// <param name="Subject">An opaque id, the same each time; never a person's name. 1 to 64 characters.</param>
/// <param name="Contracts">All of the organisation's contracts, or some.</param>
/// <param name="Operative">Whose diary is one's own, for those who carry out visits.</param>
/// <param name="Home">Where a tenant lives.</param>
/// <exception cref="ArgumentException">A subject that is not valid, or no role.</exception>
public sealed record Principal(
    string Subject,
    OrganisationId Organisation,
    OrganisationKind Kind,
    IReadOnlySet<Role> Roles,
    ContractScope Contracts,
    OperativeId? Operative,
    PropertyId? Home = null)
{
    public const int MaxSubjectLength = 64;

    public string Subject { get; init => field = CheckedSubject(value); } = CheckedSubject(Subject);

    public IReadOnlySet<Role> Roles { get; init => field = CheckedRoles(value); } = CheckedRoles(Roles);

    public bool Is(Role role) => Roles.Contains(role);

    /// <summary>Visible ASCII without separators that other texts use: it stands in logs and in the record.</summary>
    public static bool IsSubject(string? text) => text is { Length: > 0 and <= MaxSubjectLength }
        && text.All(character => character is > ' ' and < '\u007f' and not ('"' or ',' or '\\'));

    static string CheckedSubject(string subject)
    {
        Rule.Holds(IsSubject(subject), "Principal.Subject", subject?.Length ?? 0,
            $"it is 1 to {MaxSubjectLength} visible ASCII characters");
        return subject!;
    }

    static FrozenSet<Role> CheckedRoles(IReadOnlySet<Role> roles)
    {
        Rule.Holds(roles.Count > 0 && !roles.Contains(Role.None), "Principal.Roles", roles.Count, "it has one role or more");
        return roles.ToFrozenSet();
    }
}
