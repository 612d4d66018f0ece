using System.Collections.Frozen;
using OrleansScheduling.Domain.Identity;

namespace OrleansScheduling.Domain.Access;

/// <summary>All contracts of an organisation, or the ones that are named. It never reaches beyond the organisation's own.</summary>
public sealed class ContractScope
{
    /// <summary>Most contracts that one scope names; more is what "all" is for.</summary>
    public const int MaxNamed = 256;

    ContractScope(FrozenSet<ContractId>? named) => Named = named;

    public static ContractScope All { get; } = new((FrozenSet<ContractId>?)null);

    /// <exception cref="ArgumentException">More than <see cref="MaxNamed"/>.</exception>
    public static ContractScope Of(IEnumerable<ContractId> contracts)
    {
        var named = contracts.ToFrozenSet();
        Rule.Holds(named.Count <= MaxNamed, "ContractScope.Named", named.Count, $"it names at most {MaxNamed} contracts");
        return new ContractScope(named);
    }

    public bool IsAll => Named is null;

    /// <summary>Null: all.</summary>
    public IReadOnlySet<ContractId>? Named { get; }

    public bool Includes(ContractId contract) => Named is null || Named.Contains(contract);
}
