namespace OrleansScheduling.Testing.Simulation;

/// <summary>What is broken on purpose in a simulated database, so that it can be seen that a simulation finds it.</summary>
public enum Defect
{
    None = 0,

    /// <summary>Now and then the versions of diaries are not compared.</summary>
    VersionsUnchecked = 1,

    /// <summary>Now and then a batch is written twice.</summary>
    WrittenTwice = 2,

    /// <summary>What a changeset was decided on is not asked.</summary>
    DecidedOnIgnored = 3,

    /// <summary>Keys are not compared.</summary>
    KeysIgnored = 4,

    /// <summary>Now and then a reader of the feed is not shown an entry.</summary>
    EntrySkipped = 5,

    /// <summary>Now and then a commit is answered and not written.</summary>
    CommitLost = 6,

    /// <summary>Expired holds are not listed.</summary>
    ExpiryMissed = 7,
}
