namespace OrleansScheduling.Api.Tests.Desk;

/// <summary>A first run: people of the demonstration can be chosen.</summary>
public sealed class DemoDesk : DeskFixture
{
    protected override string Environment => "Development";
}
