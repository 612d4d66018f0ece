using System.Globalization;
using Npgsql;
using Orleans;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains.Wire;
using OrleansScheduling.Ledger;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Bench.GraphQL;

/// <summary>A town with some weeks of work booked through the grains: what all servers answer from.</summary>
static class FilledTown
{
    public static readonly Town Town = new(Operatives: 400);

    /// <summary>Operatives with a full fortnight: the others have room for holds.</summary>
    public const int BusyOperatives = 100;

    /// <summary>Half-hour visits in a morning, and as many in an afternoon.</summary>
    const int PerHalfDay = 3;
    public const int FullDays = 14;

    /// <summary>Job numbers from here on are not taken.</summary>
    public const int FirstFreeNumber = 1_000_000;

    public static DateOnly Today { get; } = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    /// <summary>The first of the full days; today's windows may be over.</summary>
    public static DateOnly FirstDay => Today.AddDays(1);

    public static async Task FillAsync(string connection, CancellationToken cancellationToken)
    {
        var options = new LedgerOptions { ConnectionString = connection };
        await using (var database = await LedgerDatabase.OpenAsync(
            options, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, cancellationToken))
            await Town.SettleAsync(database.Registry, cancellationToken);
        await using (var node = await SchedulingNode.StartAsync(options, Town.HorizonDays, cancellationToken: cancellationToken))
            await Parallel.ForEachAsync(
                Enumerable.Range(1, BusyOperatives),
                new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = cancellationToken },
                async (operative, _) => await FillDiaryAsync(node.Grains, operative));
        await using var source = NpgsqlDataSource.Create(connection);
        await using var vacuum = source.CreateCommand("VACUUM ANALYZE");
        await vacuum.ExecuteNonQueryAsync(cancellationToken);
        NpgsqlConnection.ClearAllPools();
    }

    static async Task FillDiaryAsync(IGrainFactory grains, int operative)
    {
        for (var day = 0; day < FullDays; day++)
        {
            for (var visit = 0; visit < 2 * PerHalfDay; visit++)
            {
                var number = (((operative * FullDays) + day) * 2 * PerHalfDay) + visit;
                var window = visit < PerHalfDay ? Town.Am : Town.Pm;
                await BookAsync(grains, operative, FirstDay.AddDays(day), window, Town.Tap, number);
            }
        }
    }

    /// <summary>Books a new job into one diary.</summary>
    /// <param name="number">Of the job; no two may have the same.</param>
    public static async Task BookAsync(
        IGrainFactory grains, int operative, DateOnly day, WindowCode window, SorCode line, int number)
    {
        // Scattered like random ids, and never the same twice: a multiplication by an odd number is a bijection of 32 bits.
        var id = JobId.Create(NodaTime.LocalDate.FromDateOnly(Today), unchecked((uint)number * 0x9E3779B1u));
        var job = new Job(
            id, 0, Town.Contract, Town.Landlord, Town.Contractor, new PropertyId(1 + (number % Town.Properties)), [line],
            "The kitchen tap drips all night", false, JobStatus.Logged,
            NodaTime.Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow()), null, null, [], 0).ToWire();
        var diary = grains.GetGrain<IOperativeDiaryGrain>(operative.ToString(CultureInfo.InvariantCulture));
        var context = new CommandContext($"{id.Value:X}", new Asker(Town.Contractor.Value), "bench");
        var answer = await diary.Claim(
            new ClaimVisit(context, ClaimKind.Book, job, day, window.Value, "bench"), CancellationToken.None);
        if (answer.Receipt is null) throw new InvalidOperationException($"A booking was refused: {answer.Refusal!.Text}");
    }
}
