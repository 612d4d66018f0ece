using OrleansScheduling.GrainInterfaces;

namespace OrleansScheduling.Simulation.Tests.World;

/// <summary>A command of a caller, which may be sent several times under its one key.</summary>
sealed class SentCommand(string key, int organisation, string what, Func<SimulatedNode, Task<CommandAnswer>> send)
{
    public string Key => key;

    public int Organisation => organisation;

    public string What => what;

    public Func<SimulatedNode, Task<CommandAnswer>> Send => send;

    public long FirstSentAt { get; set; }

    public long AnsweredAt { get; set; }

    /// <summary>Times that it is on its way to a process, or has reached one and not been answered there: it may still be carried
    /// out.</summary>
    public int UnderWay { get; set; }

    public Receipt? Receipt { get; set; }

    /// <summary>A process has carried it out, or found that it was, and has answered; whether the answer arrived is another
    /// matter.</summary>
    public bool IsCarriedOut { get; set; }

    /// <summary>Answered with a refusal that nothing of it has overtaken or still can: it was not carried out, and will not be.</summary>
    public bool IsRefused { get; set; }
}
