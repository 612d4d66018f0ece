using NodaTime;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Domain.Rates;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Import.Reading;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Import.Jobs;

/// <summary>What a row asks for: these people, that day, in this window.</summary>
sealed record AppointmentDraft(
    Row Row, int Visit, IReadOnlyList<Operative> Operatives, LocalDate Day, AppointmentWindow Window, LocalTime? PlannedStart)
{
    public int Stage => Visit - 1;
}

/// <summary>One job of the file on its way to the ledger.</summary>
sealed class JobDraft(Row row, Contract contract, string reference)
{
    /// <summary>The row of visit 1.</summary>
    public Row Row { get; } = row;

    public Contract Contract { get; } = contract;

    public string Reference { get; } = reference;

    public string PropertyReference { get; init; } = "";

    public IReadOnlyList<SorItem> Items { get; init; } = [];

    public string Description { get; init; } = "";

    public LocalDateTime Reported { get; init; }

    public JobStatus Status { get; init; }

    public Dictionary<int, AppointmentDraft> Appointments { get; } = [];

    /// <summary>The cells of all its rows, as written: what makes a second import of the same rows recognisable on any day.</summary>
    public List<string> Cells { get; } = [];

    /// <summary>Whether any of its rows was refused.</summary>
    public bool Failed { get; set; }

    public CommandKey Key { get; set; }

    public JobId Id { get; set; }

    public Property? Property { get; set; }

    public JobRequirement? Requirement { get; set; }

    /// <summary>Where its visits found room, in the order of their numbers.</summary>
    public List<PlacedVisit> Visits { get; } = [];
}

/// <summary>A visit with a place in a day; its start is the day's to know until all visits are placed.</summary>
sealed record PlacedVisit(VisitId Id, Operative Operative, AppointmentDraft Appointment, bool StartFixed);
