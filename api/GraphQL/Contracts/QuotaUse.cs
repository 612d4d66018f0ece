using Microsoft.EntityFrameworkCore;
using OrleansScheduling.Domain.Access;

namespace OrleansScheduling.Api.GraphQL.Contracts;

/// <summary>How much of a quota one day has used.</summary>
/// <param name="Window">Null: all windows together.</param>
/// <param name="Patch">Null: all patches together.</param>
public sealed record QuotaUse(DateOnly Day, string? Window, string? Patch, int Used)
{
    internal static async Task<IReadOnlyList<QuotaUse>> ReadAsync(
        Records records, int contract, DateOnly from, DateOnly until, CancellationToken cancellationToken)
    {
        var rows = await records.AskAsync(
            RecordKind.Contract,
            (context, stop) => context.QuotaUse.Where(row => row.ContractId == contract && row.Day >= from && row.Day < until)
                .OrderBy(row => row.Day).ThenBy(row => row.Window).ThenBy(row => row.Patch).ToListAsync(stop),
            cancellationToken);
        return [.. rows.Select(row => new QuotaUse(row.Day, OrNull(row.Window), OrNull(row.Patch), row.Used))];
    }

    static string? OrNull(string code) => code.Length == 0 ? null : code;
}
