using System.Runtime.CompilerServices;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.GraphQL.Execution;

namespace OrleansScheduling.GraphQL.Tests.Support;

/// <summary>What can be lent.</summary>
public interface IItem
{
    /// <summary>Never given twice.</summary>
    [ID]
    string Id { get; }

    string Title { get; }
}

/// <summary>A printed book.</summary>
/// <param name="Id">Never given twice.</param>
/// <param name="Title">As on the cover.</param>
/// <param name="Genre">Where it stands.</param>
/// <param name="AuthorId">Who wrote it.</param>
/// <param name="Published">The day of the first edition.</param>
/// <param name="Tags">What readers call it.</param>
public sealed record Book([property: ID] string Id, string Title, Genre Genre, string AuthorId, DateOnly? Published,
    IReadOnlyList<string>? Tags = null) : IItem, IFound
{
    /// <summary>Who wrote it; loaded in batches.</summary>
    public Task<Author?> GetAuthorAsync(AuthorLoader loader) => loader.LoadAsync(AuthorId);

    [Obsolete("Ask for published.")]
    public int? Year => Published?.Year;

    [GraphQLIgnore]
    public string Secret => "never shown";
}

public sealed record Film([property: ID] string Id, string Title, TimeSpan Length) : IItem, IFound;

/// <summary>A person who writes.</summary>
public sealed record Author([property: ID] string Id, string Name, decimal Royalty, long Followers, Guid Key);

[UnionType]
public interface IFound;

public enum Genre
{
    None = 0,

    /// <summary>Made up.</summary>
    ScienceFiction,
    History,
}

[Cost(7)]
public sealed record BookFilter(Genre? Genre, string? TitleContains, IReadOnlyList<string>? Tags, int Limit = 10);

[OneOf]
public sealed record BookKey([property: ID] string? Id, string? Title);

public sealed record BookMissing(string Message);

public sealed record TitleTooLong(string Message, int Max);

public sealed class AuthorLoader(LibraryLog log) : DataLoader<string, Author>
{
    protected override Task<IReadOnlyDictionary<string, Author>> LoadBatchAsync(
        IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        log.Batches.Add([.. keys]);
        return Task.FromResult<IReadOnlyDictionary<string, Author>>(keys.Where(key => key != "nobody").ToDictionary(
            key => key, key => new Author(key, $"Author {key}", 12.50m, 5_000_000_000, new Guid("6f9619ff-8b86-d011-b42d-00cf4fc964ff"))));
    }
}

/// <summary>What the resolvers of one test did.</summary>
public sealed class LibraryLog
{
    public List<List<string>> Batches { get; } = [];

    public TaskCompletionSource Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Called back when a slow field's request is cancelled.</summary>
    public Action? WhenCancelled { get; set; }
}

/// <summary>Where reading starts.</summary>
public sealed class Queries
{
    /// <summary>Ends when the request does.</summary>
    internal static Task Cancelled(CancellationToken cancellationToken)
    {
        var never = new TaskCompletionSource();
        cancellationToken.Register(() => never.TrySetCanceled(cancellationToken));
        return never.Task;
    }

    static readonly Book[] Books =
    [
        new("1", "Dune", Genre.ScienceFiction, "a1", new DateOnly(1965, 8, 1), ["sand", "worms"]),
        new("2", "Emma", Genre.History, "a2", null),
        new("3", "Ubik", Genre.ScienceFiction, "nobody", new DateOnly(1969, 5, 1)),
    ];

    /// <summary>One book by its key.</summary>
    /// <param name="id">The key of the book.</param>
    public Book? GetBook([ID] string id) => Books.FirstOrDefault(book => book.Id == id);

    public IEnumerable<Book> GetBooks(BookFilter? filter = null) => Books.Where(book =>
        (filter?.Genre is null || book.Genre == filter.Genre)
        && (filter?.TitleContains is null || book.Title.Contains(filter.TitleContains, StringComparison.Ordinal)))
            .Take(filter?.Limit ?? 10);

    public string Find(BookKey key) => key.Id is not null ? $"id {key.Id}" : $"title {key.Title}";

