using System.Text.Json;
using NodaTime;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Ledger.Coding;

namespace OrleansScheduling.Ledger.Tests;

/// <summary>What was recorded by versions before this one is read as it was meant.</summary>
public sealed class RegistryJsonTests
{
    /// <summary>As the first version wrote it.</summary>
    const string OldContract = """
        {"patches":["N1"],"trades":["PLUMBER"],"windows":[],"rules":{"minNoticeMinutes":120,"horizonDays":28,"holdMinutes":5,"quotas":[],
        "reserve":{"sharePercent":20,"releaseDaysBefore":1,"releaseAt":"16:00:00"}}}
        """;

    [Fact]
    public void Contract_that_was_recorded_before_there_was_sharing_lends_and_borrows_freely()
    {
        var rules = JsonSerializer.Deserialize(OldContract, RegistryJson.Default.ContractDetails)!.Rules;
        Assert.Equal(new EmergencyReserve(20, 1, new LocalTime(16, 0)), rules.Reserve);
        Assert.Equal(Sharing.Free, rules.Sharing);
        Assert.Equal(ImprovementsToldOf.BeforeTheFact, rules.Improvements);
    }
}
