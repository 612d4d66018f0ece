using Orleans.Runtime;

namespace OrleansScheduling.Embedded;

/// <summary>
/// The activations of one key of a stateless worker: an idle one serves; if none is, a new one up to the limit, then the least
/// loaded.
/// </summary>
internal sealed class StatelessWorkers(Silo silo, GrainClass grainClass, GrainId grainId)
{
    private readonly Lock _gate = new();
    private readonly List<Activation> _members = [];
    private bool _closed;

    /// <summary>False if the group has just been given up; the caller looks again.</summary>
    public bool TryPlace(GrainRequest request)
    {
        lock (_gate)
        {
            if (_closed)
                return false;
            var chosen = _members.MinBy(member => member.Load);
            if (chosen is null || (chosen.Load > 0 && _members.Count < grainClass.MaxWorkers))
            {
                silo.Directory.RequireRoom(grainId);
                chosen = new Activation(silo, grainClass, grainId, this);
                _members.Add(chosen);
                silo.Directory.Counted();
            }

            return chosen.TryEnqueue(request);
        }
    }

    public Activation[] Members()
    {
        lock (_gate)
            return [.. _members];
    }

    /// <summary>True if it was the last one, and the group is closed.</summary>
    public bool Remove(Activation activation)
    {
        lock (_gate)
        {
            _members.Remove(activation);
            return _closed = _members.Count == 0;
        }
    }
}
