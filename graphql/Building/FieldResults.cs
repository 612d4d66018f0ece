namespace OrleansScheduling.GraphQL.Building;

/// <summary>What a mutation came to: a value, or errors of the declared kinds.</summary>
public interface IFieldResult
{
    object? Value { get; }

    IReadOnlyList<object>? Errors { get; }
}

/// <summary>A mutation that may be refused for one reason. The error types are in the schema, so clients can tell them apart.</summary>
public sealed class FieldResult<TResult, TError> : IFieldResult
    where TResult : notnull
    where TError : notnull
{
    FieldResult(object? value, IReadOnlyList<object>? errors) => (Value, Errors) = (value, errors);

    public object? Value { get; }

    public IReadOnlyList<object>? Errors { get; }

    public static implicit operator FieldResult<TResult, TError>(TResult value) => new(value, null);

    public static implicit operator FieldResult<TResult, TError>(TError error) => new(null, [error]);
}

/// <inheritdoc cref="FieldResult{TResult, TError}"/>
public sealed class FieldResult<TResult, TError1, TError2> : IFieldResult
    where TResult : notnull
    where TError1 : notnull
    where TError2 : notnull
{
    FieldResult(object? value, IReadOnlyList<object>? errors) => (Value, Errors) = (value, errors);

    public object? Value { get; }

    public IReadOnlyList<object>? Errors { get; }

    public static implicit operator FieldResult<TResult, TError1, TError2>(TResult value) => new(value, null);

    public static implicit operator FieldResult<TResult, TError1, TError2>(TError1 error) => new(null, [error]);

    public static implicit operator FieldResult<TResult, TError1, TError2>(TError2 error) => new(null, [error]);
}

/// <inheritdoc cref="FieldResult{TResult, TError}"/>
public sealed class FieldResult<TResult, TError1, TError2, TError3> : IFieldResult
    where TResult : notnull
    where TError1 : notnull
    where TError2 : notnull
    where TError3 : notnull
{
    FieldResult(object? value, IReadOnlyList<object>? errors) => (Value, Errors) = (value, errors);

    public object? Value { get; }

    public IReadOnlyList<object>? Errors { get; }

    public static implicit operator FieldResult<TResult, TError1, TError2, TError3>(TResult value) => new(value, null);

    public static implicit operator FieldResult<TResult, TError1, TError2, TError3>(TError1 error) => new(null, [error]);

    public static implicit operator FieldResult<TResult, TError1, TError2, TError3>(TError2 error) => new(null, [error]);

    public static implicit operator FieldResult<TResult, TError1, TError2, TError3>(TError3 error) => new(null, [error]);
}

/// <summary>An input field or argument that tells "not given" from null, for changes that touch only what is given.</summary>
public readonly struct Optional<T>(T? value)
{
    public bool IsSet { get; } = true;

    public T? Value { get; } = value;

    public static implicit operator Optional<T>(T? value) => new(value);
}
