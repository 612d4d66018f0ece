using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace OrleansScheduling.GraphQL.Tests.Support;

/// <summary>Every exception that a server records, whoever does.</summary>
sealed class FaultLog : ILoggerProvider, ILogger
{
    readonly ConcurrentQueue<Exception> faults = new();

    public IReadOnlyCollection<Exception> Faults => faults;

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel)) faults.Enqueue(exception ?? new InvalidOperationException(formatter(state, exception)));
    }

    public void Dispose()
    {
    }
}
