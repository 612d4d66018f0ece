namespace OrleansScheduling.Embedded;

/// <summary>The activation whose turn runs on this thread, or whose grain object is being made on it.</summary>
internal static class RuntimeContext
{
    [ThreadStatic]
    private static Activation? _current;

    public static Activation? Current => _current;

    /// <summary>Makes <paramref name="activation"/> current and gives the one before, to be put back.</summary>
    public static Activation? Exchange(Activation? activation)
    {
        var before = _current;
        _current = activation;
        return before;
    }
}
