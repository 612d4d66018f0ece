using System.Globalization;

namespace OrleansScheduling.Domain.Identity;

/// <summary>A client or a contractor. Allocated by the registry when the organisation is first imported.</summary>
public readonly record struct OrganisationId(int Value)
{
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>An agreement between one client and one contractor.</summary>
public readonly record struct ContractId(int Value)
{
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A home, a communal area or a site where work is done.</summary>
public readonly record struct PropertyId(int Value)
{
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A person who carries out visits; also names that person's diary.</summary>
public readonly record struct OperativeId(int Value)
{
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>
/// One visit of a job: the job and a number that is never used again within it, so that a visit which was moved away
/// cannot be confused with the one that replaced it.
/// </summary>
public readonly record struct VisitId(JobId Job, int Number)
{
    public override string ToString() => $"{Job}/{Number.ToString(CultureInfo.InvariantCulture)}";
}

/// <summary>A claim that expires: the job and a number that is never used again within it.</summary>
public readonly record struct HoldId(JobId Job, int Number)
{
    public override string ToString() => $"{Job}/H{Number.ToString(CultureInfo.InvariantCulture)}";
}
