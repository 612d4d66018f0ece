using System.Security.Cryptography;
using System.Text;
using OrleansScheduling.GraphQL.Execution;
using OrleansScheduling.GraphQL.Tests.Support;

namespace OrleansScheduling.GraphQL.Tests.Execution;

/// <summary>A hash always means the one text that it is the hash of, whoever sends what along with it.</summary>
public sealed class PersistedQueryTests
{
    const string Trusted = "{ books { title } }";
    const string Own = "{ book(id: 1) { title } }";

    static LibraryEngine Engine(bool only) => new(options =>
    {
        options.TrustedDocuments = id => id == "harmless" ? Trusted : null;
        options.TrustedDocumentsOnly = only;
    });

    static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("harmless", null, Own, "`documentId` or `persistedQuery`")]
    [InlineData("harmless", Own, null, "`documentId` or `query`")]
    [InlineData("harmless", Trusted, null, "`documentId` or `query`")]
    [InlineData("unknown", Own, Own, "`documentId` or `query`")]
    public async Task A_document_is_named_in_one_way_only(string id, string? query, string? hashed, string words)
    {
        foreach (var only in new[] { false, true })
        {
            var answer = await Engine(only).AskAsync(new GraphQLRequest
            {
                DocumentId = id,
                Query = query,
                PersistedQueryHash = hashed is null ? null : HashOf(hashed),
            });
            Assert.Equal("BAD_REQUEST", JsonAssert.Code(answer));
            Assert.Contains(words, JsonAssert.Message(answer), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_hash_is_never_bound_to_another_text()
    {
        var library = Engine(only: false);
        var hash = HashOf(Own);
        await library.AskAsync(new GraphQLRequest { DocumentId = "harmless", PersistedQueryHash = hash });
        await library.AskAsync(new GraphQLRequest { DocumentId = "harmless", PersistedQueryHash = hash, Query = Own });
        await library.AskAsync(new GraphQLRequest { PersistedQueryHash = hash, Query = Trusted });
        Assert.Equal(
            "PERSISTED_QUERY_NOT_FOUND", JsonAssert.Code(await library.AskAsync(new GraphQLRequest { PersistedQueryHash = hash })));
        await library.AskAsync(new GraphQLRequest { PersistedQueryHash = hash, Query = Own });
        JsonAssert.Equal(
            """{"data":{"book":{"title":"Dune"}}}""", await library.AskAsync(new GraphQLRequest { PersistedQueryHash = hash }));
    }

    [Fact]
    public async Task A_trusted_document_that_is_named_by_a_hash_is_not_mixed_up_with_another_query()
    {
        var library = Engine(only: true);
        const string Answer = """{"data":{"books":[{"title":"Dune"},{"title":"Emma"},{"title":"Ubik"}]}}""";
        JsonAssert.Equal(Answer, await library.AskAsync(new GraphQLRequest { PersistedQueryHash = "harmless" }));
        JsonAssert.Equal(Answer, await library.AskAsync(new GraphQLRequest { PersistedQueryHash = "harmless", Query = Trusted }));
        Assert.Equal(
            "PERSISTED_QUERY_HASH_MISMATCH",
            JsonAssert.Code(await library.AskAsync(new GraphQLRequest { PersistedQueryHash = "harmless", Query = Own })));
    }
}
