using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using NodaTime.Text;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Rates;
using OrleansScheduling.Domain.Workforce;

namespace OrleansScheduling.Ledger.Coding;

/// <summary>The nested lists of a contract, as JSON in one column.</summary>
sealed record ContractDetails(
    IReadOnlyList<PatchCode> Patches, IReadOnlyList<TradeCode> Trades, IReadOnlyList<AppointmentWindow> Windows, BookingRules Rules);

/// <summary>The nested lists of an operative.</summary>
sealed record OperativeDetails(
    IReadOnlyList<TradeCode> Trades,
    IReadOnlyList<Skill> Skills,
    IReadOnlyList<Clearance> Clearances,
    IReadOnlyList<PatchCode> HelpsOutIn,
    Place StartPlace,
    Place EndPlace,
    WorkingTime WorkingTime,
    IReadOnlyList<ToldDay>? Told = null);

/// <summary>What a schedule-of-rates item has beyond its columns.</summary>
sealed record SorDetails(
    string Description, IReadOnlyList<SkillRequirement> Skills, int OperativesNeeded, int VisitsNeeded, int GapDays);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    Converters =
    [
        typeof(DayConverter), typeof(TimeConverter), typeof(DayTimeConverter), typeof(PlaceConverter), typeof(TradeConverter),
        typeof(SkillConverter), typeof(PatchConverter), typeof(WindowConverter), typeof(ContractIdConverter),
    ])]
[JsonSerializable(typeof(ContractDetails))]
[JsonSerializable(typeof(OperativeDetails))]
[JsonSerializable(typeof(SorDetails))]
sealed partial class RegistryJson : JsonSerializerContext;

/// <summary>A value written as one text.</summary>
abstract class TextConverter<T> : JsonConverter<T>
{
    protected abstract T Parse(string text);

    protected abstract string Format(T value);

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Parse(reader.GetString() ?? throw new JsonException($"A {typeof(T).Name} is missing."));

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(Format(value));
}

sealed class DayConverter : TextConverter<LocalDate>
{
    protected override LocalDate Parse(string text) => LocalDatePattern.Iso.Parse(text).Value;

    protected override string Format(LocalDate value) => LocalDatePattern.Iso.Format(value);
}

sealed class TimeConverter : TextConverter<LocalTime>
{
    protected override LocalTime Parse(string text) => LocalTimePattern.ExtendedIso.Parse(text).Value;

    protected override string Format(LocalTime value) => LocalTimePattern.ExtendedIso.Format(value);
}

sealed class DayTimeConverter : TextConverter<LocalDateTime>
{
    protected override LocalDateTime Parse(string text) => LocalDateTimePattern.ExtendedIso.Parse(text).Value;

    protected override string Format(LocalDateTime value) => LocalDateTimePattern.ExtendedIso.Format(value);
}

sealed class TradeConverter : TextConverter<TradeCode>
{
    protected override TradeCode Parse(string text) => new(text);

    protected override string Format(TradeCode value) => value.Value;
}

sealed class SkillConverter : TextConverter<SkillCode>
{
    protected override SkillCode Parse(string text) => new(text);

    protected override string Format(SkillCode value) => value.Value;
}

sealed class PatchConverter : TextConverter<PatchCode>
{
    protected override PatchCode Parse(string text) => new(text);

    protected override string Format(PatchCode value) => value.Value;
}

sealed class WindowConverter : TextConverter<WindowCode>
{
    protected override WindowCode Parse(string text) => new(text);

    protected override string Format(WindowCode value) => value.Value;
}

sealed class ContractIdConverter : JsonConverter<ContractId>
{
    public override ContractId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetInt32());

    public override void Write(Utf8JsonWriter writer, ContractId value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.Value);
}

/// <summary>Latitude and longitude: <c>[51.5,-0.12]</c>.</summary>
sealed class PlaceConverter : JsonConverter<Place>
{
    public override Place Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException("A place is [latitude, longitude].");
        reader.Read();
        var latitude = reader.GetDouble();
        reader.Read();
        var longitude = reader.GetDouble();
        reader.Read();
        return new Place(latitude, longitude);
    }

    public override void Write(Utf8JsonWriter writer, Place value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        writer.WriteNumberValue(value.LatitudeDegrees);
        writer.WriteNumberValue(value.LongitudeDegrees);
        writer.WriteEndArray();
    }
}
