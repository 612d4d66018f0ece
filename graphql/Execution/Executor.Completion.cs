using System.Collections;
using OrleansScheduling.GraphQL.Text;
using OrleansScheduling.GraphQL.Types;

namespace OrleansScheduling.GraphQL.Execution;

sealed partial class Executor
{
    /// <summary>Completes a value at a place of the response where an error may be turned into null, if the type allows.</summary>
    object? CompleteAt(GraphQLType type, FieldPlan field, ObjectType parentType, object? value, PathStep step)
    {
        object? result;
        try
        {
            result = Complete(type, field, parentType, value, step);
        }
        catch (Exception exception) when (!IsCancellation(exception))
        {
            result = new Bubble(ErrorFor(exception, field, parentType, step));
        }

        return result switch
        {
            Bubble bubble => Absorb(type, bubble),
            Task<object?> task when type is not NonNullType => AbsorbLater(type, task),
            _ => result,
        };
    }

    object? Absorb(GraphQLType type, Bubble bubble)
    {
        if (type is NonNullType) return bubble;
        request.Add(bubble.Error);
        return null;
    }

    async Task<object?> AbsorbLater(GraphQLType type, Task<object?> task) =>
        await task is var result && result is Bubble bubble ? Absorb(type, bubble) : result;

    object? Complete(GraphQLType type, FieldPlan field, ObjectType parentType, object? value, PathStep step)
    {
        if (type is NonNullType nonNull)
        {
            var completed = Complete(nonNull.OfType, field, parentType, value, step);
            return completed switch
            {
                null => NullViolation(field, parentType, step),
                Task<object?> task => RequireLater(task, field, parentType, step),
                _ => completed,
            };
        }

        if (value is null) return null;
        return type switch
        {
            ScalarType scalar => scalar.Serialize(value) ?? throw new GraphQLException(
                $"Expected `{type}.serialize({Inspection.Inspect(value)})` to return non-nullable value, returned: null"),
            EnumType enumeration => Enums.Serialize(enumeration, value),
            ListType list => CompleteList(list, field, parentType, value, step.ToNode()),
            ObjectType single => CompleteObject(single, field, value, step),
            _ => CompleteObject(RuntimeTypeOf((NamedType)type, value, field, parentType), field, value, step),
        };
    }

    static Bubble NullViolation(FieldPlan field, ObjectType parentType, PathStep step) => new(new GraphQLError(
        $"Cannot return null for non-nullable field {parentType.Name}.{field.Definition.Name}.",
        field.Locations, step.ToList(), GraphQLErrorCodes.InternalServerError));

    static async Task<object?> RequireLater(Task<object?> task, FieldPlan field, ObjectType parentType, PathStep step) =>
        await task ?? NullViolation(field, parentType, step);

    object? CompleteObject(ObjectType type, FieldPlan field, object value, PathStep step)
    {
        if (type.IsTypeOf is { } check && !check(value))
            throw new GraphQLException($"Expected value of type \"{type.Name}\" but got: {Inspection.Inspect(value)}.");
        return ExecuteFields(field.Selections!.FieldsFor(type), type, value, step.ToNode());
    }

    object? CompleteList(ListType type, FieldPlan field, ObjectType parentType, object value, PathNode path)
    {
        if (value is IAsyncEnumerable<object?> stream) return CompleteStream(stream, type, field, parentType, path);
        if (value is string or IReadOnlyDictionary<string, object?> || value is not IEnumerable items)
            throw new GraphQLException($"Expected Iterable, but did not find one for field \"{parentType.Name}.{field.Definition.Name}\".");
        var results = new List<object?>(value is ICollection { Count: var count } ? count : 4);
        List<(int Index, Task<object?> Task)>? pending = null;
        foreach (var item in items)
        {
            var index = results.Count;
            var completed = CompleteAt(type.OfType, field, parentType, item, new PathStep(path, null, index));
            if (completed is Bubble bubble) return pending is null ? bubble : AwaitItems(results, pending, bubble);
            if (completed is Task<object?> task) (pending ??= []).Add((index, task));
            results.Add(completed);
        }

        return pending is null ? results : AwaitItems(results, pending, null);
    }

    static async Task<object?> AwaitItems(List<object?> results, List<(int Index, Task<object?> Task)> pending, Bubble? bubble)
    {
        foreach (var (index, task) in pending)
        {
            var value = await task;
            if (value is Bubble failed) bubble ??= failed;
            else results[index] = value;
        }

        return (object?)bubble ?? results;
    }

    async Task<object?> CompleteStream(
        IAsyncEnumerable<object?> stream, ListType type, FieldPlan field, ObjectType parentType, PathNode path)
    {
        var items = new List<object?>();
        await foreach (var item in stream.WithCancellation(request.CancellationToken)) items.Add(item);
        request.Batches.Enter();
        object? completed;
        try
        {
            completed = CompleteList(type, field, parentType, items, path);
        }
        finally
        {
            request.Batches.Leave();
        }

        return completed is Task<object?> further ? await further : completed;
    }

    ObjectType RuntimeTypeOf(NamedType type, object value, FieldPlan field, ObjectType parentType)
    {
        if (request.Schema.FindByClrType(value.GetType()) is { } known && request.Schema.IsSubType(type, known)) return known;
        var resolve = (type as InterfaceType)?.ResolveType ?? (type as UnionType)?.ResolveType;
        var name = resolve is not null ? resolve(value) : DefaultTypeName(type, value);
        var place = $"{parentType.Name}.{field.Definition.Name}";
        if (name is null)
            throw new GraphQLException(
                $"Abstract type \"{type.Name}\" must resolve to an Object type at runtime for field \"{place}\". Either the "
                    + $"\"{type.Name}\" type should "
                + "provide a \"resolveType\" function or each possible type should provide an \"isTypeOf\" function.");
        return request.Schema.FindType(name) switch
        {
            null => throw new GraphQLException(
                $"Abstract type \"{type.Name}\" was resolved to a type \"{name}\" that does not exist inside the schema."),
            ObjectType found when request.Schema.IsSubType(type, found) => found,
            ObjectType => throw new GraphQLException($"Runtime Object type \"{name}\" is not a possible type for \"{type.Name}\"."),
            _ => throw new GraphQLException($"Abstract type \"{type.Name}\" was resolved to a non-object type \"{name}\"."),
        };
    }

    string? DefaultTypeName(NamedType type, object value)
    {
        if (value is IReadOnlyDictionary<string, object?> map && map.GetValueOrDefault("__typename") is string name) return name;
        return request.Schema.PossibleTypes(type).FirstOrDefault(possible => possible.IsTypeOf?.Invoke(value) == true)?.Name
            ?? ClrBaseName(value.GetType().BaseType);
    }

    /// <summary>An instance of a derived CLR class, such as a proxy, is of its nearest known ancestor's type.</summary>
    string? ClrBaseName(Type? type)
    {
        for (; type is not null; type = type.BaseType)
            if (request.Schema.FindByClrType(type) is { } found) return found.Name;
        return null;
    }
}
