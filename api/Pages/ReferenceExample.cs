using NodaTime;
using OrleansScheduling.Domain.Identity;

namespace OrleansScheduling.Api.Pages;

/// <summary>A job reference for explaining what one looks like, with the check character that it must have.</summary>
static class ReferenceExample
{
    public static readonly string Text = JobId.Create(new LocalDate(2026, 3, 2), 0x0BADCAFE).ToString();
}
