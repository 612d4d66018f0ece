using System.Globalization;
using System.Threading.RateLimiting;
using OrleansScheduling.Api.Access;
using OrleansScheduling.Api.GraphQL;
using OrleansScheduling.GraphQL;

namespace OrleansScheduling.Api.Hosting;

/// <summary>What one caller may ask of the interfaces in a minute: section <c>Limits</c>. 0: not limited.</summary>
public sealed record LimitOptions
{
    /// <summary>
    /// Requests to /graphql of one caller in a minute; operations over its sockets are counted apart, up to as many. 0: not limited.
    /// </summary>
    public int GraphQLPerMinute { get; init; } = HostLimits.GraphQLPerMinute;

    /// <summary>
    /// Requests to /live of one caller in a minute: negotiations, connections, messages where there are no WebSockets. 0: not limited.
    /// </summary>
    public int LiveRequestsPerMinute { get; init; } = HostLimits.LiveRequestsPerMinute;

    /// <summary>Calls of one caller over live connections in a minute. 0: not limited.</summary>
    public int LiveCallsPerMinute { get; init; } = HostLimits.LiveCallsPerMinute;
}

/// <summary>
/// How often somebody may ask, counted by who has signed in, else by address; sign-ins always by address. Whoever is past it gets 429
/// with the seconds to wait.
/// </summary>
static class RateLimits
{
    public const string Pages = "pages";
    public const string GraphQL = "graphql";
    public const string Live = "live";

    /// <summary>A minute moves on in steps of five seconds.</summary>
    const int StepsPerMinute = 12;

    static readonly TimeSpan WaitUnlessTold = TimeSpan.FromSeconds(10);

    /// <summary>What is counted apart.</summary>
    internal enum Kind
    {
        None = 0,
        Search = 1,
        Claim = 2,
        SignIn = 3,
        GraphQL = 4,
        LiveRequest = 5,
        Operation = 6,
        LiveCall = 7,
    }

    public static IServiceCollection AddRateLimits(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(configuration.GetSection("Limits").Get<LimitOptions>() ?? new LimitOptions());
        services.AddSingleton<CallLimits>();
        return services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.OnRejected = async (rejected, cancellationToken) =>
            {
                var response = rejected.HttpContext.Response;
                var seconds = Math.Max(1, (int)Math.Ceiling(WaitOf(rejected.Lease).TotalSeconds));
                response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
                if (rejected.HttpContext.Request.Path == ScheduleGraphQL.Path) await WriteErrorAsync(response, seconds, cancellationToken);
            };
            limiter.AddPolicy(Pages, context => Partition(context, PageKindOf(context.Request)));
            limiter.AddPolicy(GraphQL, context => Partition(context, Kind.GraphQL));
            limiter.AddPolicy(Live, context => Partition(context, Kind.LiveRequest));
        });
    }

    internal static TimeSpan WaitOf(RateLimitLease lease) =>
        lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : WaitUnlessTold;

    internal static RateLimitPartition<(Kind Kind, int Caller)> Partition(HttpContext context, Kind kind)
    {
        var permits = PermitsOf(context.RequestServices, kind);
        if (permits <= 0) return RateLimitPartition.GetNoLimiter((kind, 0));
        return RateLimitPartition.GetSlidingWindowLimiter((kind, CallerOf(context, kind)), _ => new SlidingWindowRateLimiterOptions
        {
            PermitLimit = permits,
            Window = TimeSpan.FromMinutes(1),
            SegmentsPerWindow = StepsPerMinute,
            QueueLimit = 0,
        });
    }

    /// <summary>One of a bounded number. Hashes of texts differ from process to process: nobody can choose whose count to use up.</summary>
    static int CallerOf(HttpContext context, Kind kind)
    {
        var principal = kind == Kind.SignIn ? null : PrincipalClaims.KeyOf(context.User);
        var key = principal is null ? $"address {FailureLimit.AddressOf(context)}" : $"principal {principal}";
        return (key.GetHashCode(StringComparison.Ordinal) & int.MaxValue) % HostLimits.CountedCallers;
    }

    static int PermitsOf(IServiceProvider services, Kind kind) => kind switch
    {
        Kind.SignIn => services.GetRequiredService<AccessOptions>().SignInsPerMinute,
        Kind.Claim => services.GetRequiredService<DeskOptions>().ClaimsPerMinute,
        Kind.Search => services.GetRequiredService<DeskOptions>().SearchesPerMinute,
        Kind.GraphQL or Kind.Operation => services.GetRequiredService<LimitOptions>().GraphQLPerMinute,
        Kind.LiveRequest => services.GetRequiredService<LimitOptions>().LiveRequestsPerMinute,
        _ => services.GetRequiredService<LimitOptions>().LiveCallsPerMinute,
    };

    static Kind PageKindOf(HttpRequest request)
    {
        if (!HttpMethods.IsPost(request.Method)) return Kind.Search;
        return request.Path.StartsWithSegments(Sessions.SignInPath, StringComparison.OrdinalIgnoreCase) ? Kind.SignIn : Kind.Claim;
    }

    /// <summary>A GraphQL client reads errors, not pages.</summary>
    static Task WriteErrorAsync(HttpResponse response, int seconds, CancellationToken cancellationToken) => response.WriteAsJsonAsync(
        new
        {
            errors = new[]
            {
                new
                {
                    message = $"Too many requests. Try again in {seconds} s.",
                    extensions = new { code = GraphQLErrorCodes.RateLimited, retryAfter = seconds },
                },
            },
        },
        cancellationToken);
}

/// <summary>Counts what comes over connections that are open already, where no middleware sees it.</summary>
sealed class CallLimits : IDisposable
{
    readonly PartitionedRateLimiter<HttpContext> operations = Limiter(RateLimits.Kind.Operation);
    readonly PartitionedRateLimiter<HttpContext> calls = Limiter(RateLimits.Kind.LiveCall);

    /// <summary>How long the caller of a GraphQL operation over a socket has to wait; null when it may go on.</summary>
    public TimeSpan? WaitForOperation(HttpContext context) => Wait(operations, context);

    /// <summary>As <see cref="WaitForOperation"/>, for a call over a live connection.</summary>
    public TimeSpan? WaitForCall(HttpContext context) => Wait(calls, context);

    static PartitionedRateLimiter<HttpContext> Limiter(RateLimits.Kind kind) =>
        PartitionedRateLimiter.Create<HttpContext, (RateLimits.Kind, int)>(context => RateLimits.Partition(context, kind));

    static TimeSpan? Wait(PartitionedRateLimiter<HttpContext> limiter, HttpContext context)
    {
        using var lease = limiter.AttemptAcquire(context);
        return lease.IsAcquired ? null : RateLimits.WaitOf(lease);
    }

    public void Dispose()
    {
        operations.Dispose();
        calls.Dispose();
    }
}
