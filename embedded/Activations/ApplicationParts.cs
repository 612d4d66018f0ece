using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Orleans;

namespace OrleansScheduling.Embedded;

/// <summary>
/// Finds the application's grain classes: those of every assembly beside the program that references this one. An assembly that the
/// program has
/// not used yet is found too, because the compiler leaves out references that no code names.
/// </summary>
internal static class ApplicationParts
{
    private static readonly string Ours = typeof(ApplicationParts).Assembly.GetName().Name!;

    private static readonly Lazy<Type[]> Found = new(() => [.. Assemblies().SelectMany(Loadable).Where(IsGrainClass)]);

    public static IReadOnlyList<Type> GrainTypes() => Found.Value;

    private static bool IsGrainClass(Type type) =>
        type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false }
        && typeof(IGrainBase).IsAssignableFrom(type)
        && typeof(IGrain).IsAssignableFrom(type);

    private static IEnumerable<Assembly> Assemblies()
    {
        Dictionary<string, Assembly> found = new(StringComparer.Ordinal);
        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies())
        {
            if (!assembly.IsDynamic && assembly.GetReferencedAssemblies().Any(reference => reference.Name == Ours))
                found.TryAdd(assembly.GetName().Name!, assembly);
        }

        foreach (var path in Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll"))
        {
            var name = Path.GetFileNameWithoutExtension(path);
            if (!found.ContainsKey(name) && ReferencesUs(path))
                found.Add(name, Assembly.Load(new AssemblyName(name)));
        }

        return found.Values;
    }

    /// <summary>Reads the references of a file without loading it.</summary>
    private static bool ReferencesUs(string path)
    {
        using var file = File.OpenRead(path);
        using var image = new PEReader(file);
        if (!image.HasMetadata)
            return false;
        var metadata = image.GetMetadataReader();
        return metadata.IsAssembly && metadata.AssemblyReferences.Any(
            handle => metadata.StringComparer.Equals(metadata.GetAssemblyReference(handle).Name, Ours));
    }

    private static IEnumerable<Type> Loadable(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException partial)
        {
            return partial.Types.OfType<Type>();
        }
    }
}
