using OrleansScheduling.Grains.Engine;

namespace OrleansScheduling.Grains.Tests;

public sealed class GrainClusterOptionsTests
{
    [Fact]
    public void Usual_settings_can_be_used()
    {
        new GrainClusterOptions().Validate();
        new GrainClusterOptions { Name = "north", Address = "10.0.0.7", Port = 0 }.Validate();
        new GrainClusterOptions { Address = "::1", Port = 65_535 }.Validate();
    }

    [Theory]
    [InlineData("", "", 1, "Name")]
    [InlineData("north", "node-7", 1, "Address")]
    [InlineData("north", "", 65_536, "Port")]
    [InlineData("north", "", -1, "Port")]
    public void What_cannot_be_used_is_named(string name, string address, int port, string setting)
    {
        var options = new GrainClusterOptions { Name = name, Address = address, Port = port };
        Assert.StartsWith($"Cluster:{setting}", Assert.Throws<InvalidDataException>(options.Validate).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_has_room_for_64_characters()
    {
        new GrainClusterOptions { Name = new string('n', 64) }.Validate();
        Assert.Throws<InvalidDataException>(new GrainClusterOptions { Name = new string('n', 65) }.Validate);
    }
}
