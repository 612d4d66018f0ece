using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Grains.Availability;

namespace OrleansScheduling.Grains.Tests;

public sealed class RecentChangesTests
{
    static readonly OperativeId Somebody = new(1);

    static long[] After(RecentChanges recent, long version)
    {
        var versions = new List<long>();
        foreach (var change in recent.After(Somebody, version)) versions.Add(change.Version);
        return [.. versions];
    }

    static void Add(RecentChanges recent, params long[] versions)
    {
        foreach (var version in versions) recent.Add(new DiaryChange(Somebody, version, [], []));
    }

    [Fact]
    public void What_came_after_a_version_is_told_in_order_and_nothing_when_some_of_it_is_forgotten()
    {
        var recent = new RecentChanges();
        Assert.Empty(After(recent, 0));
        Add(recent, 3, 4, 5);
        Assert.Empty(After(recent, 1));
        Assert.Equal([3, 4, 5], After(recent, 2));
        Assert.Equal([5], After(recent, 4));
        Assert.Empty(After(recent, 5));
        Assert.Empty(After(recent, 9));

        Add(recent, [.. Enumerable.Range(6, RecentChanges.Most).Select(version => (long)version)]);
        Assert.Empty(After(recent, 4));
        Assert.Equal(RecentChanges.Most, After(recent, 5).Length);
    }

    [Fact]
    public void After_a_gap_nothing_from_before_it_is_told()
    {
        var recent = new RecentChanges();
        Add(recent, 3, 4, 7, 8);
        Assert.Empty(After(recent, 2));
        Assert.Empty(After(recent, 5));
        Assert.Equal([7, 8], After(recent, 6));
    }
}
