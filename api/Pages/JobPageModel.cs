using Microsoft.AspNetCore.Mvc;
using NodaTime;
using Orleans;
using OrleansScheduling.Api.Access;
using OrleansScheduling.Api.Desk;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.GrainInterfaces;

namespace OrleansScheduling.Api.Pages;

/// <summary>A page about one job.</summary>
public abstract class JobPageModel(DeskDirectory directory, IGrainFactory grains) : DeskPageModel(directory)
{
    [BindProperty]
    public string? FormKey { get; set; }

    public JobId Id { get; private set; }

    public JobView Job { get; private set; } = null!;

    public Contract Contract { get; private set; } = null!;

    public Property Property { get; private set; } = null!;

    public IReadOnlyList<string> Names => Directory.NamesOf(Contract, Job.Lines);

    public DateTimeZone Zone => Directory.ZoneOf(Contract);

    public LocalDate Today => Directory.Today(Zone);

    public string ContractorName => Directory.NameOf(Job.Contractor);

    protected IJobGrain Grain => grains.GetGrain<IJobGrain>(Id.ToString());

    public string WordsFor(DateTimeOffset start, DateTimeOffset end) => TimeWords.Window(start, end, Zone, Today);

    /// <summary>Reads the job; false when there is none that the one who asks may see.</summary>
    protected async Task<bool> LoadAsync(string reference, CancellationToken cancellationToken)
    {
        if (!TryReadJob(reference, out var id)) return false;
        Id = id;
        if (await Grain.Get(Access.Asker()) is not { } state) return false;
        Job = JobView.Of(state);
        if (Directory.FindContract(Job.Contract) is not { } contract) return false;
        if (await Directory.FindPropertyOfAsync(Job, cancellationToken) is not { } property) return false;
        (Contract, Property) = (contract, property);
        return true;
    }

    protected CommandContext ContextForForm(string choice) => ContextFor(KeyFor(FormKey!, choice));
}
