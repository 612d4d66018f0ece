using System.Diagnostics;

namespace OrleansScheduling.Bench;

/// <param name="PerSecond">Calls that ended a second.</param>
public sealed record LoopResult(double PerSecond, double P50Milliseconds, double P99Milliseconds, long Calls)
{
    /// <param name="times">How long each call took, in ticks of <see cref="Stopwatch"/>, in any order.</param>
    /// <param name="seconds">How long was measured.</param>
    public static LoopResult Of(IEnumerable<long> times, double seconds)
    {
        var all = times.Order().ToArray();
        double At(double share) => all.Length == 0
            ? double.NaN : all[(int)Math.Min(all.Length - 1, all.Length * share)] * 1000.0 / Stopwatch.Frequency;
        return new LoopResult(all.Length / seconds, At(0.50), At(0.99), all.Length);
    }
}

/// <summary>So many callers, each of which makes its next call when the last one has been answered.</summary>
public static class ClosedLoop
{
    /// <summary>Before measuring: connections open, plans are cached, code is compiled.</summary>
    static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    /// <param name="call">Makes one call; gets the caller's number.</param>
    public static Task<LoopResult> RunAsync(int callers, int seconds, Func<int, Task> call, CancellationToken cancellationToken) =>
        RunAsync(callers, WarmUp, TimeSpan.FromSeconds(seconds), call, cancellationToken);

    public static async Task<LoopResult> RunAsync(
        int callers, TimeSpan warmUp, TimeSpan measured, Func<int, Task> call, CancellationToken cancellationToken) =>
        LoopResult.Of(await TimesAsync(callers, warmUp, measured, call, cancellationToken), measured.TotalSeconds);

    /// <returns>How long each call took, in ticks of <see cref="Stopwatch"/>.</returns>
    public static async Task<IReadOnlyList<long>> TimesAsync(
        int callers, TimeSpan warmUp, TimeSpan measured, Func<int, Task> call, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var from = start + (long)(warmUp.TotalSeconds * Stopwatch.Frequency);
        var until = from + (long)(measured.TotalSeconds * Stopwatch.Frequency);
        var loops = await Task.WhenAll(Enumerable.Range(0, callers)
            .Select(caller => Task.Run(() => LoopAsync(caller, from, until, call, cancellationToken), cancellationToken)));
        return [.. loops.SelectMany(times => times)];
    }

    static async Task<List<long>> LoopAsync(int caller, long from, long until, Func<int, Task> call, CancellationToken cancellationToken)
    {
        var times = new List<long>();
        while (true)
        {
            var begin = Stopwatch.GetTimestamp();
            if (begin >= until) return times;
            cancellationToken.ThrowIfCancellationRequested();
            await call(caller);
            var end = Stopwatch.GetTimestamp();
            if (end >= from && end < until) times.Add(end - begin);
        }
    }
}
