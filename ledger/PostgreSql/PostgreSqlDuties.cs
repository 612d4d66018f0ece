using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Npgsql;
using OrleansScheduling.Ledger.Duties;

namespace OrleansScheduling.Ledger.PostgreSql;

/// <summary>
/// Duties as session-level advisory locks on one connection of this process's own. The server decides who has one, and takes it back: at
/// once when the connection closes, and after <see cref="ServerPatience"/> when nothing is heard on it, which is what happens to a process
/// that was stopped or cut off. This process stops believing a little sooner, by a clock that no one sets.
/// </summary>
sealed partial class PostgreSqlDuties : IDuties, IAsyncDisposable
{
    /// <summary>
    /// First of the two ints of a lock: this plus the kind; the second is the duty's number. With the kind None, the second is the kind
    /// that somebody is ready for, held shared. The ledger's other advisory locks have one number instead of two, which the server keeps
    /// apart.
    /// </summary>
    public const int LockSpace = 0x4F53_0000;

    /// <summary>How often the server is asked: as soon as a duty is free, it is found so much later at most.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5);

    /// <summary>How long the server keeps a silent session: five missed questions.</summary>
    public static readonly TimeSpan ServerPatience = TimeSpan.FromSeconds(2.5);

    /// <summary>
    /// How long after a question was asked its answer counts. The server's patience begins later, with the answer: between the two lies
    /// room for clocks that do not run alike.
    /// </summary>
    public static readonly TimeSpan Trust = TimeSpan.FromSeconds(2);

    /// <summary>Seconds for an answer, and for a connection; past it another connection is tried.</summary>
    const int AnswerSeconds = 2;

    // One statement, one look at the lock table. Only two-int keys (objsubid 2) of this database and of this room.
    const string Look = """
        SELECT l.classid::bigint, l.objid::bigint, count(*)::int, bool_or(l.pid = pg_backend_pid())
        FROM pg_locks l
        WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.granted AND l.classid::bigint BETWEEN $1 AND $1 + 15
            AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        GROUP BY 1, 2
        """;

    const string Announce = "SELECT n FROM unnest($2) AS n WHERE pg_try_advisory_lock_shared($1, n)";
    const string Withdraw = "SELECT n FROM unnest($2) AS n WHERE pg_advisory_unlock_shared($1, n)";
    const string TryTake = "SELECT n FROM unnest($2) AS n WHERE pg_try_advisory_lock($1, n)";
    const string GiveBack = "SELECT n FROM unnest($2) AS n WHERE pg_advisory_unlock($1, n)";

    /// <summary>The server keeps no more of a session's name.</summary>
    const int NameLength = 63;

    readonly NpgsqlDataSource source;
    readonly DriverLimit limit;
    readonly TimeProvider time;
    readonly ILogger logger;
    readonly CancellationTokenSource stopping = new();
    readonly Lock gate = new();
    readonly Dictionary<DutyKind, int[]> wanted = [];
    FrozenSet<Duty> held = [];
    TaskCompletionSource bell = new(TaskCreationOptions.RunContinuationsAsynchronously);
    CancellationTokenSource? pause;
    Task? keeping;
    bool isChanged;
    bool isLost;
    int closed;

    /// <summary>When the question was asked that was answered last.</summary>
    long confirmed;

    /// <param name="time">The machine's own time, since the server goes by its own.</param>
    public PostgreSqlDuties(string connectionString, TimeProvider time, ILogger logger)
    {
        var connection = PostgreSqlSessions.Of(connectionString, Cut($"duties {Environment.ProcessId}@{Environment.MachineName}"));
        // Closed is closed: a connection that went back to a pool would keep its locks.
        connection.Pooling = false;
        connection.Timeout = AnswerSeconds;
        connection.CommandTimeout = DriverLimit.DriverSeconds(AnswerSeconds);
        // Whoever does not answer is not waited for, when it is told to stop.
        connection.CancellationTimeout = -1;
        connection.KeepAlive = 0;
        connection.Options = $"{connection.Options} -c idle_session_timeout={ServerPatience.TotalMilliseconds:0}".Trim();
        source = new NpgsqlDataSourceBuilder(connection.ConnectionString).Build();
        limit = new DriverLimit(TimeSpan.FromSeconds(AnswerSeconds), time);
        (this.time, this.logger) = (time, logger);
    }

    public event Action<Duty>? Taken;

