namespace Orleans.Configuration
{
    /// <summary>How long callers wait and how long queues grow. Its defaults bound every mailbox; a cluster's don't.</summary>
    public class SiloMessagingOptions
    {
        /// <summary>How long a caller waits for an answer before it gets a <see cref="TimeoutException"/>.</summary>
        public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);

        /// <summary>A longer mailbox is logged; zero for never. A tenth of the hard limit: early enough to act.</summary>
        public int MaxEnqueuedRequestsSoftLimit { get; set; } = 1_000;

        /// <summary>
        /// A call to a mailbox of this length is refused; zero for never. At a millisecond a call it stands for ten seconds' work.
        /// </summary>
        public int MaxEnqueuedRequestsHardLimit { get; set; } = 10_000;

        /// <summary>The same for each worker of a stateless grain.</summary>
        public int MaxEnqueuedRequestsHardLimit_StatelessWorker { get; set; } = 10_000;
    }

    /// <summary>When activations that nobody uses are ended.</summary>
    public class GrainCollectionOptions
    {
        /// <summary>How often idle activations are looked for.</summary>
        public TimeSpan CollectionQuantum { get; set; } = TimeSpan.FromMinutes(1);

        /// <summary>How long an activation may be idle, if nothing else is said for its class.</summary>
        public TimeSpan CollectionAge { get; set; } = TimeSpan.FromMinutes(15);

        /// <summary>By the full name of the grain class.</summary>
        public Dictionary<string, TimeSpan> ClassSpecificCollectionAge { get; set; } = [];

        /// <summary>How long reading state and <c>OnActivateAsync</c> may take together.</summary>
        public TimeSpan ActivationTimeout { get; set; } = TimeSpan.FromSeconds(30);

        /// <summary>How long <c>OnDeactivateAsync</c> may take.</summary>
        public TimeSpan DeactivationTimeout { get; set; } = TimeSpan.FromSeconds(30);
    }
}

namespace Orleans.Hosting
{
    /// <summary>Bounds of reminders.</summary>
    public sealed class ReminderOptions
    {
        /// <summary>The shortest period that may be registered. Reminders are written down; for anything faster there are timers.</summary>
        public TimeSpan MinimumReminderPeriod { get; set; } = TimeSpan.FromMinutes(1);

        /// <summary>How often the table is read again, for reminders that another process has written.</summary>
        public TimeSpan RefreshReminderListPeriod { get; set; } = TimeSpan.FromMinutes(5);
    }
}

namespace OrleansScheduling.Embedded
{
    /// <summary>Bounds that only the engine in one process has.</summary>
    public sealed class EmbeddedSiloOptions
    {
        /// <summary>
        /// Above this many activations the least recently used idle ones are ended; at twice as many, when too few are idle, new ones
        /// are refused.
        /// At a few kilobytes a grain the default stands for some hundred megabytes.
        /// </summary>
        public int MaxActivations { get; set; } = 100_000;

        /// <summary>
        /// How long a stopping host waits for calls to finish. Below the 30 seconds that a .NET host allows for stopping in all.
        /// </summary>
        public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(15);

        /// <summary>After so long a busy activation gives its thread to others and queues up again.</summary>
        public TimeSpan TurnQuantum { get; set; } = TimeSpan.FromMilliseconds(20);
    }
}
