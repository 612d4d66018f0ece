using System.Reflection;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace OrleansScheduling.Embedded;

/// <summary>One method of a grain interface: what the engine must know to let it run.</summary>
internal sealed class GrainMethod
{
    private readonly FieldInfo[] _arguments;

    public GrainMethod(Type grainInterface, MethodInfo method, FieldInfo[] arguments)
    {
        _arguments = arguments;
        Interface = grainInterface;
        Method = method;
        Name = method.Name;
        InterfaceName = grainInterface.FullName ?? grainInterface.Name;
        InterfaceType = new GrainInterfaceType(InterfaceName);
        ActivityName = $"{grainInterface.Name}/{method.Name}";
        AlwaysInterleave = method.IsDefined(typeof(AlwaysInterleaveAttribute));
        ReadOnly = method.IsDefined(typeof(ReadOnlyAttribute));
        ResponseTimeout = method.GetCustomAttribute<ResponseTimeoutAttribute>()?.Timeout;
    }

    public Type Interface { get; }

    public MethodInfo Method { get; }

    public string Name { get; }

    public string InterfaceName { get; }

    public GrainInterfaceType InterfaceType { get; }

    public string ActivityName { get; }

    public bool AlwaysInterleave { get; }

    public bool ReadOnly { get; }

    public TimeSpan? ResponseTimeout { get; }

    /// <summary>The number of arguments, a cancellation token not counted.</summary>
    public int ArgumentCount => _arguments.Length;

    public object? GetArgument(GrainRequest request, int index) => _arguments[index].GetValue(request);

    public void SetArgument(GrainRequest request, int index, object? value) => _arguments[index].SetValue(request, value);
}
