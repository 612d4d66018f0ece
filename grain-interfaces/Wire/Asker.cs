using Orleans;

namespace OrleansScheduling.GrainInterfaces;

/// <summary>
/// Who asks, as far as a grain has to know it: what the asker may not see answers exactly as what is not there. It comes from the host's
/// sign-in, never from a caller's own words. The rule is the domain's Viewpoint.
/// </summary>
/// <param name="Organisation">The organisation that the caller belongs to.</param>
/// <param name="Contracts">The contracts that the caller is limited to; null: all of the organisation's.</param>
/// <param name="OwnOnly">Whether only the own diary's visits and the own home's jobs are seen.</param>
/// <param name="Operative">Whose diary is the caller's own; 0: nobody's.</param>
/// <param name="Home">The property that is the caller's own home; 0: none.</param>
[GenerateSerializer, Immutable, Alias("scheduling.Asker")]
public sealed record Asker(
    [property: Id(0)] int Organisation,
    [property: Id(1)] IReadOnlyList<int>? Contracts = null,
    [property: Id(2)] bool OwnOnly = false,
    [property: Id(3)] int Operative = 0,
    [property: Id(4)] int Home = 0);
