namespace OrleansScheduling.GraphQL.Tests.Support;

sealed class NoServices : IServiceProvider
{
    public static NoServices Instance { get; } = new();

    public object? GetService(Type serviceType) => null;
}