    /// <summary>What the server calls the session: whoever looks for the holder of a lock finds the process.</summary>
    static string Cut(string name) => name.Length > NameLength ? name[..NameLength] : name;

    public bool Holds(Duty duty) =>
        Volatile.Read(ref held).Contains(duty) && time.GetElapsedTime(Volatile.Read(ref confirmed)) < Trust;

    public void Apply(DutyKind kind, IReadOnlyCollection<int> numbers)
    {
        if (kind == DutyKind.None || !Enum.IsDefined(kind)) throw new ArgumentOutOfRangeException(nameof(kind), kind, "No kind of duty.");
        if (numbers.Any(number => number is < 0 or >= Duty.MaxNumbers))
            throw new ArgumentOutOfRangeException(nameof(numbers), $"Duties are numbered from 0 to {Duty.MaxNumbers - 1}.");
        lock (gate)
        {
            var now = numbers.Distinct().Order().ToArray();
            if (wanted.TryGetValue(kind, out var before) ? before.AsSpan().SequenceEqual(now) : now.Length == 0) return;
            wanted[kind] = now;
            isChanged = true;
            // Nobody who does not work for others has a connection for it.
            if (closed == 0) keeping ??= Task.Run(RunAsync, CancellationToken.None);
            if (pause is not null) End(pause);
        }
    }

    public async Task WaitAsync(Duty duty, CancellationToken cancellationToken)
    {
        while (true)
        {
            // The bell is taken before the look: what is taken after the look rings it.
            var next = Volatile.Read(ref bell).Task;
            if (Holds(duty)) return;
            await next.WaitAsync(cancellationToken);
        }
    }

