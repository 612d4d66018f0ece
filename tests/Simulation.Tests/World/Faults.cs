namespace OrleansScheduling.Simulation.Tests.World;

/// <summary>How bad the world is, decided by the seed; chances are in ten thousand.</summary>
sealed class Faults
{
    static readonly TimeSpan ShortestWay = TimeSpan.FromMicroseconds(100);

    readonly SimulatedWorld world;
    readonly int slow;
    readonly TimeSpan usual;

    public Faults(SimulatedWorld world)
    {
        this.world = world;
        // One world in eight is calm: there only the order is left to chance.
        var isCalm = world.Draw(8) == 0;
        Lost = isCalm ? 0 : world.Draw(300);
        Repeated = isCalm ? 0 : world.Draw(300);
        slow = isCalm ? 0 : world.Draw(400);
        usual = world.DrawTime(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(20));
        Crashes = isCalm ? 0 : world.Draw(4);
        Pauses = isCalm ? 0 : world.Draw(3);
        FeedHeldBack = isCalm ? 0 : world.Draw(4);
        ClockJumps = isCalm || world.Draw(3) > 0 ? 0 : 1 + world.Draw(2);
    }

    public int Lost { get; private set; }

    public int Repeated { get; private set; }

    /// <summary>How many processes crash and start again.</summary>
    public int Crashes { get; }

    /// <summary>How many times a process stands still.</summary>
    public int Pauses { get; }

    /// <summary>How many times a long transaction keeps new entries from the feed's readers.</summary>
    public int FeedHeldBack { get; }

    /// <summary>How many times a process's clock is an hour off.</summary>
    public int ClockJumps { get; }

    public bool HaveHealed { get; private set; }

    /// <summary>From now on nothing goes wrong any more.</summary>
    public void Heal() => (Lost, Repeated, HaveHealed) = (0, 0, true);

    public bool IsLost() => world.Happens(Lost);

    public bool IsRepeated() => world.Happens(Repeated);

    /// <summary>A message's way, or a disk's flush: short as a rule, seconds when something is slow.</summary>
    public TimeSpan Way() => !HaveHealed && world.Happens(slow)
        ? world.DrawTime(usual, TimeSpan.FromSeconds(8)) : world.DrawTime(ShortestWay, usual);
}
