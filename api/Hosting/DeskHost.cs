using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using OrleansScheduling.Api.Access;
using OrleansScheduling.Api.Access.Keys;
using OrleansScheduling.Api.Desk;
using OrleansScheduling.Api.GraphQL;
using OrleansScheduling.Api.Live;
using OrleansScheduling.Grains;
using OrleansScheduling.Grains.Engine;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Hosting;

/// <summary>Puts the host together: ledger, grains, pages and the live hub.</summary>
public static class DeskHost
{
    /// <param name="adjust">For tests: changes what was registered.</param>
    public static WebApplication Build(string[] settings, Action<WebApplicationBuilder>? adjust = null)
    {
        var builder = SettingsBuilder(settings);
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(LimitKestrel);
        var services = builder.Services;
        var access = builder.Configuration.GetSection("Access").Get<AccessOptions>() ?? new AccessOptions();
        services.Configure<HostOptions>(options => options.ShutdownTimeout = HostLimits.StopTime);
        services.AddLedger(builder.Configuration);
        builder.AddGrainEngine();
        builder.Services.AddScheduling(builder.Configuration);
        if (builder.Configuration.GetValue("Scheduling:LivePlans", true)) services.AddLivePlans();
        services.AddSingleton(builder.Configuration.GetSection("Desk").Get<DeskOptions>() ?? new DeskOptions());
        services.AddSingleton(builder.Configuration.GetSection("Demo").Get<DemoOptions>() ?? new DemoOptions());
        services.AddAccess(access, builder.Environment.IsDevelopment(), KeyDirectory(builder.Configuration));
        services.AddDesk();
        services.AddLive(builder.Configuration);
        services.AddScheduleGraphQL(builder.Configuration);
        services.AddSingleton<Readiness>();
        services.AddSingleton(provider => new CallerPatience(
            provider.GetRequiredService<LedgerOptions>(), provider.GetRequiredService<IHttpContextAccessor>(),
            provider.GetRequiredService<TimeProvider>(), () => provider.GetRequiredService<LedgerDatabase>().IsSilent));
        services.AddHostedService<FirstStart>();
        services.AddHostedService<FeedWatch>();
        AddPages(builder);
        services.AddRateLimits(builder.Configuration);
        builder.AddTelemetry();
        adjust?.Invoke(builder);
        var app = builder.Build();
        Use(app);
        return app;
    }

    /// <summary>Settings from the file beside the program, the environment and the command line.</summary>
    public static WebApplicationBuilder SettingsBuilder(string[] settings) => WebApplication.CreateBuilder(new WebApplicationOptions
    {
        Args = settings,
        ApplicationName = typeof(DeskHost).Assembly.GetName().Name,
        // Relative paths in settings are of the directory that the program is started in; the program's own files are beside it.
        ContentRootPath = AppContext.BaseDirectory,
    });

    static void LimitKestrel(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = HostLimits.MaxRequestBodyBytes;
        kestrel.Limits.MaxRequestHeadersTotalSize = HostLimits.MaxRequestHeadersBytes;
        kestrel.Limits.MaxRequestHeaderCount = HostLimits.MaxRequestHeaders;
        kestrel.Limits.MaxRequestLineSize = HostLimits.MaxRequestLineBytes;
        kestrel.Limits.MaxConcurrentConnections = HostLimits.MaxConnections;
        kestrel.Limits.MaxConcurrentUpgradedConnections = HostLimits.MaxLiveConnections;
        kestrel.Limits.RequestHeadersTimeout = HostLimits.HeadersTime;
        kestrel.Limits.KeepAliveTimeout = HostLimits.IdleTime;
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(HostLimits.MinBytesPerSecond, HostLimits.SlowGrace);
        kestrel.Limits.MinResponseDataRate = new MinDataRate(HostLimits.MinBytesPerSecond, HostLimits.SlowGrace);
    }

    static void AddPages(WebApplicationBuilder builder)
    {
        var services = builder.Services;
        // Razor Pages ask for the antiforgery token on every form by themselves.
        services.AddRazorPages(options => options.Conventions.AddPageRoute("/Windows", "/jobs/{reference}/windows"));
        services.Configure<FormOptions>(options =>
        {
            options.ValueCountLimit = HostLimits.MaxFormFields;
            options.ValueLengthLimit = (int)HostLimits.MaxRequestBodyBytes;
        });
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "desk.forms";
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.HttpOnly = true;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            options.FormFieldName = "_form";
            // The header is set for every page, with the rest of them.
            options.SuppressXFrameOptionsHeader = true;
        });
        services.AddDataProtection().SetApplicationName("OrleansScheduling")
            .PersistKeysToFileSystem(new DirectoryInfo(KeyDirectory(builder.Configuration)));
    }

    /// <summary>Where this installation's own keys are kept.</summary>
    static string KeyDirectory(IConfiguration configuration)
    {
        var desk = configuration.GetSection("Desk").Get<DeskOptions>() ?? new DeskOptions();
        var ledger = configuration.GetSection("Ledger").Get<LedgerOptions>() ?? new LedgerOptions();
        return desk.KeyDirectory.Length > 0 ? desk.KeyDirectory : Path.Combine(ledger.Directory, "keys");
    }

    static void Use(WebApplication app)
    {
        var time = app.Services.GetRequiredService<TimeProvider>();
        app.UseMiddleware<SecurityHeaders>();
        app.UseExceptionHandler("/problem/500");
        app.UseStatusCodePagesWithReExecute("/problem/{0}");
        app.UseWebSockets();
        app.UseRouting();
        app.UseMiddleware<LiveOrigin>();
        app.UseMiddleware<SettingUpPage>();
        app.UseMiddleware<AwayAnswer>();
        // Who it is comes first: whoever has signed in is counted as such, wherever from.
        app.UseAuthentication();
        app.Use((context, next) =>
        {
            if (context.Features.Get<RequestBegan>() is { } began) began.SignIn = time.GetElapsedTime(began.At);
            return next(context);
        });
        app.UseRateLimiter();
        app.UseAuthorization();
        app.UseMiddleware<DeskCookie>();
        app.MapHealth();
        app.MapStaticAssets().AllowAnonymous();
        // A connection ends with the session or token that it was opened with.
        app.MapHub<LiveHub>(LiveHub.Path, live => live.CloseOnAuthenticationExpiration = true)
            .RequireRateLimiting(RateLimits.Live).EndingWithKeys();
        app.MapScheduleGraphQL();
        app.MapDemonstration();
        app.MapIssuers();
        app.MapRazorPages().RequireRateLimiting(RateLimits.Pages).WithStaticAssets();
    }
}
