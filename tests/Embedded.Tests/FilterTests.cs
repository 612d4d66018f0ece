using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;

namespace OrleansScheduling.Embedded.Tests;

public interface IGuardedGrain : IGrainWithStringKey
{
    Task<string> Echo(string text);

    Task<string> EchoThrough(string other, string text);
}

public sealed class GuardedGrain(Probe probe) : Grain, IGuardedGrain, IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        probe.Tell($"own filter of {context.ImplementationMethod.DeclaringType!.Name}.{context.MethodName}");
        await context.Invoke();
    }

    public Task<string> Echo(string text) => Task.FromResult($"{text} for {RequestContext.Get("principal")}");

    public Task<string> EchoThrough(string other, string text) => GrainFactory.GetGrain<IGuardedGrain>(other).Echo(text);
}

/// <summary>Needs the grain factory, as an authorisation filter may.</summary>
public sealed class RefusingFilter(IGrainFactory grains) : IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        Assert.NotNull(grains);
        if (RequestContext.Get("principal") is not string)
            throw new UnauthorizedAccessException($"{context.InterfaceMethod.Name} of {context.TargetId} needs a principal.");
        await context.Invoke();
    }
}

public sealed class FilterTests
{
    [Fact]
    public async Task Filters_run_in_order_around_the_call_and_may_change_its_result()
    {
        List<string> order = [];
        await using var silo = await TestSilo.Start(host => host
            .AddOutgoingGrainCallFilter(async context =>
            {
                order.Add($"out {context.MethodName}({context.Request.GetArgument(0)})");
                await context.Invoke();
                order.Add($"back {context.Result}");
            })
            .AddIncomingGrainCallFilter(async context =>
            {
                order.Add("in");
                context.Request.SetArgument(0, "changed");
                await context.Invoke();
                context.Result = $"{context.Result}!";
            }));
        RequestContext.Set("principal", "desk");
        Assert.Equal("changed for desk!", await silo.Grain<IGuardedGrain>("a").Echo("text"));
        RequestContext.Clear();
        Assert.Equal(["out Echo(text)", "in", "back changed for desk!"], order);
        Assert.Equal(1, silo.Probe.Count("own filter of GuardedGrain.Echo"));
    }

    [Fact]
    public async Task A_filter_refuses_a_call_without_a_principal_and_the_principal_travels_from_grain_to_grain()
    {
        await using var silo = await TestSilo.Start(host => host.AddIncomingGrainCallFilter<RefusingFilter>());
        var grain = silo.Grain<IGuardedGrain>("a");
        var refusal = await Assert.ThrowsAsync<UnauthorizedAccessException>(() => grain.EchoThrough("b", "text"));
        Assert.Equal("EchoThrough of guarded/a needs a principal.", refusal.Message);
        RequestContext.Set("principal", "planner");
        Assert.Equal("text for planner", await grain.EchoThrough("b", "text"));
        RequestContext.Clear();
    }

    [Fact]
    public async Task A_filter_sees_which_grain_called()
    {
        List<(GrainId? Source, GrainId Target)> calls = [];
        await using var silo = await TestSilo.Start(host => host.AddIncomingGrainCallFilter(context =>
        {
            calls.Add((context.SourceId, context.TargetId));
            return context.Invoke();
        }));
        await silo.Grain<IGuardedGrain>("a").EchoThrough("b", "text");
        Assert.Equal([(null, GrainId.Create("guarded", "a")), (GrainId.Create("guarded", "a"), GrainId.Create("guarded", "b"))], calls);
    }
}
