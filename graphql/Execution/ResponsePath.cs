namespace OrleansScheduling.GraphQL.Execution;

/// <summary>One step of a response path that nobody may ever ask for, so it is a struct until it has children.</summary>
readonly record struct PathStep(PathNode? Parent, string? Name, int Index)
{
    public PathNode ToNode() => new(Parent, Name, Index);

    public IReadOnlyList<object> ToList()
    {
        var steps = new List<object> { Name ?? (object)Index };
        for (var node = Parent; node is not null; node = node.Parent) steps.Add(node.Name ?? (object)node.Index);
        steps.Reverse();
        return steps;
    }
}

/// <summary>A step towards the root; <see cref="Name"/> is null for a list item.</summary>
sealed class PathNode(PathNode? parent, string? name, int index)
{
    public PathNode? Parent { get; } = parent;

    public string? Name { get; } = name;

    public int Index { get; } = index;
}
