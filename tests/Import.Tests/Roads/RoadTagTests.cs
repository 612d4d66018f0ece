using OrleansScheduling.Import.Roads;
using OrleansScheduling.Planning.Roads;

namespace OrleansScheduling.Import.Tests.Roads;

public sealed class RoadTagTests
{
    [Theory]
    [InlineData("highway=primary", RoadClass.Primary, 36, RoadDirection.Both)]
    [InlineData("highway=motorway", RoadClass.Motorway, 92, RoadDirection.Forward)]
    [InlineData("highway=motorway oneway=no", RoadClass.Motorway, 92, RoadDirection.Both)]
    [InlineData("highway=trunk_link oneway=-1", RoadClass.Trunk, 52, RoadDirection.Backward)]
    [InlineData("highway=residential junction=roundabout", RoadClass.Residential, 25, RoadDirection.Forward)]
    [InlineData("highway=residential maxspeed=20", RoadClass.Residential, 20, RoadDirection.Both)]
    [InlineData("highway=residential maxspeed=10mph", RoadClass.Residential, 16.09344, RoadDirection.Both)]
    [InlineData("highway=residential maxspeed=30mph", RoadClass.Residential, 25, RoadDirection.Both)]
    [InlineData("highway=primary maxspeed=GB:nsl_single", RoadClass.Primary, 36, RoadDirection.Both)]
    [InlineData("highway=service access=private", RoadClass.Service, 15, RoadDirection.Both)]
    [InlineData("highway=residential access=no motor_vehicle=yes", RoadClass.Residential, 25, RoadDirection.Both)]
    public void Roads_for_vans_are_read_with_class_speed_and_direction(string tags, RoadClass kind, double speed, RoadDirection direction)
    {
        var use = new RoadTags(RoadSpeeds.Default).Of(Parse(tags), out var fault);
        Assert.Null(fault);
        Assert.Equal((kind, direction), (use!.Value.Class, use.Value.Direction));
        Assert.Equal(speed, use.Value.KilometresPerHour, tolerance: 0.0001);
    }

    [Theory]
    [InlineData("highway=footway")]
    [InlineData("highway=pedestrian area=yes")]
    [InlineData("highway=residential area=yes")]
    [InlineData("highway=service access=no")]
    [InlineData("highway=unclassified access=yes motor_vehicle=no")]
    [InlineData("highway=service motor_vehicle=agricultural")]
    [InlineData("waterway=river")]
    public void What_is_no_road_for_vans_is_passed_over(string tags) =>
        Assert.Null(new RoadTags(RoadSpeeds.Default).Of(Parse(tags), out _));

    static Dictionary<string, string> Parse(string tags) =>
        tags.Split(' ').Select(tag => tag.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
}
