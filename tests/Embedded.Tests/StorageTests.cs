using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Providers;
using Orleans.Runtime;
using Orleans.Storage;

namespace OrleansScheduling.Embedded.Tests;

public sealed class Note
{
    public List<string> Lines { get; set; } = [];
}

public interface INoteGrain : IGrainWithStringKey
{
    Task Write(string line);

    Task Scribble(string line);

    Task Clear();

    Task<string> Read();

    Task DeactivateSoon();
}

public sealed class NoteGrain(
    [PersistentState("note")] IPersistentState<Note> note,
    [PersistentState("copy", "spare")] IPersistentState<Note> copy) : Grain, INoteGrain
{
    public async Task Write(string line)
    {
        note.State.Lines.Add(line);
        copy.State.Lines.Add(line.ToUpperInvariant());
        await note.WriteStateAsync();
        await copy.WriteStateAsync();
    }

    public Task Scribble(string line)
    {
        note.State.Lines.Add(line);
        return Task.CompletedTask;
    }

    public async Task Clear()
    {
        await note.ClearStateAsync();
        await copy.ClearStateAsync();
    }

    public Task<string> Read() => Task.FromResult(
        $"{note.RecordExists}:{string.Join(',', note.State.Lines)}|{copy.RecordExists}:{string.Join(',', copy.State.Lines)}");

    public Task DeactivateSoon()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}

public interface ITallyGrain : IGrainWithIntegerKey
{
    Task<int> Add();

    Task DeactivateSoon();
}

[StorageProvider(ProviderName = "spare")]
public sealed class TallyGrain : Grain<TallyGrain.Tally>, ITallyGrain
{
    public async Task<int> Add()
    {
        State.Count++;
        await WriteStateAsync();
        return State.Count;
    }

    public Task DeactivateSoon()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public sealed class Tally
    {
        public int Count { get; set; }
    }
}

public interface ILostGrain : IGrainWithStringKey
{
    Task Ping();
}

public sealed class LostGrain([PersistentState("state", "nowhere")] IPersistentState<Note> state) : Grain, ILostGrain
{
    public Task Ping() => Task.FromResult(state.State);
}

public sealed class StorageTests
{
    [Fact]
    public async Task What_was_written_is_read_by_the_next_activation_and_what_was_not_is_gone()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<INoteGrain>("a");
        Assert.Equal("False:|False:", await grain.Read());
        await grain.Write("leak");
        await grain.Scribble("never written");
        await grain.DeactivateSoon();
        Assert.Equal("True:leak|True:LEAK", await grain.Read());
        await grain.Clear();
        Assert.Equal("False:|False:", await grain.Read());
        await grain.Write("again");
        await grain.DeactivateSoon();
        Assert.Equal("True:again|True:AGAIN", await grain.Read());
    }

    [Fact]
    public async Task A_grain_with_one_state_keeps_it_in_the_provider_that_it_names()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grains.GetGrain<ITallyGrain>(3);
        Assert.Equal(1, await grain.Add());
        await grain.DeactivateSoon();
        Assert.Equal(2, await grain.Add());
    }

    [Fact]
    public async Task A_stale_write_is_refused_and_the_next_call_reads_anew()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<INoteGrain>("a");
        await grain.Write("mine");

        var storage = silo.Host.Services.GetRequiredKeyedService<IGrainStorage>(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME);
        var other = new GrainState<Note>();
        await storage.ReadStateAsync("note", grain.GetGrainId(), other);
        other.State!.Lines.Add("somebody else's");
        await storage.WriteStateAsync("note", grain.GetGrainId(), other);

        var refusal = await Assert.ThrowsAsync<InconsistentStateException>(() => grain.Write("stale"));
        Assert.NotEqual(refusal.StoredEtag, refusal.CurrentEtag);
        Assert.StartsWith("True:mine,somebody else's|", await grain.Read(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("0")]
    public async Task Storage_checks_the_version_of_every_write_and_clear(string? wrongVersion)
    {
        await using var silo = await TestSilo.Start();
        var storage = silo.Host.Services.GetRequiredService<IGrainStorage>();
        var id = GrainId.Create("note", "direct");
        await storage.WriteStateAsync("note", id, new GrainState<Note>(new Note()));
        var stale = new GrainState<Note>(new Note(), wrongVersion);
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("note", id, stale));
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.ClearStateAsync("note", id, stale));
    }

    [Fact]
    public async Task A_storage_provider_that_nobody_registered_is_named()
    {
        await using var silo = await TestSilo.Start();
        var refusal = await Assert.ThrowsAsync<BadProviderConfigException>(() => silo.Grain<ILostGrain>("a").Ping());
        Assert.Contains("\"nowhere\"", refusal.Message, StringComparison.Ordinal);
    }
}
