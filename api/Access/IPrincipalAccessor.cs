using OrleansScheduling.Domain.Access;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains.Wire;

namespace OrleansScheduling.Api.Access;

/// <summary>Who makes the current request, and what they may see. Scoped: one a request, hub call or GraphQL operation.</summary>
public interface IPrincipalAccessor
{
    /// <summary>Null for somebody who has not signed in.</summary>
    Principal? Current { get; }

    /// <summary>Whose records the current principal sees, by the registry as it is now. Null for somebody who has not signed in.</summary>
    AccessScope? Scope { get; }

    /// <summary>Whether the current principal may; false for somebody who has not signed in.</summary>
    bool May(AccessAction action, RecordKind record);
}

/// <summary>For what only those who have signed in get to.</summary>
public static class PrincipalAccess
{
    /// <exception cref="InvalidOperationException">Nobody has signed in: the way here ought to have asked for it.</exception>
    public static Principal Required(this IPrincipalAccessor access) =>
        access.Current ?? throw new InvalidOperationException("Nobody has signed in.");

    /// <inheritdoc cref="Required"/>
    public static AccessScope RequiredScope(this IPrincipalAccessor access) =>
        access.Scope ?? throw new InvalidOperationException("Nobody has signed in.");

    /// <summary>Who asks, for a grain.</summary>
    public static Asker Asker(this IPrincipalAccessor access) => Viewpoint.Of(access.Required()).ToWire();

    /// <summary>The context of a command: organisation and actor are the principal's, whatever the caller says.</summary>
    public static CommandContext CommandContext(this IPrincipalAccessor access, string idempotencyKey) =>
        new(idempotencyKey, access.Asker(), access.Required().Subject);
}
