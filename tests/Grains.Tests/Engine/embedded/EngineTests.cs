using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using OrleansScheduling.Grains.Engine;

namespace OrleansScheduling.Grains.Tests;

public sealed class EngineTests
{
    [Fact]
    public void Whoever_asks_this_engine_for_a_cluster_is_told_that_it_has_none()
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection([new("Cluster:Name", "scheduling")]);
        var refused = Assert.Throws<InvalidDataException>(() => builder.AddGrainEngine());
        Assert.Contains("GrainEngine=orleans", refused.Message, StringComparison.Ordinal);
    }
}
