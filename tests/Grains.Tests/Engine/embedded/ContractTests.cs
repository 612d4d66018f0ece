using OrleansScheduling.Embedded;
using OrleansScheduling.GrainInterfaces;

namespace OrleansScheduling.Grains.Tests;

public sealed class ContractTests
{
    [Fact]
    public void What_goes_over_the_wire_can_go_over_it() => Assert.Empty(GrainContracts.Faults(typeof(IJobGrain).Assembly));
}