    async Task RunAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync(stopping.Token);
                await KeepAsync(connection);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }
            catch (Exception failure)
            {
                if (!isLost) LogLost(logger, failure);
                isLost = true;
            }

            Volatile.Write(ref held, []);
            try
            {
                await Task.Delay(Interval, time, stopping.Token);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        Volatile.Write(ref held, []);
    }

    async Task KeepAsync(NpgsqlConnection connection)
    {
        while (true)
        {
            await RoundAsync(connection);
            if (isLost) LogBack(logger);
            isLost = false;
            await PauseAsync(connection);
        }
    }

    /// <summary>Until it is time, or something else is wanted. Whatever the server says of itself, such as goodbye, is heard.</summary>
    async Task PauseAsync(NpgsqlConnection connection)
    {
        using var waiting = new CancellationTokenSource();
        await using var timer = time.CreateTimer(
            static wait => End((CancellationTokenSource)wait!), waiting, Interval, Timeout.InfiniteTimeSpan);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(waiting.Token, stopping.Token);
        lock (gate)
        {
            if (isChanged) return;
            pause = waiting;
        }

        try
        {
            while (true) await connection.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            // It is time.
        }
        finally
        {
            lock (gate) pause = null;
        }
    }

    /// <summary>
    /// What is called back when a wait ends may throw, while its connection is taken apart: that stays in a task that nobody looks at. Out
    /// of the timer of a <see cref="CancellationTokenSource"/> it would end the process.
    /// </summary>
    static void End(CancellationTokenSource waiting)
    {
        try
        {
            _ = waiting.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It has ended at the same moment.
        }
    }

    async Task RoundAsync(NpgsqlConnection connection)
    {
        KeyValuePair<DutyKind, int[]>[] kinds;
        lock (gate)
        {
            kinds = [.. wanted];
            isChanged = false;
        }

        var asked = time.GetTimestamp();
        var found = await limit.WaitAsync(stop => LookAsync(connection, stop), CancellationToken.None);
        // What the server says is so, whatever this process thought.
        Volatile.Write(ref held, found.Own);
        Volatile.Write(ref confirmed, asked);
        foreach (var (kind, numbers) in kinds) await DealAsync(connection, kind, numbers, found);
    }

    async Task DealAsync(NpgsqlConnection connection, DutyKind kind, int[] numbers, Found found)
    {
        var isReady = numbers.Length > 0;
        var wasReady = found.Ready.Contains(kind);
        if (isReady != wasReady) await ChangeAsync(connection, isReady ? Announce : Withdraw, LockSpace, [(int)kind]);
        var applicants = found.Applicants.GetValueOrDefault(kind) + (isReady && !wasReady ? 1 : 0);
        var own = found.Own.Where(duty => duty.Kind == kind).Select(duty => duty.Number).ToList();
        var share = DutyShare.Of(numbers, own, found.Others.GetValueOrDefault(kind) ?? [], Math.Max(1, applicants));
        if (share.GiveBack.Count > 0)
        {
            // First it is not done any more, then others may.
            Volatile.Write(ref held, held.Where(duty => duty.Kind != kind || !share.GiveBack.Contains(duty.Number)).ToFrozenSet());
            await ChangeAsync(connection, GiveBack, LockSpace + (int)kind, share.GiveBack);
            LogGivenBack(logger, kind, share.GiveBack.Count);
        }

        if (share.Take.Count == 0) return;
        var asked = time.GetTimestamp();
        var taken = await ChangeAsync(connection, TryTake, LockSpace + (int)kind, share.Take);
        if (taken.Count == 0) return;
        var duties = taken.ConvertAll(number => new Duty(kind, number));
        Volatile.Write(ref held, held.Concat(duties).ToFrozenSet());
        Volatile.Write(ref confirmed, asked);
        LogTaken(logger, kind, duties.Count, applicants);
        Interlocked.Exchange(ref bell, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        foreach (var duty in duties) Taken?.Invoke(duty);
    }

    /// <param name="Ready">The kinds that this session has said it is ready for.</param>
    /// <param name="Applicants">Sessions that are ready, by kind.</param>
    sealed record Found(
        FrozenSet<Duty> Own, HashSet<DutyKind> Ready, Dictionary<DutyKind, int> Applicants, Dictionary<DutyKind, HashSet<int>> Others);

    static async Task<Found> LookAsync(NpgsqlConnection connection, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(Look, connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = LockSpace });
        await using var row = await command.ExecuteReaderAsync(stop);
        var own = new List<Duty>();
        var found = new Found([], [], [], []);
        while (await row.ReadAsync(stop))
        {
            var (kind, number, isOwn) = ((DutyKind)(row.GetInt64(0) - LockSpace), (int)row.GetInt64(1), row.GetBoolean(3));
            if (kind == DutyKind.None)
            {
                found.Applicants[(DutyKind)number] = row.GetInt32(2);
                if (isOwn) found.Ready.Add((DutyKind)number);
            }
            else if (isOwn)
            {
                own.Add(new Duty(kind, number));
            }
            else
            {
                if (!found.Others.TryGetValue(kind, out var others)) found.Others[kind] = others = [];
                others.Add(number);
            }
        }

        return found with { Own = own.ToFrozenSet() };
    }

    Task<List<int>> ChangeAsync(NpgsqlConnection connection, string sql, int space, IReadOnlyList<int> numbers) =>
        limit.WaitAsync(stop => ExecuteAsync(connection, sql, space, numbers, stop), CancellationToken.None);

    static async Task<List<int>> ExecuteAsync(
        NpgsqlConnection connection, string sql, int space, IReadOnlyList<int> numbers, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = space });
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. numbers] });
        await using var row = await command.ExecuteReaderAsync(stop);
        var done = new List<int>();
        while (await row.ReadAsync(stop)) done.Add(row.GetInt32(0));
        return done;
    }

    /// <summary>Gives everything back: the connection closes. May be called again.</summary>
    public async ValueTask DisposeAsync()
    {
        Task? running;
        lock (gate)
        {
            if (closed != 0) return;
            closed = 1;
            running = keeping;
        }

        await stopping.CancelAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (running is not null) await running;
        stopping.Dispose();
        await source.DisposeAsync();
    }

    [LoggerMessage(EventId = 4040, Level = LogLevel.Information, Message =
        "This process has taken {Count} duties of kind {Kind}; {Applicants} processes share them")]
    static partial void LogTaken(ILogger logger, DutyKind kind, int count, int applicants);

    [LoggerMessage(EventId = 4041, Level = LogLevel.Information, Message = "This process has given back {Count} duties of kind {Kind}")]
    static partial void LogGivenBack(ILogger logger, DutyKind kind, int count);

    [LoggerMessage(EventId = 4042, Level = LogLevel.Warning, Message =
        "The connection that holds this process's duties was lost, and they with it; it is opened again")]
    static partial void LogLost(ILogger logger, Exception failure);

    [LoggerMessage(EventId = 4043, Level = LogLevel.Information, Message = "The connection that holds this process's duties is back")]
    static partial void LogBack(ILogger logger);
}
