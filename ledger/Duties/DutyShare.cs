namespace OrleansScheduling.Ledger.Duties;

/// <summary>What one process does about the duties of one kind, so that they end up dealt out evenly.</summary>
/// <param name="GiveBack">What is more than its share, or not wanted any more.</param>
/// <param name="Take">What nobody has, up to its share.</param>
readonly record struct DutyShare(IReadOnlyList<int> GiveBack, IReadOnlyList<int> Take)
{
    /// <summary>
    /// Each process may have as many as an even share, rounded up: so all of them together can always have all duties, and whoever has its
    /// share gives nothing back.
    /// </summary>
    /// <param name="wanted">What this process is ready for.</param>
    /// <param name="applicants">Processes that are ready for this kind, this one included.</param>
    public static DutyShare Of(
        IReadOnlyCollection<int> wanted, IReadOnlyCollection<int> own, IReadOnlySet<int> others, int applicants)
    {
        var share = (wanted.Count + applicants - 1) / applicants;
        var ready = wanted.ToHashSet();
        var kept = own.Where(ready.Contains).Order().Take(share).ToHashSet();
        return new DutyShare(
            [.. own.Where(number => !kept.Contains(number)).Order()],
            [.. ready.Where(number => !kept.Contains(number) && !own.Contains(number) && !others.Contains(number)).Order()
                .Take(share - kept.Count)]);
    }
}
