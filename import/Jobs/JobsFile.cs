using NodaTime;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Import.Files;
using OrleansScheduling.Import.Reading;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Import.Jobs;

/// <summary>
/// Existing jobs, with the appointments that were made for them. A job is taken over once: from then on it lives in the ledger, and a row
/// that comes again is left out, whatever happened to the job since.
/// </summary>
sealed class JobsFile : FileImport
{
    const int MaxIdAttempts = 16;

    public override FileFormat Format => JobColumns.Format;

    public override async Task<Counts> ImportAsync(CsvTable table, ImportRun run, CancellationToken cancellationToken)
    {
        var rows = new JobRows(run);
        foreach (var row in Rows(table, run)) rows.Add(row);
        var drafts = rows.Drafts.Where(draft => !draft.Failed && !draft.Row.Failed).ToList();
        if (rows.Drafts.Count > ILedger.MaxImport) table.Log.RefuseFile($"The file has more than {ILedger.MaxImport} jobs. Split it.");
        var fresh = await LeaveOutRecordedAsync(drafts, table, run, cancellationToken);
        await FindPropertiesAsync(fresh, run, cancellationToken);
        fresh.RemoveAll(draft => draft.Failed);

        var ids = new HashSet<JobId>();
        foreach (var draft in fresh) NameApart(draft, ids, 0);
        for (var attempt = 1; ; attempt++)
        {
            var changesets = await PlaceAsync(fresh, run, cancellationToken);
            if (table.Log.Count > 0) return default;
            if (changesets.Count == 0) break;
            run.Report(Format.Name, ImportStep.Writing, table.RowCount);
            var refused = await run.Ledger.ImportAsync(changesets, cancellationToken);
            if (refused is not { } found) break;
            if (found.Status != CommitStatus.Stale || attempt == ImportLimits.MaxWriteAttempts)
            {
                table.Log.RefuseFile($"The ledger did not take the jobs ({found.Status}, entry {found.Index}): its diaries are changing "
                    + $"at this moment. Import the file again.");
                return default;
            }

            if (changesets[found.Index].Jobs is [{ } taken] && await run.Ledger.LoadJobAsync(taken.Id, cancellationToken) is not null)
                NameApart(fresh.First(draft => draft.Id == taken.Id), ids, attempt);
        }

        return new Counts(fresh.Count, 0, drafts.Count - fresh.Count, 0);
    }

    static async Task<List<JobDraft>> LeaveOutRecordedAsync(
        List<JobDraft> drafts, CsvTable table, ImportRun run, CancellationToken cancellationToken)
    {
        var fresh = new List<JobDraft>();
        foreach (var draft in drafts)
        {
            var contractor = run.Registry.Organisation(draft.Contract.Contractor).Reference;
            draft.Key = JobNames.KeyOf(contractor, draft.Contract.Reference, draft.Reference, draft.Cells);
            var found = await run.Ledger.FindByKeyAsync(draft.Key.Key, cancellationToken);
            if (found is null) fresh.Add(draft);
            else if (found.Value.BodyHash != draft.Key.BodyHash)
                table.Log.Note($"line {draft.Row.Line}: {draft.Reference} was imported before with other values. The job is left as it "
                    + $"is: once imported, it is changed at the desk.");
        }

        return fresh;
    }

    static async Task FindPropertiesAsync(List<JobDraft> drafts, ImportRun run, CancellationToken cancellationToken)
    {
        var known = new Dictionary<(OrganisationId, string), Property?>();
        foreach (var draft in drafts)
        {
            var key = (draft.Contract.Client, draft.PropertyReference);
            if (!known.TryGetValue(key, out var property))
                known[key] = property = await run.Store.FindPropertyAsync(draft.Contract.Client, draft.PropertyReference,
                    cancellationToken);
            draft.Property = property;
            if (property is not null) continue;
            draft.Failed = true;
            draft.Row.Refuse(JobColumns.Property, "The contract's client has no property of this reference.");
        }
    }

    /// <summary>Gives the job an id that no other job of the import has.</summary>
    static void NameApart(JobDraft draft, HashSet<JobId> ids, int firstAttempt)
    {
        for (var attempt = firstAttempt; attempt < firstAttempt + MaxIdAttempts; attempt++)
        {
            draft.Id = JobNames.IdOf(draft.Contract.Reference, draft.Reference, draft.Reported.Date, attempt);
            if (ids.Add(draft.Id)) return;
        }

        throw new InvalidOperationException($"No free id for job {draft.Reference}: the hash does not spread.");
    }

    static async Task<IReadOnlyList<Changeset>> PlaceAsync(List<JobDraft> drafts, ImportRun run, CancellationToken cancellationToken)
    {
        var (book, quotas) = (new DayBook(run), new QuotaBook());
        var appointments = drafts.SelectMany(draft =>
            draft.Appointments.Values.Select(appointment => (Draft: draft, Appointment: appointment))).ToList();
        if (appointments.Count > 0)
        {
            var from = appointments.Min(entry => entry.Appointment.Day);
            var operatives = appointments.SelectMany(entry => entry.Appointment.Operatives).Select(operative => operative.Id).Distinct()
                .ToList();
            await book.LoadAsync(operatives, from, cancellationToken);
            await quotas.LoadAsync(run, from, cancellationToken);
        }

        var placement = new Placement(run, book);
        foreach (var draft in drafts)
        {
            draft.Visits.Clear();
            placement.Check(draft);
        }

        // Day by day; what has a planned start first, so that the rest finds its room around it. Visit numbers follow stages.
        foreach (var (draft, appointment) in appointments.Where(entry => !entry.Draft.Failed)
            .OrderBy(entry => entry.Appointment.Day).ThenBy(entry => entry.Appointment.PlannedStart ?? LocalTime.MaxValue)
            .ThenBy(entry => entry.Appointment.Row.Line))
        {
            placement.Place(draft, appointment);
            TakeQuotas(draft, appointment, quotas);
        }

        return drafts.Exists(draft => draft.Failed) ? [] : JobChangesets.Of(drafts, book, run);
    }

    static void TakeQuotas(JobDraft draft, AppointmentDraft appointment, QuotaBook quotas)
    {
        // A quota counts jobs: the customer chose a window for the first appointment, the ones after it follow from the work.
        if (appointment.Stage > 0) return;
        var changes = QuotaBook.ChangesFor(draft.Contract, appointment.Day, appointment.Window.Code, draft.Property!.Patch);
        if (quotas.Take(changes) is not { } full) return;
        draft.Failed = true;
        appointment.Row.Refuse(JobColumns.Window, $"The quota of {full.Limit} appointments on {appointment.Day:uuuu-MM-dd} "
            + $"({(full.Key.Window.Length == 0 ? "all windows" : full.Key.Window)}, "
                + $"{(full.Key.Patch.Length == 0 ? "all patches" : full.Key.Patch)}) is used up.");
    }
}
