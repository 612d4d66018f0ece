using System.Collections;
using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Serialization;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains.Engine;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Grains.Tests;

/// <summary>What a later release may have added to a record of this one.</summary>
[GenerateSerializer, Alias("scheduling.tests.Later")]
public sealed record LaterRecord([property: Id(0)] string Text, [property: Id(1)] int Number, [property: Id(7)] IReadOnlyList<string> More);

/// <summary>The same record before that.</summary>
[GenerateSerializer, Alias("scheduling.tests.Earlier")]
public sealed record EarlierRecord([property: Id(0)] string Text, [property: Id(1)] int Number);

public sealed class WireTests
{
    static readonly ServiceProvider Services =
        new ServiceCollection().AddSerializer(serializer => serializer.Services.AddWireForms()).BuildServiceProvider();

    static Serializer Wire => Services.GetRequiredService<Serializer>();

    public static TheoryData<string> Records =>
    [
        .. typeof(IJobGrain).Assembly.GetTypes()
            .Where(type => type.IsDefined(typeof(GenerateSerializerAttribute))).Select(type => type.Name),
    ];

    [Theory]
    [MemberData(nameof(Records))]
    public void A_record_arrives_as_it_was_sent(string name)
    {
        var type = typeof(IJobGrain).Assembly.GetTypes().Single(type => type.Name == name);
        var sent = Filled(type);
        var arrived = Wire.Deserialize<object>(Wire.SerializeToArray<object>(sent));
        Assert.IsType(type, arrived);
        Assert.Equal(JsonSerializer.Serialize(sent, type), JsonSerializer.Serialize(arrived, type));
        Assert.DoesNotContain("null", JsonSerializer.Serialize(sent, type), StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_that_the_compiler_makes_up_arrive()
    {
        var sent = new Asker(1, [1, 2, 3]);
        var one = new Asker(1, [4]);
        Assert.StartsWith("<>z__ReadOnly", sent.Contracts!.GetType().Name, StringComparison.Ordinal);
        Assert.Equal([1, 2, 3], Wire.Deserialize<Asker>(Wire.SerializeToArray(sent))!.Contracts);
        Assert.Equal([4], Wire.Deserialize<Asker>(Wire.SerializeToArray(one))!.Contracts);
    }

    [Fact]
    public void Releases_read_each_others_records()
    {
        var earlier = Services.GetRequiredService<Serializer<EarlierRecord>>();
        var later = Services.GetRequiredService<Serializer<LaterRecord>>();
        Assert.Equal(new EarlierRecord("text", 7), earlier.Deserialize(later.SerializeToArray(new LaterRecord("text", 7, ["new"]))));
        var grown = later.Deserialize(earlier.SerializeToArray(new EarlierRecord("text", 7)))!;
        Assert.Equal(("text", 7), (grown.Text, grown.Number));
        Assert.Null(grown.More);
    }

    [Fact]
    public void A_database_that_is_away_is_known_as_such_elsewhere()
    {
        var sent = new LedgerUnavailableException(new TimeoutException("late"));
        var arrived = Wire.Deserialize<Exception>(Wire.SerializeToArray<Exception>(sent));
        Assert.True(LedgerFault.IsAway(Assert.IsType<LedgerUnavailableException>(arrived)));
        Assert.Equal(sent.Message, arrived.Message);
        Assert.Equal("late", arrived.InnerException!.Message);
    }

    /// <summary>A value of a type with something in every place; different things in different places.</summary>
    static object Filled(Type type)
    {
        var number = 0;
        return Fill(type, ref number);
    }

    static object Fill(Type type, ref int number)
    {
        number++;
        if (Nullable.GetUnderlyingType(type) is { } inner) return Fill(inner, ref number);
        if (type == typeof(string)) return $"text {number}";
        if (type == typeof(int)) return number;
        if (type == typeof(long)) return (long)number << 33;
        if (type == typeof(double)) return number + 0.5;
        if (type == typeof(bool)) return true;
        if (type == typeof(DateOnly)) return new DateOnly(2025, 6, 2).AddDays(number);
        if (type == typeof(DateTimeOffset)) return new DateTimeOffset(2025, 6, 2, 9, number % 60, 0, TimeSpan.FromHours(1));
        if (type.IsEnum) return Enum.GetValues(type).GetValue(1)!;
        if (type.IsGenericType && typeof(IEnumerable).IsAssignableFrom(type))
        {
            var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(type.GetGenericArguments()))!;
            for (var i = 0; i < 2; i++) list.Add(Fill(type.GetGenericArguments()[0], ref number));
            return list;
        }

        var made = type.GetConstructors().MaxBy(constructor => constructor.GetParameters().Length)!;
        var arguments = new List<object>();
        foreach (var parameter in made.GetParameters()) arguments.Add(Fill(parameter.ParameterType, ref number));
        var value = made.Invoke([.. arguments]);
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite
            && made.GetParameters().All(parameter => parameter.Name != property.Name)))
            property.SetValue(value, Fill(property.PropertyType, ref number));
        return value;
    }
}
