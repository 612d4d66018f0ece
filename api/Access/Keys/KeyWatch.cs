using System.Security.Claims;

namespace OrleansScheduling.Api.Access.Keys;

/// <summary>Ends connections whose key was revoked: what stays open is signed in once, and a key may be revoked meanwhile.</summary>
sealed partial class KeyWatch(ApiKeys keys, TimeProvider time, ILogger<KeyWatch> log)
{
    /// <summary>How a subject begins that is a key.</summary>
    const string Start = BearerSignIn.ViaKey + ":";

    readonly ApiKeys keys = keys;

    /// <summary>Looks at the connection's key again and again, until it is not good any more or the connection has ended.</summary>
    public void Follow(HttpContext context, ClaimsPrincipal? user)
    {
        if (PrincipalClaims.SubjectOf(user) is not { } subject || !subject.StartsWith(Start, StringComparison.Ordinal)) return;
        context.Response.RegisterForDispose(new Watched(this, context, subject[Start.Length..], time));
    }

    sealed class Watched : IDisposable
    {
        readonly KeyWatch watch;
        readonly string key;
        readonly CancellationToken ended;
        readonly ITimer timer;
        readonly Lock gate = new();

        /// <summary>Null when the connection has ended: the server uses the object again for another.</summary>
        HttpContext? context;

        public Watched(KeyWatch watch, HttpContext context, string key, TimeProvider time)
        {
            (this.watch, this.context, this.key, ended) = (watch, context, key, context.RequestAborted);
            // What is remembered of a key is so old at most: asked more often, the answer would be the same.
            timer = time.CreateTimer(static self => _ = ((Watched)self!).LookAsync(), this, ApiKeys.Memory, ApiKeys.Memory);
        }

        async Task LookAsync()
        {
            try
            {
                if (await watch.keys.IsGoodAsync(key, ended)) return;
                lock (gate) context?.Abort();
            }
            catch (OperationCanceledException) when (ended.IsCancellationRequested)
            {
                // The connection has ended.
            }
            catch (Exception failure)
            {
                // The database is away: the next look asks again.
                watch.LogNotRead(key, failure);
            }
        }

        public void Dispose()
        {
            timer.Dispose();
            lock (gate) context = null;
        }
    }

    [LoggerMessage(3312, LogLevel.Warning, "Whether key {Key} is good still could not be read; its connections stay open until it can.")]
    partial void LogNotRead(string key, Exception failure);
}

static class KeyWatchRoutes
{
    /// <summary>For an address whose requests stay open.</summary>
    public static TBuilder EndingWithKeys<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoints.Finally(endpoint =>
        {
            if (endpoint.RequestDelegate is not { } inner) return;
            endpoint.RequestDelegate = context =>
            {
                context.RequestServices.GetRequiredService<KeyWatch>().Follow(context, context.User);
                return inner(context);
            };
        });
        return endpoints;
    }
}
