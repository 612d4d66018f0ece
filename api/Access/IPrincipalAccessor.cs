using OrleansScheduling.Domain.Access;

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
