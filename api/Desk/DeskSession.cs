using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using OrleansScheduling.Api.Access;
using OrleansScheduling.Domain.Identity;

namespace OrleansScheduling.Api.Desk;

/// <summary>What one browser's desk remembers. Kept in a sealed cookie, so that no address or search stands in a URL.</summary>
/// <param name="Subject">Whose desk it is; somebody else who signs in has another.</param>
/// <param name="Holder">Who holds windows: opaque, random, made for this browser.</param>
/// <param name="Client">The landlord that the call handler answers for; null: all.</param>
/// <param name="Contractor">The contractor that the call handler books with; null: all.</param>
/// <param name="Find">The last search for a property.</param>
public sealed record DeskSession(string Subject, string Holder, int? Client, int? Contractor, string Find)
{
    public const string Cookie = "desk";

    /// <summary>Longest search text that is remembered, in characters.</summary>
    public const int MaxFind = 100;

    static readonly TimeSpan Life = TimeSpan.FromDays(30);

    public OrganisationId? ClientId => Client is { } id ? new OrganisationId(id) : null;

    public OrganisationId? ContractorId => Contractor is { } id ? new OrganisationId(id) : null;

    public static DeskSession New(string subject) =>
        new(subject, Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)), null, null, "");

    /// <summary>The session of a request and a person, or null when there is none that we made for them.</summary>
    public static DeskSession? Read(HttpContext context, string subject) =>
        Read(context) is { } session && session.Subject == subject ? session : null;

    static DeskSession? Read(HttpContext context)
    {
        if (!context.Request.Cookies.TryGetValue(Cookie, out var sealedText)) return null;
        try
        {
            return JsonSerializer.Deserialize<DeskSession>(Protector(context).Unprotect(sealedText));
        }
        catch (Exception failure) when (failure is CryptographicException or JsonException)
        {
            // Made with keys that are gone, or by somebody else: a new one takes its place.
            return null;
        }
    }

    public void Write(HttpContext context)
    {
        context.Features.Set(this);
        context.Response.Cookies.Append(Cookie, Protector(context).Protect(JsonSerializer.Serialize(this)), new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
            MaxAge = Life,
            Path = "/",
            IsEssential = true,
        });
    }

    public static void Forget(HttpContext context) => context.Response.Cookies.Delete(Cookie, new CookieOptions { Path = "/" });

    static IDataProtector Protector(HttpContext context) =>
        context.RequestServices.GetRequiredService<IDataProtectionProvider>().CreateProtector("desk session 2");
}

/// <summary>Gives everybody who has signed in and opens a page their desk.</summary>
sealed class DeskCookie(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context, IPrincipalAccessor access)
    {
        var isPage = context.GetEndpoint()?.Metadata.GetMetadata<Microsoft.AspNetCore.Mvc.RazorPages.PageActionDescriptor>() is not null;
        if (!isPage || access.Current?.Subject is not { } subject) return next(context);
        if (DeskSession.Read(context, subject) is { } session) context.Features.Set(session);
        else DeskSession.New(subject).Write(context);
        return next(context);
    }
}
