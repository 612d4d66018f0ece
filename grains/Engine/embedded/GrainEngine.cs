using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace OrleansScheduling.Grains.Engine;

/// <summary>The engine of one process; see docs/decisions/0002. Several of these on one database work side by side.</summary>
public static class GrainEngine
{
    /// <exception cref="InvalidDataException">The settings ask for a cluster, which this program was not built for.</exception>
    public static IHostApplicationBuilder AddGrainEngine(this IHostApplicationBuilder builder)
    {
        if (builder.Configuration.GetSection(GrainClusterOptions.Section).Exists())
            throw new InvalidDataException(
                $"{GrainClusterOptions.Section} is for programs built with -p:GrainEngine=orleans, and this one was not.");
        return builder.UseOrleans(_ => { });
    }
}
