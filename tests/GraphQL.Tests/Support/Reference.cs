using OrleansScheduling.Testing;

namespace OrleansScheduling.GraphQL.Tests.Support;

/// <summary>Where the reference implementations are, and what they and we are asked about.</summary>
static class Reference
{
    public static string Folder { get; } = NodeTools.FolderOf();

    /// <exception cref="Xunit.Sdk.TrueException">They can't be run here.</exception>
    public static void IsThere() => Assert.True(NodeTools.MissingIn(Folder) is null, NodeTools.MissingIn(Folder));
}
