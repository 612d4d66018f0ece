namespace OrleansScheduling.Api.Hosting;

/// <summary>How long it took to know who sent a request; a socket has none.</summary>
/// <param name="At">When it came, before anybody asked: a timestamp of the host's <see cref="TimeProvider"/>.</param>
sealed record RequestBegan(long At)
{
    public TimeSpan SignIn { get; set; }
}
