using OrleansScheduling.Domain.Access;

namespace OrleansScheduling.Api.Access;

/// <summary>What came of a token or key. Why one was refused is not for whoever sent it.</summary>
/// <param name="Principal">Null: refused.</param>
/// <param name="Via">An issuer's name, "demo" or "key".</param>
/// <param name="Expires">When it ends; long connections end with it.</param>
public sealed record SignInOutcome(Principal? Principal, string Via, DateTimeOffset Expires)
{
    public static readonly SignInOutcome Refused = new(null, "", default);
}
