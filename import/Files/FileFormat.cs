namespace OrleansScheduling.Import.Files;

/// <summary>One column of an import file, with the words that <c>docs/import.md</c> gives it.</summary>
/// <param name="Name">As it stands in the header row.</param>
/// <param name="Required">Whether the header must have it.</param>
/// <param name="Rule">What may stand in it, and what blank means.</param>
/// <param name="Example">A value that is accepted, together with the other columns' examples.</param>
public sealed record Column(string Name, bool Required, string Rule, string Example);

/// <summary>One kind of import file.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Holds">What a row is.</param>
/// <param name="BuildsOn">Files without which it is not imported when they were refused.</param>
public sealed record FileFormat(string Name, string Holds, IReadOnlyList<string> BuildsOn, IReadOnlyList<Column> Columns);

/// <summary>All import files, in the order in which they are processed.</summary>
public static class FileFormats
{
    public static IReadOnlyList<FileFormat> All { get; } =
    [
        OrganisationColumns.Format,
        ContractColumns.Format,
        WindowColumns.Format,
        QuotaColumns.Format,
        RateColumns.Format,
        BankHolidayColumns.Format,
        PropertyColumns.Format,
        OperativeColumns.Format,
        SkillColumns.Format,
        ClearanceColumns.Format,
        ShiftColumns.Format,
        RotaColumns.Format,
        AbsenceColumns.Format,
        OvertimeColumns.Format,
        JobColumns.Format,
    ];
}
