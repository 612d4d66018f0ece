using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using OrleansScheduling.Api.Commands;

namespace OrleansScheduling.Api.Hosting;

/// <summary>Where operators look at a running process.</summary>
public sealed class TelemetryOptions
{
    /// <summary>Where Prometheus finds <c>/metrics</c>; 0: nowhere.</summary>
    public int MetricsPort { get; set; }

    /// <summary>The name or address that <see cref="MetricsPort"/> is opened at; <c>*</c> for all.</summary>
    public string MetricsHost { get; set; } = "localhost";
}

/// <summary>
/// Metrics for Prometheus at an address of their own, since they are of all organisations together; and metrics, traces and logs over
/// OTLP when the standard variable names a receiver. Without either nothing is measured and nothing runs.
/// </summary>
static class Telemetry
{
    /// <summary>As OpenTelemetry's specification names it ("OpenTelemetry Protocol Exporter").</summary>
    const string Receiver = "OTEL_EXPORTER_OTLP_ENDPOINT";

    static readonly string[] Meters =
    [
        "OrleansScheduling.*", "Microsoft.Orleans", "Npgsql", "System.Runtime", "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Http.Connections", "Microsoft.AspNetCore.RateLimiting",
    ];

    /// <summary>From a request to its commit.</summary>
    static readonly string[] Sources =
        ["OrleansScheduling.*", "Microsoft.Orleans.Application", "Npgsql", "Microsoft.AspNetCore"];

    /// <exception cref="BadSettingException">The port is none.</exception>
    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var options = builder.Configuration.GetSection("Telemetry").Get<TelemetryOptions>() ?? new TelemetryOptions();
        OperatorFault.Setting(() => options.MetricsPort is >= 0 and <= ushort.MaxValue
            ? options.MetricsPort
            : throw new InvalidDataException($"Telemetry:MetricsPort is {options.MetricsPort}; it is from 1 to {ushort.MaxValue}, or 0."));
        var sends = !string.IsNullOrEmpty(builder.Configuration[Receiver]);
        if (!sends && options.MetricsPort == 0) return;
        var version = typeof(Telemetry).Assembly.GetName().Version?.ToString();
        var telemetry = builder.Services.AddOpenTelemetry().ConfigureResource(
            resource => resource.AddService("orleans-scheduling", serviceVersion: version).AddEnvironmentVariableDetector());
        telemetry.WithMetrics(metrics =>
        {
            metrics.AddMeter(Meters);
            if (sends) metrics.AddOtlpExporter();
            if (options.MetricsPort == 0) return;
            metrics.AddPrometheusHttpListener(listener => (listener.Host, listener.Port) = (options.MetricsHost, options.MetricsPort));
        });
        if (!sends) return;
        telemetry.WithTracing(traces => traces.AddSource(Sources).AddOtlpExporter());
        builder.Logging.AddOpenTelemetry(logs => logs.AddOtlpExporter());
    }
}
