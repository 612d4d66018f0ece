using OrleansScheduling.Import.Reading;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Import.Files;

/// <summary>
/// A file in which rows are entries of lists: windows of contracts, skills of operatives. For each owner that the file names, the
/// rows are the whole list; a row with nothing but the owner stands for an empty one. Owners that it does not name keep what they have.
/// </summary>
abstract class ListFile<TOwner, TItem> : FileImport
    where TOwner : class
    where TItem : class
{
    public override async Task<Counts> ImportAsync(CsvTable table, ImportRun run, CancellationToken cancellationToken)
    {
        var lists = new Dictionary<object, OwnedList>();
        foreach (var row in Rows(table, run))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (FindOwner(row, run) is not { } owner) continue;
            if (!lists.TryGetValue(IdOf(owner), out var list)) lists[IdOf(owner)] = list = new OwnedList(owner, row);
            Add(list, row, run);
        }

        var counts = default(Counts);
        var different = new List<(OwnedList List, IReadOnlyList<TItem> Items)>();
        foreach (var list in lists.Values)
        {
            var items = Complete(list.Owner, list.Items, run);
            if (items.Count > MaxItems) list.FirstRow.RefuseRow($"One list has {items.Count} entries; at most {MaxItems} are allowed.");
            var difference = Compare(ListOf(list.Owner), items);
            counts = new Counts(counts.Added + difference.Added, counts.Changed + difference.Changed,
                counts.Unchanged + difference.Unchanged, counts.Removed + difference.Removed);
            if (difference is not { Added: 0, Changed: 0, Removed: 0 }) different.Add((list, items));
        }

        if (table.Log.Count > 0 || different.Count == 0) return counts;
        var changed = different.ConvertAll(entry => (Owner: With(entry.List.Owner, entry.Items), Row: entry.List.FirstRow));
        await CheckAsync(changed, run, cancellationToken);
        if (table.Log.Count > 0) return counts;
        run.Report(Format.Name, ImportStep.Writing, table.RowCount);
        await run.UpsertAsync(Batch([.. changed.Select(entry => entry.Owner)]), cancellationToken);
        return counts;
    }

    void Add(OwnedList list, Row row, ImportRun run)
    {
        if (Format.Columns.All(column => IsOwnerColumn(column) || row.IsBlank(column)))
        {
            list.EmptyRow ??= row;
            if (list.Lines.Count > 0) row.RefuseRow(
                $"A row with nothing but the owner stands for an empty list; line {list.FirstRow.Line} has an entry.");
            return;
        }

        if (list.EmptyRow is { } empty) row.RefuseRow($"Line {empty.Line} says that this list is empty.");
        if (Read(row, list.Owner, run) is not { } item || row.Failed) return;
        if (list.Lines.TryAdd(KeyOf(item), row.Line)) list.Items.Add((item, row));
        else row.Refuse(KeyColumn, $"Stands in the file already, on line {list.Lines[KeyOf(item)]}.");
    }

    protected virtual int MaxItems => ImportLimits.MaxEntriesPerOperative;

    protected abstract Column KeyColumn { get; }

    protected abstract bool IsOwnerColumn(Column column);

    protected abstract TOwner? FindOwner(Row row, ImportRun run);

    protected abstract object IdOf(TOwner owner);

    protected abstract TItem? Read(Row row, TOwner owner, ImportRun run);

    protected abstract object KeyOf(TItem item);

    protected abstract IReadOnlyList<TItem> ListOf(TOwner owner);

    protected abstract TOwner With(TOwner owner, IReadOnlyList<TItem> items);

    protected abstract RegistryBatch Batch(IReadOnlyList<TOwner> owners);

    protected virtual bool Same(TItem one, TItem other) => one.Equals(other);

    /// <summary>The list in the order in which it is kept; the place for checks between its entries.</summary>
    protected abstract IReadOnlyList<TItem> Complete(TOwner owner, IReadOnlyList<(TItem Item, Row Row)> rows, ImportRun run);

    protected virtual Task CheckAsync(IReadOnlyList<(TOwner Owner, Row Row)> changed, ImportRun run, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    Counts Compare(IReadOnlyList<TItem> before, IReadOnlyList<TItem> after)
    {
        var old = before.ToDictionary(KeyOf);
        var (added, changed, unchanged) = (0, 0, 0);
        foreach (var item in after)
        {
            if (!old.Remove(KeyOf(item), out var was)) added++;
            else if (Same(was, item)) unchanged++;
            else changed++;
        }

        return new Counts(added, changed, unchanged, old.Count);
    }

    sealed class OwnedList(TOwner owner, Row firstRow)
    {
        public TOwner Owner { get; } = owner;

        public Row FirstRow { get; } = firstRow;

        public Row? EmptyRow { get; set; }

        public List<(TItem Item, Row Row)> Items { get; } = [];

        public Dictionary<object, int> Lines { get; } = [];
    }
}
