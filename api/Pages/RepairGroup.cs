using OrleansScheduling.Domain.Rates;

namespace OrleansScheduling.Api.Pages;

/// <summary>One heading of the list of repairs with what stands under it.</summary>
public sealed record RepairGroup(string Heading, IReadOnlyList<SorItem> Items, bool AreChosen);
