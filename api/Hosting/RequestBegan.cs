namespace OrleansScheduling.Api.Hosting;

/// <summary>When a request came, before anybody asked who sent it; a socket has none.</summary>
/// <param name="At">A timestamp of the host's <see cref="TimeProvider"/>.</param>
sealed record RequestBegan(long At);
