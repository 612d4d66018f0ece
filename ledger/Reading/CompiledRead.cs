using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore.Metadata;

namespace OrleansScheduling.Ledger.Reading;

/// <summary>
/// A question that is asked again and again with other keys. It is translated once for each model; otherwise its whole expression is
/// looked through, each time, to find the translation.
/// </summary>
/// <typeparam name="TAsk">A function of a context and the keys, as <c>EF.CompileAsyncQuery</c> makes it.</typeparam>
public sealed class CompiledRead<TAsk>(Func<TAsk> compile)
    where TAsk : Delegate
{
    /// <summary>Two databases have two translations, and so have people and organisations; they live as long as their models.</summary>
    readonly ConditionalWeakTable<IModel, TAsk> byModel = [];

    /// <param name="context">Where it will be asked.</param>
    public TAsk On(ReadingContext context) => byModel.GetValue(context.Model, _ => compile());
}
