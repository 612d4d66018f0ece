using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.GraphQL.Tests.Support;

namespace OrleansScheduling.GraphQL.Tests.Building;

public sealed class SchemaBuilderTests
{
    static readonly string Snapshot = Path.Combine(Reference.Folder, "..", "Building", "library.graphql");

    /// <summary>GRAPHQL_WRITE_SNAPSHOT=1 writes the file anew; look at the difference before it is committed.</summary>
    [Fact]
    public void The_schema_of_the_library_is_the_committed_one()
    {
        var printed = SchemaPrinter.Print(LibraryEngine.BuildSchema()) + "\n";
        if (Environment.GetEnvironmentVariable("GRAPHQL_WRITE_SNAPSHOT") == "1") File.WriteAllText(Snapshot, printed);
        Assert.Equal(File.ReadAllText(Snapshot), printed);
    }

    [Fact]
    public void A_printed_schema_reads_back_as_the_same_schema()
    {
        var built = LibraryEngine.BuildSchema();
        var read = SdlSchema.Build(SchemaPrinter.Print(built));
        Assert.Equal(SchemaPrinter.Print(built), SchemaPrinter.Print(read));
        Assert.Empty(SchemaChanges.Find(built, read));
    }

    [Fact]
    public void A_removed_field_is_a_breaking_change_and_a_new_enum_value_a_dangerous_one()
    {
        var before = SdlSchema.Build("type Query { a: E b: Int c: Int } enum E { X }");
        var after = SdlSchema.Build("type Query { a: E c: Int } enum E { X Y }");
        Assert.Equal(
            [
                new SchemaChange(SchemaChangeSeverity.Breaking, "FIELD_REMOVED", "Query.b was removed."),
                new SchemaChange(SchemaChangeSeverity.Dangerous, "VALUE_ADDED_TO_ENUM", "Y was added to enum type E."),
            ],
            SchemaChanges.Find(before, after));
    }

    sealed class NoFields;

    [Fact]
    public void A_class_without_fields_is_no_schema()
    {
        var refused = Assert.Throws<SchemaException>(() => new SchemaBuilder().AddQuery<NoFields>().Build());
        Assert.Equal("Type Query must define one or more fields.", refused.Message);
    }

    [Fact]
    public void A_default_that_contains_itself_is_refused()
    {
        var refused = Assert.Throws<SchemaException>(() => SdlSchema.Build("type Query { a(b: A): Int } input A { a: A = {} }"));
        Assert.Contains("circular", refused.Message, StringComparison.Ordinal);
    }
}
