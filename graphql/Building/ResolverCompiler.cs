using System.Linq.Expressions;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using OrleansScheduling.GraphQL.Execution;
using OrleansScheduling.GraphQL.Types;

namespace OrleansScheduling.GraphQL.Building;

/// <summary>Where a parameter of a resolver gets its value.</summary>
enum ParameterSource
{
    None = 0,
    Argument,

    /// <summary>A field of the one input object of a mutation.</summary>
    InputField,
    Page,
    Service,
    DataLoader,
    Cancellation,
    Context,
    User,
    Parent,
}

/// <param name="Source">Where the value comes from.</param>
/// <param name="Type">The type of the parameter.</param>
/// <param name="Index">The first argument that belongs to it.</param>
sealed record ParameterBinding(ParameterSource Source, Type Type, int Index);

/// <summary>Compiles members to delegates when the schema is built, so that no call is reflected.</summary>
static class ResolverCompiler
{
    static readonly ParameterExpression Context = Expression.Parameter(typeof(ResolverContext), "context");

    public static FieldResolver Property(PropertyInfo property, Type? resolverClass)
    {
        if (resolverClass is not null || ClrShape.Awaited(property.PropertyType, null).Type != property.PropertyType)
        {
            var read = Expression.Property(Instance(property.DeclaringType!, resolverClass), property);
            return Result(read, property.PropertyType);
        }

        var source = Expression.Parameter(typeof(object), "source");
        var body = Expression.Convert(Expression.Property(Expression.Convert(source, property.DeclaringType!), property), typeof(object));
        return new FieldResolver(Expression.Lambda<PropertyResolver>(body, source).Compile());
    }

    public static FieldResolver Method(MethodInfo method, Type? resolverClass, IReadOnlyList<ParameterBinding> parameters) =>
        Result(Call(method, resolverClass, parameters), method.ReturnType);

    public static Subscriber Subscriber(MethodInfo method, Type? resolverClass, IReadOnlyList<ParameterBinding> parameters, Type eventType)
    {
        var call = Call(method, resolverClass, parameters);
        var name = ClrShape.Generic(method.ReturnType, typeof(Task<>)) is not null ? nameof(OpenLater)
            : ClrShape.Generic(method.ReturnType, typeof(ValueTask<>)) is not null ? nameof(OpenValueTask)
            : nameof(Open);
        return Expression.Lambda<Subscriber>(Expression.Call(Own(name, eventType), call), Context).Compile();
    }

    static MethodCallExpression Call(MethodInfo method, Type? resolverClass, IReadOnlyList<ParameterBinding> parameters) =>
        Expression.Call(method.IsStatic ? null : Instance(method.DeclaringType!, resolverClass), method, parameters.Select(Value));

    static FieldResolver Result(Expression call, Type type)
    {
        if (ClrShape.Generic(type, typeof(Task<>)) is { } task)
            return new FieldResolver(
                Expression.Lambda<AsyncResolver>(Expression.Call(Own(nameof(AwaitTask), task), call), Context).Compile());
        if (ClrShape.Generic(type, typeof(ValueTask<>)) is { } valueTask)
            return new FieldResolver(
                Expression.Lambda<AsyncResolver>(Expression.Call(Own(nameof(AwaitValueTask), valueTask), call), Context).Compile());
        return new FieldResolver(Expression.Lambda<SyncResolver>(Expression.Convert(call, typeof(object)), Context).Compile());
    }

    static MethodInfo Own(string name, params Type[] types) =>
        typeof(ResolverCompiler).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(types);

    static Expression Instance(Type declaring, Type? resolverClass)
    {
        if (resolverClass is null)
            return Expression.Convert(Expression.Property(Context, nameof(ResolverContext.Source)), declaring);

        // A class without dependencies is made once; another one anew for each call, from the request's services.
        if (resolverClass.GetConstructors() is [var only] && only.GetParameters().Length == 0)
            return Expression.Constant(Activator.CreateInstance(resolverClass), resolverClass);
        var factory = ActivatorUtilities.CreateFactory(resolverClass, []);
        var services = Expression.Property(Expression.Property(Context, nameof(ResolverContext.Request)), nameof(RequestContext.Services));
        return Expression
            .Convert(Expression.Invoke(Expression.Constant(factory), services, Expression.Constant(null, typeof(object[]))), resolverClass);
    }

    static Expression Value(ParameterBinding binding) => binding.Source switch
    {
        ParameterSource.Argument => Expression.Call(Own(nameof(ReadArgument), binding.Type), Context, Expression.Constant(binding.Index)),
        ParameterSource.InputField =>
            Expression.Call(Own(nameof(ReadInputField), binding.Type), Context, Expression.Constant(binding.Index)),
        ParameterSource.Page => Expression.Call(
            typeof(ResolverCompiler).GetMethod(nameof(ReadPage), BindingFlags.NonPublic | BindingFlags.Static)!, Context,
                Expression.Constant(binding.Index)),
        ParameterSource.Service => Expression.Call(Context, nameof(ResolverContext.Service), [binding.Type]),
        ParameterSource.DataLoader => Expression.Call(Context, nameof(ResolverContext.DataLoader), [binding.Type]),
        ParameterSource.Cancellation => Expression.Property(Context, nameof(ResolverContext.CancellationToken)),
        ParameterSource.Context => Context,
        ParameterSource.User =>
            Expression.Property(Expression.Property(Context, nameof(ResolverContext.Request)), nameof(RequestContext.User)),
        _ => Expression.Convert(Expression.Property(Context, nameof(ResolverContext.Source)), binding.Type),
    };

    static T? ReadArgument<T>(ResolverContext context, int index) => context.Arguments[index] is { } value ? (T)value : default;

    static T? ReadInputField<T>(ResolverContext context, int index) =>
        ((object?[])context.Arguments[0]!)[index] is { } value ? (T)value : default;

    static PageArguments ReadPage(ResolverContext context, int index) => PageArguments.From(
        context.Arguments[index] as int?, context.Arguments[index + 1] as string, context.Arguments[index + 2] as int?,
            context.Arguments[index + 3] as string,
        context.Request.Options);

    /// <summary>A task that is done already costs no allocation here.</summary>
    static async ValueTask<object?> AwaitTask<T>(Task<T> task) => await task;

    static async ValueTask<object?> AwaitValueTask<T>(ValueTask<T> task) => await task;

    static ValueTask<IAsyncEnumerable<object?>> Open<T>(IAsyncEnumerable<T> events) => new(Boxed(events));

    static async ValueTask<IAsyncEnumerable<object?>> OpenLater<T>(Task<IAsyncEnumerable<T>> events) => Boxed(await events);

    static async ValueTask<IAsyncEnumerable<object?>> OpenValueTask<T>(ValueTask<IAsyncEnumerable<T>> events) => Boxed(await events);

    static IAsyncEnumerable<object?> Boxed<T>(IAsyncEnumerable<T> events) =>
        events as IAsyncEnumerable<object?> ?? new BoxedStream<T>(events);

    sealed class BoxedStream<T>(IAsyncEnumerable<T> inner) : IAsyncEnumerable<object?>
    {
        public async IAsyncEnumerator<object?> GetAsyncEnumerator(CancellationToken cancellationToken)
        {
            await foreach (var item in inner.WithCancellation(cancellationToken)) yield return item;
        }
    }
}
