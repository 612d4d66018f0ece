using System.Net;
using Microsoft.Extensions.DependencyInjection;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.GraphQL.Execution;
using OrleansScheduling.GraphQL.Types;
using Xunit.Abstractions;

namespace OrleansScheduling.Api.Tests.Matrix;

/// <summary>
/// Every field and argument of the schema, for every role, with what belongs to others: they answer to the byte as what is not there, with
/// as much work, and whatever others do changes no answer. The documents are written from the schema, so what it gains is tried at once.
/// </summary>
public sealed partial class IsolationMatrixTests(MatrixApi api, ITestOutputHelper output)
    : SideMatrixTests(api, output), IClassFixture<MatrixApi>
{
    readonly MatrixApi api = api;
    readonly ITestOutputHelper output = output;

    Schema Schema => api.Services.GetRequiredService<GraphQLEngine>().Schema;

    [Fact]
    public void Every_field_argument_and_input_of_the_schema_is_tried()
    {
        var (fields, inputs) = CoordinatesOf(Schema);
        Assert.Empty(fields.Except(api.Schema.Selected));
        Assert.Empty(inputs.Except(api.Schema.Given));
        output.WriteLine($"{fields.Count} fields, {inputs.Count} arguments and input fields, {api.Schema.Probes.Count} documents");
    }

    [Theory]
    [InlineData("type Query { a(thing: ID!): B } type B { x: Int }", "Query.a(thing:)")]
    [InlineData("scalar Shape type Query { a(shape: Shape): Int }", "Query.a(shape:)")]
    [InlineData("input I { thing: String! } type Query { a(i: I): Int }", "I.thing")]
    public void What_the_matrix_cannot_fill_in_fails_by_name(string schema, string coordinate)
    {
        var gap = Assert.Throws<MatrixGapException>(() => api.ProbesOf(SdlSchema.Build(schema)));
        Assert.Contains(coordinate, gap.Message, StringComparison.Ordinal);
    }

    /// <summary>All that can be reached from the roots, without introspection.</summary>
    static (HashSet<string> Fields, HashSet<string> Inputs) CoordinatesOf(Schema schema)
    {
        var (fields, inputs) = (new HashSet<string>(), new HashSet<string>());
        foreach (var type in schema.Types.Where(type => !type.Name.StartsWith("__", StringComparison.Ordinal)))
        {
            if (type is InputObjectType input) inputs.UnionWith(input.Fields.Select(field => $"{input.Name}.{field.Name}"));
            if (type is not ObjectType complex) continue;
            foreach (var field in complex.Fields)
            {
                fields.Add($"{complex.Name}.{field.Name}");
                inputs.UnionWith(field.Arguments.Select(argument => $"{complex.Name}.{field.Name}({argument.Name}:)"));
            }
        }

        return (fields, inputs);
    }

    [Fact]
    public async Task Who_has_not_signed_in_gets_nothing_at_all()
    {
        using var stranger = api.Stranger();
        foreach (var probe in api.Schema.Probes.Where(probe => RootOf(probe) is not null))
        {
            var told = await Answers.AskAsync(stranger, probe, probe.Hidden);
            Assert.StartsWith($"{(int)HttpStatusCode.Unauthorized}\n", told, StringComparison.Ordinal);
            Assert.DoesNotContain("__typename", told, StringComparison.Ordinal);
        }
    }
}
