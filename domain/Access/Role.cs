namespace OrleansScheduling.Domain.Access;

/// <summary>What a person or system may do; see <see cref="Policy"/>. Somebody may have several.</summary>
public enum Role
{
    None = 0,

    /// <summary>Takes calls: reports repairs, books, moves and cancels appointments.</summary>
    CallHandler = 1,

    /// <summary>Looks after a contractor's diaries.</summary>
    Planner = 2,

    /// <summary>Carries out visits; sees the own diary and the jobs in it.</summary>
    Operative = 3,

    /// <summary>Answers for contracts: sees what is done under them.</summary>
    ContractManager = 4,

    /// <summary>Lives in a home; sees it and its repairs.</summary>
    Tenant = 5,

    /// <summary>Another system that logs and books by itself.</summary>
    Integrator = 6,

    /// <summary>Gives and takes away access to an organisation, and sees who did what in it.</summary>
    Administrator = 7,
}
