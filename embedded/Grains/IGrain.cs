using Orleans.Runtime;

namespace Orleans.Runtime
{
    /// <summary>Something that can be called wherever it lives.</summary>
    public interface IAddressable;
}

namespace Orleans
{
    /// <summary>What every grain interface extends.</summary>
    public interface IGrain : IAddressable;

    public interface IGrainWithGuidKey : IGrain;

    public interface IGrainWithIntegerKey : IGrain;

    public interface IGrainWithStringKey : IGrain;

    public interface IGrainWithGuidCompoundKey : IGrain;

    public interface IGrainWithIntegerCompoundKey : IGrain;
}
