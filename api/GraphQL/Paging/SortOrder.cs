using System.Linq.Expressions;
using System.Text.Encodings.Web;
using System.Text.Json;
using OrleansScheduling.Api.GraphQL.Relay;
using OrleansScheduling.GraphQL;

namespace OrleansScheduling.Api.GraphQL.Paging;

/// <summary>
/// How a list is sorted, down to a key that no two rows share: so a cursor names one place in the list, wherever rows come and go.
/// </summary>
sealed class SortOrder<TRow>
{
    /// <summary>More than a person can want; each is a column of the cursor.</summary>
    public const int MaxFields = 5;

    /// <summary>A cursor is sealed: no letter in it has to be written as six.</summary>
    static readonly JsonSerializerOptions Short = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly List<(SortField<TRow> Field, bool Descending)> fields;

    SortOrder(List<(SortField<TRow>, bool)> fields) => this.fields = fields;

    /// <param name="wanted">In order; empty: as the list is sorted by itself.</param>
    /// <param name="key">The fields that together no two rows share, and their directions when nothing else is wanted.</param>
    /// <exception cref="GraphQLException">Too many.</exception>
    public static SortOrder<TRow> Of(
        IEnumerable<(SortField<TRow> Field, SortDirection? Direction)> wanted,
        params ReadOnlySpan<(SortField<TRow> Field, bool Descending)> key)
    {
        var fields = new List<(SortField<TRow> Field, bool Descending)>();
        foreach (var (field, direction) in wanted)
        {
            if (direction is not { } chosen || fields.Exists(one => one.Field == field)) continue;
            fields.Add((field, chosen == SortDirection.Desc));
        }

        if (fields.Count > MaxFields)
            throw new GraphQLException($"A list is sorted by at most {MaxFields} fields.", GraphQLErrorCodes.BadUserInput);
        foreach (var (field, descending) in key)
        {
            if (!fields.Exists(one => one.Field == field)) fields.Add((field, descending));
        }

        return new SortOrder<TRow>(fields);
    }

    /// <summary>What the list is of, and its order: a cursor of jobs says nothing about visits, however both are sorted.</summary>
    string Name =>
        $"{typeof(TRow).Name}:{string.Join(',', fields.Select(one => one.Descending ? one.Field.Name + "-" : one.Field.Name))}";

    public IQueryable<TRow> Sort(IQueryable<TRow> rows, bool backward)
    {
        for (var i = 0; i < fields.Count; i++) rows = fields[i].Field.Sort(rows, i == 0, fields[i].Descending != backward);
        return rows;
    }

    public string CursorOf(TRow row, GlobalIds ids) => ids.Seal(JsonSerializer.Serialize(
        fields.Select(one => one.Field.ValueOf(row)).Prepend(Name).ToArray(), Short));

    /// <summary>The rows behind a cursor, or, backward, those before it.</summary>
    /// <exception cref="GraphQLException">Not a cursor of this list in this order.</exception>
    public Expression<Func<TRow, bool>> Behind(string cursor, bool backward, GlobalIds ids)
    {
        if (!ids.TryOpen(cursor, out var text) || !text.StartsWith('[')) throw Wrong("That is not a cursor of this list.");
        using var document = JsonDocument.Parse(text);
        // What is sealed here was made here: the name comes first, and with it the number of values.
        if (document.RootElement[0].GetString() != Name) throw Wrong("That cursor belongs to another list or order.");
        var row = Expression.Parameter(typeof(TRow), "row");
        Expression? condition = null;
        for (var i = fields.Count - 1; i >= 0; i--)
        {
            var (field, descending) = fields[i];
            var (behind, same, notBefore) = field.Compare(row, document.RootElement[i + 1], descending != backward);
            // "Not before" says nothing new; it is there so that an index on the first column can begin where the page does.
            condition = condition is null ? behind : Expression.OrElse(behind, Expression.AndAlso(same, condition));
            if (i == 0 && fields.Count > 1) condition = Expression.AndAlso(notBefore, condition);
        }

        return Expression.Lambda<Func<TRow, bool>>(condition!, row);
    }

    static GraphQLException Wrong(string message) => new(message, GraphQLErrorCodes.BadUserInput);
}
