using System.Net.Http.Json;
using System.Text.Json;
using OrleansScheduling.Api.GraphQL;

namespace OrleansScheduling.Api.Tests.GraphQL;

/// <summary>A host that executes nothing but what its clients were built with.</summary>
public sealed class TrustingApi : ApiFixture
{
    readonly string manifest = Path.Combine(Directory.CreateTempSubdirectory("manifest-").FullName, "manifest.json");

    public TrustingApi() => File.WriteAllText(
        manifest, """{ "who": "{ viewer { roles } }", "first": "query ($n: Int) { jobs(first: $n) { totalCount } }" }""");

    protected override bool IsThere => true;

    protected override Task<string?> NewDatabaseAsync() => Task.FromResult<string?>(null);

    protected override IEnumerable<string> Settings =>
        ["--GraphQL:TrustedDocumentsFile", manifest, "--GraphQL:TrustedDocumentsOnly", "true"];
}

public sealed class TrustedDocumentTests(TrustingApi api) : IClassFixture<TrustingApi>
{
    readonly string folder = Directory.CreateTempSubdirectory("manifests-").FullName;

    async Task<JsonElement> SendAsync(object request)
    {
        using var caller = api.Caller("Planner ASHBY");
        using var response = await caller.Http.PostAsJsonAsync("/graphql", request);
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    [Fact]
    public async Task A_document_is_executed_by_its_id_and_any_other_is_refused()
    {
        var who = await SendAsync(new { documentId = "who" });
        Assert.Equal("PLANNER", who.GetProperty("data").GetProperty("viewer").GetProperty("roles")[0].GetString());
        var jobs = await SendAsync(new { documentId = "first", variables = new { n = 1 } });
        Assert.Equal(0, jobs.GetProperty("data").GetProperty("jobs").GetProperty("totalCount").GetInt32());
        (object Request, string Code)[] others =
        [
            (new { query = "{ viewer { roles } }" }, "UNTRUSTED_DOCUMENT"),
            (new { documentId = "nothing" }, "UNTRUSTED_DOCUMENT"),
            (new { query = "{ viewer { roles } }", documentId = "nothing" }, "BAD_REQUEST"),
        ];
        foreach (var (request, code) in others)
        {
            var error = (await SendAsync(request)).GetProperty("errors")[0];
            Assert.Equal(code, error.GetProperty("extensions").GetProperty("code").GetString());
        }
    }

    [Theory]
    [InlineData("""{ "format": "apollo-persisted-query-manifest", "version": 1, "operations": [{ "id": "a", "body": "{ a }", "name": "A" }] }""")]
    [InlineData("""{ "a": "{ a }" }""")]
    public void Manifests_of_Relay_and_Apollo_are_read(string text) => Assert.Equal("{ a }", Read(text)!["a"]);

    [Theory]
    [InlineData("[]", "it is not a JSON object")]
    [InlineData("""{ "a": 1 }""", "'a' is not a text")]
    [InlineData("""{ "operations": [{ "id": "a" }] }""", "operation 1 has no body")]
    [InlineData("""{ "operations": [{ "id": "a", "body": "{ a }" }, { "id": "a", "body": "{ b }" }] }""", "'a' is there twice")]
    [InlineData("{", "cannot be read")]
    public void What_is_no_manifest_is_refused_by_name(string text, string told)
    {
        var refused = Assert.Throws<FormatException>(() => Read(text));
        Assert.Contains("GraphQL:TrustedDocumentsFile", refused.Message, StringComparison.Ordinal);
        Assert.Contains(told, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Trusting_nothing_but_a_file_that_is_not_named_is_refused()
    {
        Assert.Null(TrustedDocuments.Read(new TrustedDocumentOptions()));
        Assert.Throws<FormatException>(() => TrustedDocuments.Read(new TrustedDocumentOptions { TrustedDocumentsOnly = true }));
        Assert.Throws<FormatException>(
            () => TrustedDocuments.Read(new TrustedDocumentOptions { TrustedDocumentsFile = Path.Combine(folder, "absent.json") }));
    }

    IReadOnlyDictionary<string, string>? Read(string text)
    {
        var path = Path.Combine(folder, "manifest.json");
        File.WriteAllText(path, text);
        return TrustedDocuments.Read(new TrustedDocumentOptions { TrustedDocumentsFile = path });
    }
}
