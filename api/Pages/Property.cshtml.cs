using Microsoft.AspNetCore.Mvc;
using OrleansScheduling.Api.Desk;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Pages;

/// <summary>One property: what is open there, and where to start when something new is reported.</summary>
public sealed class PropertyModel(DeskDirectory directory, ILedger ledger) : DeskPageModel(directory)
{
    /// <summary>Most jobs that are shown, the newest first.</summary>
    public const int MaxJobs = 50;

    public Property Property { get; private set; } = null!;

    public IReadOnlyList<Contract> Contracts { get; private set; } = [];

    public IReadOnlyList<JobView> Open { get; private set; } = [];

    public IReadOnlyList<JobView> Past { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(int id, CancellationToken cancellationToken)
    {
        if (await Directory.FindPropertyAsync(id, cancellationToken) is not { } property) return NothingHere();
        Property = property;
        Contracts = Directory.ContractsFor(property, Session);
        var jobs = (await ledger.FindJobsAsync(property.Id, MaxJobs, cancellationToken)).Select(JobView.Of).ToList();
        Open = [.. jobs.Where(job => job.IsOpen)];
        Past = [.. jobs.Where(job => !job.IsOpen)];
        return Page();
    }

    public string NamesOf(JobView job) =>
        string.Join(", ", Directory.NamesOf(Directory.View.Contracts.GetValueOrDefault(job.Contract), job.Lines));

    public string When(JobView job)
    {
        if (job.Promise is not { } promise) return "";
        if (!Directory.View.Contracts.TryGetValue(job.Contract, out var contract)) return "";
        var zone = Directory.ZoneOf(contract);
        return TimeWords.Window(promise.Start, promise.End, zone, Directory.Today(zone));
    }
}