    [ListSize(3)]
    public IReadOnlyList<IFound> Search(string text) =>
        text == "none" ? [] : [Books[0], new Film("f1", "Alien", TimeSpan.FromMinutes(117))];

    public IReadOnlyList<IItem> Items() => [Books[1], new Film("f2", "Solaris", TimeSpan.FromMinutes(167))];

    public Connection<Book> GetPage(PageArguments page) => new(
        [.. Enumerable.Range(0, page.Size).Select(i => new Edge<Book>($"c{i}", Books[i % 3]))],
        new PageInfo(true, false, "c0", $"c{page.Size - 1}"),
        _ => Task.FromResult(1234));

    public string Broken() => throw new InvalidOperationException("password=hunter2");

    public string Refused() => throw new GraphQLException("You may not see this.", "FORBIDDEN");

    public async Task<string> Slow([Service] LibraryLog log, CancellationToken cancellationToken)
    {
        var ending = Cancelled(cancellationToken);
        cancellationToken.Register(() => log.WhenCancelled?.Invoke());
        log.Started.TrySetResult();
        await ending;
        return "never";
    }

    public string Given(Optional<string?> text, Genre genre = Genre.History) =>
        text.IsSet ? $"{text.Value ?? "null"} {genre}" : $"unset {genre}";

    [Cost(50)]
    public int Expensive() => 1;

    /// <summary>How many of two authors there are, asked for after some other work, and with time between one key and the next.</summary>
    public async Task<int> CountAuthorsAsync(AuthorLoader loader)
    {
        await Task.Yield();
        return (await loader.LoadAsync(new SlowKeys())).Count(author => author is not null);
    }

    sealed class SlowKeys : IReadOnlyCollection<string>
    {
        public int Count => 2;

        public IEnumerator<string> GetEnumerator()
        {
            yield return "a1";
            // Whatever was queued before has its turn.
            using var turn = new ManualResetEventSlim();
            ThreadPool.UnsafeQueueUserWorkItem(static ended => ended.Set(), turn, preferLocal: false);
            turn.Wait();
            yield return "a2";
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}

[ExtendObjectType(typeof(Author))]
public sealed class AuthorExtensions
{
    public string Greeting([Parent] Author author, string salutation = "Dear") => $"{salutation} {author.Name}";

    public Task<Author?> GetRivalAsync([Parent] Author author, AuthorLoader loader) => loader.LoadAsync("rival of " + author.Id);
}

public sealed class Mutations
{
    int counter;

    /// <summary>Gives a book another title.</summary>
    public FieldResult<Book, BookMissing, TitleTooLong> RenameBook([ID] string id, string title) => id switch
    {
        _ when title.Length > 40 => new TitleTooLong("Forty letters are enough.", 40),
        "1" => new Book("1", title, Genre.ScienceFiction, "a1", null),
        _ => new BookMissing($"There is no book {id}."),
    };

    public async Task<int> CountAsync()
    {
        var seen = counter;
        await Task.Yield();
        counter = seen + 1;
        return counter;
    }
}

public sealed class Subscriptions
{
    public async IAsyncEnumerable<int> Countdown(int from, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var i = from; i > 0; i--)
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            yield return i;
        }
    }

    public async IAsyncEnumerable<string> Forever([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        yield return "first";
        await Queries.Cancelled(cancellationToken);
    }

    public IAsyncEnumerable<int> Refused() => throw new GraphQLException("Not for you.", "FORBIDDEN");

    public async IAsyncEnumerable<Book> Changes([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        yield return new Book("1", "Dune", Genre.History, "a1", null);
    }

    /// <summary>Refused when that many events were sent; none: when the first is asked for, since only then the stream is opened.</summary>
    public async IAsyncEnumerable<int> RefusedAfter(int events)
    {
        for (var i = 1; i <= events; i++) yield return i;
        await Task.Yield();
        throw new GraphQLException("Not for you.", "FORBIDDEN");
    }

    public async IAsyncEnumerable<int> Breaks()
    {
        yield return 1;
        await Task.Yield();
        throw new InvalidOperationException("password=hunter2");
    }
}
