using System.Diagnostics.CodeAnalysis;
using Orleans.Runtime;

namespace Orleans.Runtime
{
    /// <summary>A timer of an activation; it ends with it.</summary>
    public interface IGrainTimer : IDisposable
    {
        /// <summary>
        /// Sets when the next tick is due and the time between ticks; <see cref="Timeout.InfiniteTimeSpan"/> switches either off.
        /// </summary>
        void Change(TimeSpan dueTime, TimeSpan period);
    }

    public readonly struct GrainTimerCreationOptions()
    {
        [SetsRequiredMembers]
        public GrainTimerCreationOptions(TimeSpan dueTime, TimeSpan period)
            : this()
        {
            DueTime = dueTime;
            Period = period;
        }

        /// <summary>The time to the first tick.</summary>
        public required TimeSpan DueTime { get; init; }

        /// <summary>The time from the end of a tick to the next one.</summary>
        public required TimeSpan Period { get; init; }

        /// <summary>Whether ticks may interleave with calls; by default they wait their turn like a call.</summary>
        public bool Interleave { get; init; }

        /// <summary>Whether ticks count as use, so that the activation isn't idle while the timer runs.</summary>
        public bool KeepAlive { get; init; }
    }
}

namespace Orleans.Timers
{
    /// <summary>Makes the timers of grains.</summary>
    public interface ITimerRegistry
    {
        IGrainTimer RegisterGrainTimer<TState>(
            IGrainContext grainContext, Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options);
    }
}
