using System.Collections.Immutable;
using Orleans;
using Orleans.Concurrency;

namespace OrleansScheduling.Embedded.Tests;

[GenerateSerializer, Alias("GoodRecord")]
public sealed record GoodRecord(
    [property: Id(0)] string Text,
    [property: Id(1)] IReadOnlyList<GoodPart> Parts,
    [property: Id(2)] ImmutableDictionary<string, DateOnly> Days,
    [property: Id(3)] TimeSpan? Wait);

[GenerateSerializer, Alias("GoodPart")]
public readonly record struct GoodPart([property: Id(0)] int Number, [property: Id(1)] DayOfWeek Day);

[GenerateSerializer, Alias("GoodChoice")]
public abstract record GoodChoice;

[GenerateSerializer, Alias("GoodYes")]
public sealed record GoodYes([property: Id(0)] int Places) : GoodChoice;

[GenerateSerializer, Immutable, Alias("GoodByPromise")]
public sealed class GoodByPromise
{
    [Id(0)]
    public List<int> Numbers { get; set; } = [];
}

[Alias("Good")]
public interface IGoodContract : IGrainWithStringKey
{
    Task<GoodRecord> Take(GoodRecord record, GoodChoice choice, IGoodContract self, CancellationToken cancellationToken);

    ValueTask<(int Count, GoodByPromise Promise)> Promise([Immutable] byte[] bytes, Immutable<List<int>> numbers);
}

public sealed record NoAttributes(int Number);

[GenerateSerializer, Alias("Settable")]
public sealed class Settable
{
    [Id(0)]
    public int Number { get; set; }
}

[GenerateSerializer, Alias("MissingAndDouble")]
public sealed record MissingAndDouble([property: Id(0)] int One, [property: Id(0)] int Two, int Three);

[GenerateSerializer, Alias("Holder")]
public sealed record Holder([property: Id(0)] List<string> Lines);

[GenerateSerializer]
public sealed record Unnamed([property: Id(0)] int Number);

[GenerateSerializer, Alias("Holder")]
public sealed record Namesake([property: Id(0)] int Number);

public interface IBadContract : IGrainWithStringKey
{
    Task Bare(NoAttributes value);

    Task<Settable> Set();

    Task Ids(MissingAndDouble value);

    Task Hold(IReadOnlyList<Holder> holders);

    Task Array(int[] numbers);

    Task Anything(object value);

    Task Nameless(Unnamed value);

    Task Twice(Namesake value);
}

public sealed class ContractTests
{
    [Fact]
    public void Immutable_contracts_with_ids_have_no_faults() => Assert.Empty(GrainContracts.Faults([typeof(IGoodContract)]));

    [Theory]
    [InlineData("Bare", "argument value", "NoAttributes has no [GenerateSerializer]")]
    [InlineData("Bare", "argument value.Number", "Number of NoAttributes has no [Id(n)]")]
    [InlineData("Set", "result.Number", "Number of Settable can be set after it was passed")]
    [InlineData("Ids", "argument value.Two", "Two of MissingAndDouble has the same [Id(0)] as One")]
    [InlineData("Ids", "argument value.Three", "Three of MissingAndDouble has no [Id(n)]")]
    [InlineData("Hold", "argument holders.Lines", "List<String> can be changed after it was passed")]
    [InlineData("Array", "argument numbers", "Int32[] can be changed after it was passed")]
    [InlineData("Anything", "argument value", "Object is not a type for the wire")]
    [InlineData("Nameless", "argument value", "Unnamed has no [Alias]")]
    [InlineData("Twice", "argument value", "Namesake has the same [Alias(\"Holder\")] as Holder")]
    public void Each_fault_is_found_where_it_is(string method, string path, string rule)
    {
        var faults = GrainContracts.Faults([typeof(IBadContract)]);
        Assert.Contains(
            faults,
            fault => fault.Method == $"IBadContract.{method}" && fault.Path == path
                && fault.Rule.StartsWith(rule, StringComparison.Ordinal));
    }

    [Fact]
    public void An_interface_has_a_name_of_its_own() =>
        Assert.Contains(
            new ContractFault("IBadContract", "interface", "IBadContract has no [Alias]"), GrainContracts.Faults([typeof(IBadContract)]));

    [Fact]
    public void An_assembly_is_checked_whole() =>
        Assert.Equal(
            11,
            GrainContracts.Faults(typeof(IBadContract).Assembly)
                .Count(fault => fault.Method.StartsWith("IBadContract", StringComparison.Ordinal)));
}
