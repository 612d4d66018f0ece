using OrleansScheduling.GraphQL.Building;

namespace OrleansScheduling.Api.GraphQL.Relay;

/// <summary>Anything that has an id of its own and can be asked for again by it.</summary>
public interface INode
{
    /// <summary>Opaque, and the same for ever.</summary>
    [ID]
    string GetId([Service] GlobalIds ids);
}
