using System.Reflection;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using OrleansScheduling.Domain.Access;

namespace OrleansScheduling.Api.Access;

/// <summary>
/// What somebody must be allowed to do to get to a page, an endpoint or a hub; on a page's handler, to get to that. It is asked before any
/// record is looked for, so that the refusal tells nothing of records.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
public sealed class NeedsAttribute(AccessAction action, RecordKind record)
    : AuthorizeAttribute, IAuthorizationRequirement, IAuthorizationRequirementData
{
    public AccessAction Action { get; } = action;

    public RecordKind Record { get; } = record;

    public IEnumerable<IAuthorizationRequirement> GetRequirements() => [this];
}

/// <summary>Asks the policy for pages and endpoints.</summary>
sealed class NeedsHandler(IPrincipalAccessor access) : AuthorizationHandler<NeedsAttribute>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, NeedsAttribute requirement)
    {
        if (access.May(requirement.Action, requirement.Record)) context.Succeed(requirement);
        return Task.CompletedTask;
    }
}

/// <summary>Asks the policy for the handlers of pages, which endpoints don't know.</summary>
sealed class NeedsPageFilter(IPrincipalAccessor access) : IAsyncPageFilter
{
    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        var needed = context.HandlerMethod?.MethodInfo.GetCustomAttributes<NeedsAttribute>() ?? [];
        if (needed.All(need => access.May(need.Action, need.Record))) return next();
        context.Result = new ForbidResult();
        return Task.CompletedTask;
    }
}
