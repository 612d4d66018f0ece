namespace OrleansScheduling.Embedded;

/// <summary>A place where a grain interface doesn't keep the rules of the wire.</summary>
/// <param name="Method">Interface and method.</param>
/// <param name="Path">The way from the method's argument or result to the place.</param>
/// <param name="Rule">What is wrong there.</param>
public sealed record ContractFault(string Method, string Path, string Rule)
{
    public override string ToString() => $"{Method}: {Path}: {Rule}";
}
