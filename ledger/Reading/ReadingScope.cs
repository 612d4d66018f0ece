using System.Runtime.CompilerServices;
using OrleansScheduling.Domain.Access;

namespace OrleansScheduling.Ledger.Reading;

/// <summary>An <see cref="AccessScope"/> in the form that the query filters send to the database.</summary>
public sealed record ReadingScope
{
    static readonly ConditionalWeakTable<AccessScope, ReadingScope> Made = [];

    /// <summary>Nobody's: every query answers as if the database were empty.</summary>
    public static ReadingScope Nothing { get; } = new();

    /// <summary>0 is nobody's organisation.</summary>
    public int Organisation { get; private init; }

    public int[] Contracts { get; private init; } = [];

    public int[] Organisations { get; private init; } = [];

    public string[] Schedules { get; private init; } = [];

    /// <summary>The patches that the contracts serve, each as <c>client/patch</c>: whose properties are meant.</summary>
    public string[] Served { get; private init; } = [];

    /// <summary>Whether the scope takes in all contracts of the organisation.</summary>
    public bool AllContracts { get; private init; }

    public bool AllOwnProperties { get; private init; }

    public bool OwnOnly { get; private init; }

    /// <summary>0 for those who carry out no visits.</summary>
    public int OwnOperative { get; private init; }

    /// <summary>0 for those who are not tenants.</summary>
    public int OwnHome { get; private init; }

    /// <summary>Made once for each scope: a contractor may serve hundreds of patches, and every question needs them.</summary>
    public static ReadingScope Of(AccessScope scope) => Made.GetValue(scope, Make);

    static ReadingScope Make(AccessScope scope) => new()
    {
        Organisation = scope.Organisation.Value,
        Contracts = [.. scope.Contracts.Select(contract => contract.Value).Order()],
        Organisations = [.. scope.Organisations.Select(organisation => organisation.Value).Order()],
        Schedules = [.. scope.Schedules.Order(StringComparer.Ordinal)],
        Served = [.. scope.Served.Select(served => $"{served.Client.Value}/{served.Patch.Value}").Order(StringComparer.Ordinal)],
        AllContracts = scope.Principal.Contracts.IsAll,
        AllOwnProperties = scope.SeesAllOwnProperties,
        OwnOnly = scope.OwnOnly,
        OwnOperative = scope.Principal.Operative?.Value ?? 0,
        OwnHome = scope.Principal.Home?.Value ?? 0,
    };
}
