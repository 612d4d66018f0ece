using System.Net;

namespace OrleansScheduling.Grains.Engine;

/// <summary>Where the processes of a cluster find each other; section <c>Cluster</c>. For programs built for a cluster.</summary>
public sealed record GrainClusterOptions
{
    public const string Section = "Cluster";

    /// <summary>Fits the tables' columns, and a line of a log.</summary>
    const int MaxNameLength = 64;

    /// <summary>In a program built for a cluster: processes of one name are one; several may share a database.</summary>
    public string Name { get; init; } = "scheduling";

    /// <summary>In a cluster: this machine's IP address, as the others reach it; empty: the first that its name has.</summary>
    public string Address { get; init; } = "";

    /// <summary>In a cluster: the port at which the other processes reach this one; 0: any that is free.</summary>
    public int Port { get; init; } = 11_111;

    /// <exception cref="InvalidDataException">A setting cannot be used.</exception>
    public void Validate()
    {
        if (Name.Length is 0 or > MaxNameLength)
            throw new InvalidDataException($"{Section}:Name has {Name.Length} characters; it has 1 to {MaxNameLength}.");
        if (Address.Length > 0 && !IPAddress.TryParse(Address, out _))
            throw new InvalidDataException($"{Section}:Address is {Address}; it is an IP address of this machine.");
        if (Port is < 0 or > ushort.MaxValue)
            throw new InvalidDataException($"{Section}:Port is {Port}; it is from 1 to {ushort.MaxValue}, or 0.");
    }
}
