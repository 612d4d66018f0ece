using System.Reflection;

namespace Orleans.Serialization.Invocation;

/// <summary>A call as filters see it. Arguments are numbered from zero; a cancellation token is not among them.</summary>
public interface IInvokable
{
    int GetArgumentCount();

    object? GetArgument(int index);

    void SetArgument(int index, object value);

    string GetMethodName();

    string GetInterfaceName();

    string GetActivityName();

    MethodInfo GetMethod();

    Type GetInterfaceType();

    CancellationToken GetCancellationToken();
}
