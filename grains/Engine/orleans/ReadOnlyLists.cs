using System.Buffers;
using System.Collections;
using System.Collections.Concurrent;
using System.Linq.Expressions;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.Serializers;
using Orleans.Serialization.WireProtocol;

namespace OrleansScheduling.Grains.Engine;

/// <summary>
/// A collection expression for a read-only list becomes a class that the compiler makes up, which Orleans has no serializer for. On the
/// wire such a list is an array: names of made-up classes are no contract.
/// </summary>
sealed class ReadOnlyListCodec : IGeneralizedCodec
{
    readonly ConcurrentDictionary<Type, Func<IEnumerable, Array>> arrays = new();

    public static bool IsMadeUp(Type type) =>
        type.IsConstructedGenericType && type.Name.StartsWith("<>z__ReadOnly", StringComparison.Ordinal);

    public bool IsSupportedType(Type type) => IsMadeUp(type);

    public void WriteField<TBufferWriter>(
        ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, object? value)
        where TBufferWriter : IBufferWriter<byte>
    {
        if (value is null)
        {
            ReferenceCodec.WriteNullReference(ref writer, fieldIdDelta);
            return;
        }

        var array = arrays.GetOrAdd(value.GetType(), Copier)((IEnumerable)value);
        writer.Session.CodecProvider.GetCodec(array.GetType()).WriteField(ref writer, fieldIdDelta, expectedType, array);
    }

    public object ReadValue<TInput>(ref Reader<TInput> reader, Field field) =>
        throw new InvalidOperationException($"{field.FieldType} was never written: such lists go as arrays.");

    static Func<IEnumerable, Array> Copier(Type type)
    {
        var list = Expression.Parameter(typeof(IEnumerable));
        var element = type.GetGenericArguments()[0];
        var typed = Expression.Convert(list, typeof(IEnumerable<>).MakeGenericType(element));
        var copy = Expression.Call(typeof(Enumerable), nameof(Enumerable.ToArray), [element], typed);
        return Expression.Lambda<Func<IEnumerable, Array>>(copy, list).Compile();
    }
}

/// <summary>Such a list cannot be changed, and neither can what goes over the wire in it: inside a process it is passed as it is.</summary>
sealed class ReadOnlyListCopier : IGeneralizedCopier
{
    public bool IsSupportedType(Type type) => ReadOnlyListCodec.IsMadeUp(type);

    public object? DeepCopy(object? input, CopyContext context) => input;
}
