using Xunit.Abstractions;
using Xunit.Sdk;

namespace OrleansScheduling.Testing;

/// <summary>A test of the suite that runs on both databases: where PostgreSQL is missing, the half on it is skipped with the
/// reason.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("OrleansScheduling.Testing.StoreFactDiscoverer", "OrleansScheduling.Testing")]
public sealed class StoreFactAttribute : FactAttribute;

/// <summary>Makes the cases of <see cref="StoreFactAttribute"/>.</summary>
public sealed class StoreFactDiscoverer(IMessageSink sink) : IXunitTestCaseDiscoverer
{
    public IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod,
        IAttributeInfo factAttribute) =>
        [new StoreTestCase(sink, discoveryOptions.MethodDisplayOrDefault(), discoveryOptions.MethodDisplayOptionsOrDefault(), testMethod)];
}

/// <summary>A case that is skipped when its class needs a server that is not there.</summary>
public sealed class StoreTestCase : XunitTestCase
{
    [Obsolete("For deserialisation by the test runner.", error: false)]
    public StoreTestCase()
    {
    }

    public StoreTestCase(IMessageSink sink, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod method)
        : base(sink, display, options, method)
    {
    }

    protected override string? GetSkipReason(IAttributeInfo factAttribute) =>
        TestMethod.TestClass.Class.Name.Contains("PostgreSql", StringComparison.Ordinal) ? PostgreSqlNeeded.Reason
            : base.GetSkipReason(factAttribute);
}
