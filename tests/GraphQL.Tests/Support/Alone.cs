namespace OrleansScheduling.GraphQL.Tests.Support;

/// <summary>For tests that measure the process: nothing else runs beside them.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
