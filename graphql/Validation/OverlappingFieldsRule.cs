using System.Text;
using OrleansScheduling.GraphQL.Language;
using OrleansScheduling.GraphQL.Types;

namespace OrleansScheduling.GraphQL.Validation;

/// <summary>
/// "Field Selection Merging" of the specification: fields with one response name must be mergeable. The work is memoized and metered,
/// because fragments that spread fragments would otherwise make it exponential.
/// </summary>
sealed class OverlappingFieldsRule : ValidationRule
{
    /// <summary>Keeps one message bounded, however many conflicts stand behind it.</summary>
    const int DetailLengthMax = 1000;

    const int ConflictNodesMax = 20;

    readonly Dictionary<(string A, string B), bool> comparedFragments = [];
    readonly Dictionary<(NamedType? Type, SelectionSetNode Set), FieldGroups> groups = [];
    readonly Dictionary<ValueNode, string> printedValues = [];
    int remaining;

    /// <summary>What is looked at, for an error that says where the comparing was given up.</summary>
    SelectionSetNode? current;

    public OverlappingFieldsRule(ValidationContext context)
        : base(context)
    {
        Enters = [NodeKind.SelectionSet];
        remaining = context.Merging.ComparisonsMax;
    }

    public override bool Enter(Node node, Node? parent)
    {
        var set = (SelectionSetNode)node;
        current = set;
        if (parent is InlineFragmentNode || (set.Selections.Count <= 1 && set.Selections[0] is not InlineFragmentNode)) return true;
        foreach (var conflict in FindWithin(Context.Types.ParentType, set))
            Context.Report(
                $"Fields \"{Abbreviate(conflict.ResponseName)}\" conflict because {conflict.Reason}. "
                + "Use different aliases on the fields to fetch both if this was intentional.",
                [.. conflict.Fields1, .. conflict.Fields2]);
        return true;
    }

    sealed record Conflict(string ResponseName, string Reason, IReadOnlyList<FieldNode> Fields1, IReadOnlyList<FieldNode> Fields2);

    /// <summary>One field of a selection, with the definition that it has in its parent type.</summary>
    sealed record Entry(NamedType? ParentType, FieldNode Node, FieldDefinition? Definition)
    {
        public bool IsSimpleLeaf => Node.Arguments.Count == 0 && Node.SelectionSet is null;
    }

    /// <summary>The fields of a selection set by response name, inline fragments flattened, and the fragments that it spreads.</summary>
    sealed class FieldGroups
    {
        public List<(string Name, List<Entry> Entries)> Ordered { get; } = [];

        public Dictionary<string, List<Entry>> ByName { get; } = new(StringComparer.Ordinal);

        public List<string> Fragments { get; } = [];

        public Dictionary<string, bool> ComparedFragments { get; } = new(StringComparer.Ordinal);

        public Dictionary<FieldGroups, List<(string Name, List<Entry> A, List<Entry> B)>> Overlaps { get; } = [];
    }

    void Spend(int cost)
    {
        remaining -= cost;
        if (remaining >= 0) return;
        throw Exceeded(
            $"Whether the fields of this selection merge takes more than {Context.Merging.ComparisonsMax} comparisons. Select each field "
                + "once, and spread fewer fragments side by side.",
            current!);
    }

    static ValidationAbortedException Exceeded(string message, Node at) =>
        new(GraphQLError.At(message, GraphQLErrorCodes.FieldComparisonsExceeded, at));

    static string Abbreviate(string text) => text.Length > DetailLengthMax ? text[..DetailLengthMax] + "..." : text;

    List<Conflict> FindWithin(NamedType? parentType, SelectionSetNode set)
    {
        var conflicts = new List<Conflict>();
        var fields = Collect(parentType, set);
        foreach (var (name, entries) in fields.Ordered)
        {
            if (entries.Count > Context.Merging.SameNameMax)
                throw Exceeded(
                    $"There are {entries.Count} fields with the response name \"{Abbreviate(name)}\" in one selection; at most "
                        + $"{Context.Merging.SameNameMax} are allowed.",
                    entries[Context.Merging.SameNameMax].Node);
            for (var i = 0; i < entries.Count; i++)
                for (var j = i + 1; j < entries.Count; j++)
                    if (Compare(false, name, entries[i], entries[j]) is { } conflict) conflicts.Add(conflict);
        }

        if (fields.Fragments.Count == 0 || (fields.Ordered.Count == 0 && fields.Fragments.Count == 1)) return conflicts;
        for (var i = 0; i < fields.Fragments.Count; i++)
        {
            CompareWithFragment(conflicts, false, fields, fields.Fragments[i]);
            for (var j = i + 1; j < fields.Fragments.Count; j++) CompareFragments(
                conflicts, false, fields.Fragments[i], fields.Fragments[j]);
        }

        return conflicts;
    }

