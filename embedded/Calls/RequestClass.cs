using System.Reflection;
using System.Reflection.Emit;
using Orleans.Runtime;

namespace OrleansScheduling.Embedded;

/// <summary>The emitted request class of one method: a field for each argument, and <c>Call</c>, which calls the grain with them.</summary>
/// <param name="Type">The class.</param>
/// <param name="Arguments">The field of each parameter; null where the parameter is the cancellation token.</param>
/// <param name="Send">The method of <see cref="GrainReference"/> that sends it.</param>
internal sealed record RequestClass(Type Type, FieldInfo?[] Arguments, MethodInfo Send)
{
    private const BindingFlags NonPublic = BindingFlags.NonPublic | BindingFlags.Instance;

    public static RequestClass Build(ModuleBuilder module, string name, Type declaring, MethodInfo method)
    {
        Check(declaring, method);
        var (shape, send) = ShapeOf(method.ReturnType);
        var type = module.DefineType(name, TypeAttributes.Public | TypeAttributes.Sealed, shape);
        var entry = type.DefineField("Entry", typeof(GrainMethod), FieldAttributes.Public | FieldAttributes.Static);
        var fields = method.GetParameters()
            .Select((parameter, index) => parameter.ParameterType == typeof(CancellationToken)
                ? null
                : type.DefineField($"Argument{index}", parameter.ParameterType, FieldAttributes.Public))
            .ToArray();
        type.DefineDefaultConstructor(MethodAttributes.Public);
        OverrideMethod(type, entry);
        OverrideCall(type, shape, method, fields);

        var made = type.CreateType();
        var arguments = fields.Select(field => field is null ? null : made.GetField(field.Name)).ToArray();
        made.GetField("Entry")!.SetValue(null, new GrainMethod(declaring, method, [.. arguments.OfType<FieldInfo>()]));
        return new RequestClass(made, arguments, send);
    }

    private static void OverrideMethod(TypeBuilder type, FieldInfo entry)
    {
        var overridden = typeof(GrainRequest).GetProperty(nameof(GrainRequest.Method))!.GetMethod!;
        var getter = type.DefineMethod(
            overridden.Name,
            MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.HideBySig,
            typeof(GrainMethod),
            Type.EmptyTypes);
        var il = getter.GetILGenerator();
        il.Emit(OpCodes.Ldsfld, entry);
        il.Emit(OpCodes.Ret);
        type.DefineMethodOverride(getter, overridden);
    }

    private static void OverrideCall(TypeBuilder type, Type shape, MethodInfo method, FieldBuilder?[] fields)
    {
        var overridden = shape.GetMethod("Call", NonPublic)!;
        var call = type.DefineMethod(
            "Call", MethodAttributes.Family | MethodAttributes.Virtual | MethodAttributes.HideBySig, method.ReturnType, [typeof(object)]);
        var il = call.GetILGenerator();
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Castclass, method.DeclaringType!);
        foreach (var field in fields)
        {
            il.Emit(OpCodes.Ldarg_0);
            if (field is not null)
                il.Emit(OpCodes.Ldfld, field);
            else
                il.Emit(OpCodes.Call, typeof(GrainRequest).GetProperty(nameof(GrainRequest.TurnToken))!.GetMethod!);
        }

        il.Emit(OpCodes.Callvirt, method);
        il.Emit(OpCodes.Ret);
        type.DefineMethodOverride(call, overridden);
    }

    private static (Type Shape, MethodInfo Send) ShapeOf(Type returns)
    {
        if (returns == typeof(Task))
            return (typeof(TaskRequest), Sender(nameof(GrainReference.SendPlainTask)));
        if (returns == typeof(ValueTask))
            return (typeof(ValueTaskRequest), Sender(nameof(GrainReference.SendPlainValueTask)));
        var result = returns.GetGenericArguments()[0];
        return returns.GetGenericTypeDefinition() == typeof(Task<>)
            ? (typeof(TaskRequest<>).MakeGenericType(result), Sender(nameof(GrainReference.SendTask)).MakeGenericMethod(result))
            : (typeof(ValueTaskRequest<>).MakeGenericType(result), Sender(nameof(GrainReference.SendValueTask)).MakeGenericMethod(result));

        static MethodInfo Sender(string name) => typeof(GrainReference).GetMethod(name, NonPublic)!;
    }

    private static void Check(Type declaring, MethodInfo method)
    {
        var where = $"{declaring.FullName}.{method.Name}";
        if (method.IsGenericMethodDefinition)
            throw new NotSupportedException($"{where}: generic methods are not part of the engine in one process.");
        var returns = method.ReturnType;
        var definition = returns.IsGenericType ? returns.GetGenericTypeDefinition() : returns;
        Type[] allowed = [typeof(Task), typeof(Task<>), typeof(ValueTask), typeof(ValueTask<>)];
        if (!allowed.Contains(definition))
        {
            throw new NotSupportedException(
                $"{where} returns {returns.Name}; a grain method returns Task, Task<T>, ValueTask or ValueTask<T>.");
        }

        var parameters = method.GetParameters();
        if (parameters.Any(parameter => parameter.ParameterType.IsByRef))
            throw new NotSupportedException($"{where}: a parameter of a grain method may not be ref, in or out.");
        if (parameters.Count(parameter => parameter.ParameterType == typeof(CancellationToken)) > 1)
            throw new NotSupportedException($"{where}: a grain method has at most one cancellation token.");
    }
}
