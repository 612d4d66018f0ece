using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.GrainInterfaces;

namespace OrleansScheduling.Grains.Booking;

/// <summary>What operators see of bookings: counts by outcome, and a trace of each command. Nothing in them names a person or a
/// job.</summary>
internal sealed partial class BookingTelemetry : IDisposable
{
    /// <summary>Of the meter and of the source of activities.</summary>
    public const string Name = "OrleansScheduling.Booking";

    readonly ILogger<BookingTelemetry> log;
    readonly ActivitySource activities = new(Name);
    readonly Meter meter;
    readonly Counter<long> commands;
    readonly Counter<long> retries;
    readonly Counter<long> expiries;

    public BookingTelemetry(IMeterFactory meters, ILogger<BookingTelemetry> log)
    {
        this.log = log;
        meter = meters.Create(Name);
        commands = meter.CreateCounter<long>("booking.commands", "{command}",
            "Commands, by name and by outcome: what was recorded, or why it was refused.");
        retries = meter.CreateCounter<long>("booking.commit.retries", "{commit}",
            "Commits that somebody else was ahead of; they were decided again.");
        expiries = meter.CreateCounter<long>("booking.hold.expiries", "{hold}", "Holds whose time ran out, by whether they were freed.");
    }

    /// <summary>Carries out a command and counts its outcome.</summary>
    public async Task<CommandAnswer> MeasureAsync(string command, Func<Task<CommandAnswer>> carryOut)
    {
        using var activity = activities.StartActivity(command);
        var outcome = "failed";
        try
        {
            var answer = await carryOut();
            outcome = answer.Receipt?.Event ?? answer.Refusal?.Reason ?? nameof(RefusalReason.None);
            return answer;
        }
        finally
        {
            activity?.SetTag("outcome", outcome);
            commands.Add(1, new("command", command), new("outcome", outcome));
        }
    }

    public void Retried()
    {
        retries.Add(1);
        LogStale();
    }

    public void Expired(bool freed) => expiries.Add(1, new KeyValuePair<string, object?>("freed", freed));

    public void Dispose()
    {
        activities.Dispose();
        meter.Dispose();
    }

    [LoggerMessage(2111, LogLevel.Debug, "A commit was refused as stale: somebody else was ahead.")]
    partial void LogStale();
}
