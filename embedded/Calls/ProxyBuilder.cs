using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;
using System.Reflection.Emit;
using Orleans.Runtime;

namespace OrleansScheduling.Embedded;

/// <summary>
/// Makes, once per process and grain interface, the class behind its references and a request class for each of its methods.
/// The code is emitted rather than written by a source generator, so that the grain interfaces' project needs nothing but attributes,
/// and rather than by <see cref="DispatchProxy"/>, which boxes arguments into an array at each call.
/// </summary>
internal static class ProxyBuilder
{
    /// <summary>The assembly of emitted classes; the engine shows it its internals.</summary>
    public const string AssemblyName = "OrleansScheduling.Embedded.Proxies";

    private static readonly ConcurrentDictionary<Type, Lazy<Func<Silo, GrainId, GrainReference>>> Proxies = new();
    private static readonly Lock Gate = new();
    private static readonly Dictionary<Assembly, ModuleBuilder> Modules = [];

    /// <summary>
    /// What makes a reference of this interface. Throws if the interface has a method that can't be called across grains.
    /// </summary>
    public static Func<Silo, GrainId, GrainReference> FactoryFor(Type grainInterface) =>
        Proxies.GetOrAdd(grainInterface, static type => new(() => Build(type))).Value;

    private static Func<Silo, GrainId, GrainReference> Build(Type grainInterface)
    {
        if (!grainInterface.IsInterface || !typeof(IAddressable).IsAssignableFrom(grainInterface))
            throw new ArgumentException($"{grainInterface.FullName} is not a grain interface.", nameof(grainInterface));

        lock (Gate)
        {
            var module = ModuleFor(grainInterface.Assembly);
            var name = $"Proxies.{(grainInterface.FullName ?? grainInterface.Name).Replace('+', '.')}";
            var proxy = module.DefineType(name, TypeAttributes.Public | TypeAttributes.Sealed, typeof(GrainReference), [grainInterface]);
            var constructor = DefineConstructor(proxy);
            var number = 0;
            foreach (var declaring in grainInterface.GetInterfaces().Append(grainInterface))
            {
                foreach (var method in declaring.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance))
                {
                    var request = RequestClass.Build(module, $"{name}_{++number}_{method.Name}", declaring, method);
                    ImplementMethod(proxy, declaring, method, request);
                }
            }

            return Compile(proxy.CreateType(), constructor.GetParameters().Length);
        }
    }

    private static Func<Silo, GrainId, GrainReference> Compile(Type proxy, int parameters)
    {
        var constructor = proxy.GetConstructors().Single(candidate => candidate.GetParameters().Length == parameters);
        var silo = Expression.Parameter(typeof(Silo));
        var id = Expression.Parameter(typeof(GrainId));
        return Expression.Lambda<Func<Silo, GrainId, GrainReference>>(Expression.New(constructor, silo, id), silo, id).Compile();
    }

    private static ConstructorInfo DefineConstructor(TypeBuilder proxy)
    {
        Type[] parameters = [typeof(Silo), typeof(GrainId)];
        var ours = typeof(GrainReference).GetConstructor(BindingFlags.NonPublic | BindingFlags.Instance, parameters)!;
        var il = proxy.DefineConstructor(MethodAttributes.Public, CallingConventions.HasThis, parameters).GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldarg_2);
        il.Emit(OpCodes.Call, ours);
        il.Emit(OpCodes.Ret);
        return ours;
    }

    /// <summary><c>return this.Send(new Request { a = a, … })</c></summary>
    private static void ImplementMethod(TypeBuilder proxy, Type declaring, MethodInfo method, RequestClass request)
    {
        var parameters = method.GetParameters();
        var ours = proxy.DefineMethod(
            $"{declaring.FullName}.{method.Name}",
            MethodAttributes.Private | MethodAttributes.Virtual | MethodAttributes.Final
                | MethodAttributes.HideBySig | MethodAttributes.NewSlot,
            method.ReturnType,
            [.. parameters.Select(parameter => parameter.ParameterType)]);
        var il = ours.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Newobj, request.Type.GetConstructor(Type.EmptyTypes)!);
        for (var i = 0; i < parameters.Length; i++)
        {
            il.Emit(OpCodes.Dup);
            il.Emit(OpCodes.Ldarg, checked((short)(i + 1)));
            if (request.Arguments[i] is { } field)
                il.Emit(OpCodes.Stfld, field);
            else
                il.Emit(OpCodes.Call, typeof(GrainRequest).GetMethod(nameof(GrainRequest.AttachCaller))!);
        }

        il.Emit(OpCodes.Call, request.Send);
        il.Emit(OpCodes.Ret);
        proxy.DefineMethodOverride(ours, method);
    }

    private static ModuleBuilder ModuleFor(Assembly assembly)
    {
        if (Modules.TryGetValue(assembly, out var module))
            return module;
        var builder = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName(AssemblyName), AssemblyBuilderAccess.Run);
        module = builder.DefineDynamicModule(AssemblyName);
        SeeInternalsOf(builder, module, assembly.GetName().Name!);
        Modules.Add(assembly, module);
        return module;
    }

    /// <summary>
    /// Grain interfaces and their arguments may be internal to their assembly: the runtime honours this attribute by its name.
    /// </summary>
    private static void SeeInternalsOf(AssemblyBuilder builder, ModuleBuilder module, string assembly)
    {
        var attribute = module.DefineType(
            "System.Runtime.CompilerServices.IgnoresAccessChecksToAttribute",
            TypeAttributes.Public | TypeAttributes.Sealed,
            typeof(Attribute));
        var il = attribute.DefineConstructor(MethodAttributes.Public, CallingConventions.HasThis, [typeof(string)]).GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, typeof(Attribute).GetConstructor(BindingFlags.NonPublic | BindingFlags.Instance, Type.EmptyTypes)!);
        il.Emit(OpCodes.Ret);
        var made = attribute.CreateType().GetConstructor([typeof(string)])!;
        builder.SetCustomAttribute(new CustomAttributeBuilder(made, [assembly]));
    }
}
