using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using NodaTime;
using OrleansScheduling.Api.Access;
using OrleansScheduling.Api.Desk;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.GrainInterfaces;

namespace OrleansScheduling.Api.Pages;

/// <summary>Something that is wrong, as it is shown at the top of a page.</summary>
/// <param name="Field">The id of the field that it is about; null: a command was refused.</param>
/// <param name="Next">What can be done about it.</param>
public sealed record DeskError(string? Field, string Text, string Next = "");

/// <summary>What all pages of the desk share.</summary>
public abstract class DeskPageModel(DeskDirectory directory) : PageModel
{
    /// <summary>Longest value of a hidden field that we made ourselves.</summary>
    const int MaxFormKey = 40;

    public DeskDirectory Directory { get; } = directory;

    public List<DeskError> Errors { get; } = [];

    public IPrincipalAccessor Access => HttpContext.RequestServices.GetRequiredService<IPrincipalAccessor>();

    public DeskSession Session => HttpContext.Features.Get<DeskSession>()
        ?? throw new InvalidOperationException("Everybody who has signed in has a desk; the middleware gives it.");

    public Instant Now => Directory.Now;

    public LocalDate TodayIn(Contract contract) => Directory.Today(Directory.ZoneOf(contract));

    /// <summary>A key for one rendering of a form: sent twice, it is one command.</summary>
    public static string NewKey() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));

    public static bool IsKey(string? key) => key is { Length: > 0 and <= MaxFormKey } && Base64Url.IsValid(key);

    /// <summary>The key of one choice on a form: going back and choosing another is another command.</summary>
    protected static string KeyFor(string formKey, string choice)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(choice));
        return $"{formKey}.{Base64Url.EncodeToString(hash.AsSpan(0, 16))}";
    }

    /// <summary>Whether a link or button to it is of use to the one who looks.</summary>
    public bool May(AccessAction action, RecordKind record) => Access.May(action, record);

    protected CommandContext ContextFor(string key) => Access.CommandContext(key);

    protected void Refuse(RefusalState refusal)
    {
        // What was wrong with it is for those who write programs that ask.
        var text = refusal.Reason == nameof(RefusalReason.InvalidInput) ? Refusal.Of(RefusalReason.InvalidInput).Text : refusal.Text;
        Errors.Add(new DeskError(null, text, WhatNext.For(refusal.Reason)));
    }

    /// <summary>The address that was asked for, with one value of its query exchanged.</summary>
    protected string ThisPageWith(string name, string value) =>
        Request.Path + new QueryBuilder(Request.Query.Where(field => field.Key != name)) { { name, value } }.ToString();

    protected NotFoundResult NothingHere() => NotFound();

    protected static bool TryReadJob(string? reference, out JobId id) => JobId.TryParse(reference, out id);
}
