using System.Reflection;
using System.Runtime.ExceptionServices;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Grains.Tests;

/// <summary>The ledger under a node, with commits in the hands of a test. All else goes through; readings of diaries are counted.</summary>
public sealed class FaultyLedger
{
    /// <param name="commit">Carries a commit out for real.</param>
    public delegate Task<CommitResult> Interference(Func<Task<CommitResult>> commit);

    /// <summary>What is done in place of a commit; null: the commit.</summary>
    public Interference? OnCommit { get; set; }

    /// <summary>Commits that were asked for while somebody interfered.</summary>
    public int Commits => Volatile.Read(ref commits);

    /// <summary>How often some diaries were read.</summary>
    public int DiaryReadings => Volatile.Read(ref diaryReadings);

    int commits;
    int diaryReadings;

    public ILedger Over(ILedger ledger)
    {
        var proxy = DispatchProxy.Create<ILedger, Proxy>();
        ((Proxy)(object)proxy).Set(this, ledger);
        return proxy;
    }

    public class Proxy : DispatchProxy
    {
        FaultyLedger faults = null!;
        ILedger inner = null!;

        internal void Set(FaultyLedger faults, ILedger inner) => (this.faults, this.inner) = (faults, inner);

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod!.Name == nameof(ILedger.LoadDiariesAsync)) Interlocked.Increment(ref faults.diaryReadings);
            if (targetMethod.Name != nameof(ILedger.CommitAsync) || faults.OnCommit is not { } interfere) return Pass();
            Interlocked.Increment(ref faults.commits);
            return interfere(() => (Task<CommitResult>)Pass()!);

            object? Pass()
            {
                try
                {
                    return targetMethod.Invoke(inner, args);
                }
                catch (TargetInvocationException failure) when (failure.InnerException is not null)
                {
                    ExceptionDispatchInfo.Throw(failure.InnerException);
                    throw;
                }
            }
        }
    }
}
