using Microsoft.AspNetCore.Mvc;
using OrleansScheduling.Api.Access;
using OrleansScheduling.Api.Desk;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Pages;

/// <summary>One property: what is open there, and where to start when something new is reported.</summary>
[Needs(AccessAction.Read, RecordKind.Property)]
public sealed class PropertyModel(DeskDirectory directory, ILedger ledger) : DeskPageModel(directory)
{
    /// <summary>Most jobs that are shown, the newest first.</summary>
    public const int MaxJobs = 50;

    /// <summary>Jobs that are read, so that those of other contractors at one place do not crowd out the own.</summary>
    const int MaxRead = 500;

    public Property Property { get; private set; } = null!;

    public IReadOnlyList<Contract> Contracts { get; private set; } = [];

    public IReadOnlyList<JobView> Open { get; private set; } = [];

    public IReadOnlyList<JobView> Past { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(int id, CancellationToken cancellationToken)
    {
        if (await Directory.FindPropertyAsync(id, cancellationToken) is not { } property) return NothingHere();
        Property = property;
        Contracts = Directory.ContractsFor(property, Session);
        var read = await ledger.FindJobsAsync(property.Id, MaxRead, cancellationToken);
        var jobs = read.Where(Directory.Scope.Sees).Take(MaxJobs).Select(JobView.Of).ToList();
        Open = [.. jobs.Where(job => job.IsOpen)];
        Past = [.. jobs.Where(job => !job.IsOpen)];
        return Page();
    }

    public string NamesOf(JobView job) =>
        string.Join(", ", Directory.NamesOf(Directory.FindContract(job.Contract), job.Lines));

    public string When(JobView job)
    {
        if (job.Promise is not { } promise) return "";
        if (Directory.FindContract(job.Contract) is not { } contract) return "";
        var zone = Directory.ZoneOf(contract);
        return TimeWords.Window(promise.Start, promise.End, zone, Directory.Today(zone));
    }
}
