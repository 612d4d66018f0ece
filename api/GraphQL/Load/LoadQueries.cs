using OrleansScheduling.Api.GraphQL.Diaries;
using OrleansScheduling.GraphQL;
using OrleansScheduling.GraphQL.Building;

namespace OrleansScheduling.Api.GraphQL.Load;

public sealed class LoadQueries
{
    /// <summary>
    /// Capacity and load for days and weeks ahead: what the contractor's operatives can do, what they do, and what is booked and waits,
    /// by any of day, area and trade together.
    /// </summary>
    /// <param name="from">The first day.</param>
    /// <param name="days">How many days, at most 62.</param>
    /// <param name="by">What each line is for; nothing: one line for all.</param>
    [Cost(100)]
    [ListSize(100)]
    public Task<IReadOnlyList<LoadLine>> GetLoadAsync(
        DateOnly from, IReadOnlyList<LoadDimension> by, [Service] Workload workload, CancellationToken cancellationToken, int days = 28)
    {
        if (days is < 1 or > DiaryQueries.MaxDays)
            throw new GraphQLException($"days is from 1 to {DiaryQueries.MaxDays}.", GraphQLErrorCodes.BadUserInput);
        Years.Demand("from", from.Year);
        return workload.AddUpAsync(from, days, by.ToHashSet(), cancellationToken);
    }
}
