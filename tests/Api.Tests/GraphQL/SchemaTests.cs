using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.GraphQL.Execution;
using OrleansScheduling.GraphQL.Types;

namespace OrleansScheduling.Api.Tests.GraphQL;

/// <summary>The schema is a promise to other people's programs: it changes when somebody decides so.</summary>
public sealed class SchemaTests(SqliteApi api) : IClassFixture<SqliteApi>
{
    const string Variable = "GRAPHQL_WRITE_SNAPSHOT";
    const string BreakingVariable = "GRAPHQL_ALLOW_BREAKING";

    static string Snapshot([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "api", "GraphQL", "schema.graphql"));

    Schema Built => api.Services.GetRequiredService<GraphQLEngine>().Schema;

    [Fact]
    public void The_schema_is_the_committed_one()
    {
        var printed = SchemaPrinter.Print(Built) + "\n";
        var committed = File.ReadAllText(Snapshot());
        if (committed == printed) return;
        var changes = SchemaChanges.Find(SdlSchema.Build(committed), Built);
        if (Environment.GetEnvironmentVariable(Variable) == "1" && WhyNotToWrite(changes, Environment.GetEnvironmentVariable) is null)
        {
            File.WriteAllText(Snapshot(), printed);
            return;
        }

        Assert.Fail(
            $"api/GraphQL/schema.graphql is not the schema any more.\n{Told(changes)}\n"
            + $"Run this test with {Variable}=1 to write it anew, and look at the difference before it is committed.\n"
            + WhyNotToWrite(changes, Environment.GetEnvironmentVariable));
    }

    /// <summary>Null when the snapshot may be overwritten: what breaks clients is decided on, not overlooked.</summary>
    static string? WhyNotToWrite(IReadOnlyList<SchemaChange> changes, Func<string, string?> variable) =>
        changes.Any(change => change.Severity == SchemaChangeSeverity.Breaking) && variable(BreakingVariable) != "1"
            ? $"Where clients break, {BreakingVariable}=1 has to say as well that this is meant." : null;

    [Theory]
    [InlineData("type Query { a: Int }", null, false)]
    [InlineData("type Query { a: Int }", "1", true)]
    [InlineData("type Query { a: Int b: Int c: Int }", null, true)]
    public void A_snapshot_is_not_written_over_a_change_that_breaks_clients_unless_that_is_said(string after, string? said, bool written)
    {
        var changes = SchemaChanges.Find(SdlSchema.Build("type Query { a: Int b: Int }"), SdlSchema.Build(after));
        Assert.Equal(written, WhyNotToWrite(changes, name => name == BreakingVariable ? said : null) is null);
    }

    [Theory]
    [InlineData("type Query { a: Int b: Int }", "type Query { a: Int }", "breaking: Query.b was removed.")]
    [InlineData("type Query { a: T } type T { x: Int }", "type Query { a: Int }", "breaking: T was removed.")]
    [InlineData("type Query { a: Int }", "type Query { a(b: Int!): Int }", "breaking: A required arg b on Query.a was added.")]
    [InlineData("type Query { a: Int! }", "type Query { a: Int }", "breaking: Query.a changed type from Int! to Int.")]
    [InlineData("type Query { a(b: Int): Int }", "type Query { a(b: Int!): Int }", "breaking: Query.a arg b has changed type from Int to Int!.")]
    [InlineData("type Query { a: Int }", "type Query { a: Int! }", "nothing that breaks a client")]
    public void A_change_that_breaks_clients_is_told_by_name(string before, string after, string told) =>
        Assert.Contains(told, Told(SchemaChanges.Find(SdlSchema.Build(before), SdlSchema.Build(after))), StringComparison.Ordinal);

    static string Told(IReadOnlyList<SchemaChange> changes) => changes.Count == 0
        ? "It has nothing that breaks a client."
        : string.Join('\n', changes.OrderByDescending(change => change.Severity)
            .Select(change => $"{(change.Severity == SchemaChangeSeverity.Breaking ? "breaking" : "may surprise")}: {change.Description}"));

    [Fact]
    public void Names_follow_the_conventions()
    {
        var wrong = new List<string>();
        foreach (var type in Built.Types.Where(type => !type.Name.StartsWith('_')))
        {
            if (!char.IsUpper(type.Name[0])) wrong.Add(type.Name);
            if (type is EnumType values && values.Values.Any(value => value.Name == "NONE")) wrong.Add($"{type.Name}.NONE");
            if (type is not ComplexType complex) continue;
            wrong.AddRange(complex.Fields
                .Where(field => !char.IsLower(field.Name[0]) || field.Name.EndsWith("Async", StringComparison.Ordinal)
                    || field.Name.EndsWith("Key", StringComparison.Ordinal))
                .Select(field => $"{type.Name}.{field.Name}"));
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_mutation_takes_a_key_and_gives_typed_errors()
    {
        Assert.NotEmpty(((ObjectType)Built.Mutation!).Fields);
        foreach (var mutation in ((ObjectType)Built.Mutation!).Fields)
        {
            var input = (InputObjectType)Assert.Single(mutation.Arguments).Type.NamedType;
            Assert.True(input.Fields.Find("idempotencyKey")?.IsRequired, mutation.Name);
            Assert.NotNull(input.Fields.Find("clientMutationId"));
            var payload = (ObjectType)mutation.Type.NamedType;
            Assert.NotNull(payload.Fields.Find("clientMutationId"));
            var errors = (UnionType)payload.Fields.Find("errors")!.Type.NamedType;
            Assert.NotEmpty(errors.Types);
            Assert.All(errors.Types, error => Assert.Contains("Error", error.Interfaces.Select(one => one.Name)));
        }
    }
}
