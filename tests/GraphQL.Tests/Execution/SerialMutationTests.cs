using Microsoft.Extensions.DependencyInjection;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.GraphQL.Execution;
using OrleansScheduling.GraphQL.Tests.Support;
using OrleansScheduling.GraphQL.Types;

namespace OrleansScheduling.GraphQL.Tests.Execution;

/// <summary>What one field of a mutation changes, the next one has to see.</summary>
public sealed class SerialMutationTests
{
    sealed class Shelf
    {
        public int Books { get; set; }

        public int Loads { get; set; }
    }

    sealed class BooksLoader(Shelf shelf) : DataLoader<string, int>
    {
        protected override async Task<IReadOnlyDictionary<string, int>> LoadBatchAsync(
            IReadOnlyList<string> keys, CancellationToken cancellationToken)
        {
            shelf.Loads++;
            await Task.Yield();
            return keys.ToDictionary(key => key, _ => shelf.Books);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Each_field_sees_what_the_ones_before_it_did_and_loads_once(bool later)
    {
        object Put(ResolverContext context) => context.Service<Shelf>().Books += 1;
        async ValueTask<object?> PutLater(ResolverContext context)
        {
            await Task.Yield();
            return Put(context);
        }

        var schema = SdlSchema.Build(
            "type Query { shelf: Shelf } type Mutation { put: Shelf } type Shelf { books: Int same: Shelf }",
            resolvers =>
            {
                if (later) resolvers.Field("Mutation", "put", (AsyncResolver)PutLater);
                else resolvers.Field("Mutation", "put", (SyncResolver)Put);
                resolvers.Field("Shelf", "same", (SyncResolver)(context => context.Source));
                resolvers.Field(
                    "Shelf", "books", (AsyncResolver)(async context => await context.DataLoader<BooksLoader>().LoadAsync("all")));
            });
        var shelf = new Shelf();
        await using var services = new ServiceCollection().AddSingleton(shelf).BuildServiceProvider();
        var engine = new GraphQLEngine(schema, new GraphQLOptions(), TimeProvider.System);
        var answer = (ExecutionResult)await engine.ExecuteAsync(
            new GraphQLRequest { Query = "mutation { a: put { books same { books } } b: put { books } c: put { same { books } } }" },
            services);
        JsonAssert.Equal(
            """{"data":{"a":{"books":1,"same":{"books":1}},"b":{"books":2},"c":{"same":{"books":3}}}}""", LibraryEngine.Json(answer));
        Assert.Equal(3, shelf.Loads);
    }
}