    void CompareWithFragment(List<Conflict> conflicts, bool exclusive, FieldGroups fields, string fragmentName)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        Spend(1);
        if (fields.Ordered.Count == 0) return;
        // A comparison of fields that may meet covers the one of fields that can't; not the other way round.
        if (fields.ComparedFragments.TryGetValue(fragmentName, out var compared) && (!compared || exclusive)) return;
        fields.ComparedFragments[fragmentName] = exclusive;
        if (Context.FindFragment(fragmentName) is not { } fragment) return;
        var other = Collect(fragment);
        if (ReferenceEquals(fields, other)) return;
        CompareBetween(conflicts, exclusive, fields, other);
        foreach (var next in other.Fragments) CompareWithFragment(conflicts, exclusive, fields, next);
    }

    void CompareFragments(List<Conflict> conflicts, bool exclusive, string name1, string name2)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        Spend(2);
        if (name1 == name2) return;
        if (WasCompared(name1, name2, exclusive) || WasCompared(name2, name1, exclusive)) return;
        comparedFragments[(name1, name2)] = exclusive;
        if (Context.FindFragment(name1) is not { } fragment1 || Context.FindFragment(name2) is not { } fragment2) return;
        var fields1 = Collect(fragment1);
        var fields2 = Collect(fragment2);
        CompareBetween(conflicts, exclusive, fields1, fields2);
        foreach (var next in fields2.Fragments) CompareFragments(conflicts, exclusive, name1, next);
        foreach (var next in fields1.Fragments) CompareFragments(conflicts, exclusive, next, name2);
    }

    bool WasCompared(string a, string b, bool exclusive) =>
        comparedFragments.TryGetValue((a, b), out var compared) && (exclusive || !compared);

    List<Conflict> FindBetween(bool exclusive, NamedType? type1, SelectionSetNode set1, NamedType? type2, SelectionSetNode set2)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        var conflicts = new List<Conflict>();
        var fields1 = Collect(type1, set1);
        var fields2 = Collect(type2, set2);
        CompareBetween(conflicts, exclusive, fields1, fields2);
        foreach (var name in fields2.Fragments) CompareWithFragment(conflicts, exclusive, fields1, name);
        foreach (var name in fields1.Fragments) CompareWithFragment(conflicts, exclusive, fields2, name);
        foreach (var name1 in fields1.Fragments)
            foreach (var name2 in fields2.Fragments) CompareFragments(conflicts, exclusive, name1, name2);
        return conflicts;
    }

    void CompareBetween(List<Conflict> conflicts, bool exclusive, FieldGroups fields1, FieldGroups fields2)
    {
        if (fields1.Ordered.Count == 0 || fields2.Ordered.Count == 0) return;
        foreach (var (name, entries1, entries2) in OverlapOf(fields1, fields2))
            foreach (var entry1 in entries1)
                foreach (var entry2 in entries2)
                    if (Compare(exclusive, name, entry1, entry2) is { } conflict) conflicts.Add(conflict);
    }

    List<(string Name, List<Entry> A, List<Entry> B)> OverlapOf(FieldGroups fields1, FieldGroups fields2)
    {
        if (fields1.Overlaps.TryGetValue(fields2, out var found)) return found;
        found = [];
        foreach (var (name, entries1) in fields1.Ordered)
        {
            Spend(1);
            if (fields2.ByName.TryGetValue(name, out var entries2)) found.Add((name, entries1, entries2));
        }

        return fields1.Overlaps[fields2] = found;
    }

    Conflict? Compare(bool parentsExclusive, string responseName, Entry a, Entry b)
    {
        var exclusive = parentsExclusive || (a.ParentType != b.ParentType && a.ParentType is ObjectType && b.ParentType is ObjectType);
        Spend(2);
        var (type1, type2) = (a.Definition?.Type, b.Definition?.Type);
        if (a.IsSimpleLeaf && b.IsSimpleLeaf && ReferenceEquals(type1, type2) && a.Node.Name.Value == b.Node.Name.Value) return null;
        if (!exclusive)
        {
            var reason = a.Node.Name.Value != b.Node.Name.Value
                ? $"\"{Abbreviate(a.Node.Name.Value)}\" and \"{Abbreviate(b.Node.Name.Value)}\" are different fields"
                : SameArguments(a.Node, b.Node) ? null : "they have differing arguments";
            if (reason is not null) return new Conflict(responseName, reason, [a.Node], [b.Node]);
        }

        if (type1 is not null && type2 is not null && TypesConflict(type1, type2))
            return new Conflict(responseName, $"they return conflicting types \"{type1}\" and \"{type2}\"", [a.Node], [b.Node]);
        if (a.Node.SelectionSet is not { } set1 || b.Node.SelectionSet is not { } set2) return null;
        var conflicts = FindBetween(exclusive, type1?.NamedType, set1, type2?.NamedType, set2);
        return conflicts.Count == 0 ? null : Merge(conflicts, responseName, a.Node, b.Node);
    }

    static Conflict Merge(List<Conflict> conflicts, string responseName, FieldNode node1, FieldNode node2)
    {
        var message = new StringBuilder();
        foreach (var conflict in conflicts)
        {
            if (message.Length > 0) message.Append(" and ");
            message.Append("subfields \"").Append(Abbreviate(conflict.ResponseName)).Append("\" conflict because ").Append(conflict.Reason);
            if (message.Length > DetailLengthMax) break;
        }

        return new Conflict(
            responseName,
            Abbreviate(message.ToString()),
            Nodes(node1, conflicts.Select(conflict => conflict.Fields1)),
            Nodes(node2, conflicts.Select(conflict => conflict.Fields2)));
    }

    static List<FieldNode> Nodes(FieldNode node, IEnumerable<IReadOnlyList<FieldNode>> sides)
    {
        var nodes = new List<FieldNode> { node };
        foreach (var side in sides)
        {
            nodes.AddRange(side.Skip(Math.Max(0, side.Count - (ConflictNodesMax - nodes.Count))));
            if (nodes.Count == ConflictNodesMax) break;
        }

        return nodes;
    }

    bool SameArguments(FieldNode a, FieldNode b)
    {
        if (a.Arguments.Count != b.Arguments.Count) return false;
        foreach (var argument in a.Arguments)
        {
            Spend(1);
            var other = b.Arguments.LastOrDefault(candidate => candidate.Name.Value == argument.Name.Value);
            if (other is null || Canonical(argument.Value) != Canonical(other.Value)) return false;
        }

        return true;
    }

    /// <summary>Values compare by what they are, with the fields of objects in any order.</summary>
    string Canonical(ValueNode value)
    {
        if (printedValues.TryGetValue(value, out var printed)) return printed;
        return printedValues[value] = value switch
        {
            ObjectValueNode fields => "{" + string.Join(",", fields.Fields.OrderBy(field => field.Name.Value, StringComparer.Ordinal)
                .Select(field => $"{field.Name.Value}:{Canonical(field.Value)}")) + "}",
            ListValueNode list => "[" + string.Join(",", list.Values.Select(Canonical)) + "]",
            StringValueNode text => (text.Block ? "block" : "") + Printer.QuotedString(text.Value),
            FloatValueNode real => "float " + real.Value,
            _ => Printer.Value(value),
        };
    }

    bool TypesConflict(GraphQLType type1, GraphQLType type2)
    {
        if (ReferenceEquals(type1, type2)) return false;
        Spend(1);
        if (type1 is ListType || type2 is ListType)
            return !(type1 is ListType list1 && type2 is ListType list2) || TypesConflict(list1.OfType, list2.OfType);
        if (type1 is NonNullType || type2 is NonNullType)
            return !(type1 is NonNullType strict1 && type2 is NonNullType strict2) || TypesConflict(strict1.OfType, strict2.OfType);
        return (type1.NamedType.IsLeaf || type2.NamedType.IsLeaf) && type1 != type2;
    }

    FieldGroups Collect(FragmentDefinitionNode fragment) =>
        Collect(Context.Schema.FindType(fragment.TypeCondition.Name.Value), fragment.SelectionSet);

    FieldGroups Collect(NamedType? parentType, SelectionSetNode set)
    {
        if (groups.TryGetValue((parentType, set), out var found)) return found;
        found = new FieldGroups();
        Collect(parentType, set, found);
        return groups[(parentType, set)] = found;
    }

    void Collect(NamedType? parentType, SelectionSetNode set, FieldGroups into)
    {
        foreach (var selection in set.Selections)
        {
            switch (selection)
            {
                case FieldNode field:
                    if (!into.ByName.TryGetValue(field.ResponseName, out var entries))
                    {
                        into.ByName[field.ResponseName] = entries = [];
                        into.Ordered.Add((field.ResponseName, entries));
                    }

                    entries.Add(new Entry(parentType, field, (parentType as ComplexType)?.Fields.Find(field.Name.Value)));
                    break;
                case FragmentSpreadNode spread:
                    if (!into.Fragments.Contains(spread.Name.Value)) into.Fragments.Add(spread.Name.Value);
                    break;
                case InlineFragmentNode inline:
                    Collect(inline.TypeCondition is { } condition ? Context.Schema.FindType(condition.Name.Value) : parentType,
                        inline.SelectionSet, into);
                    break;
            }
        }
    }
}
