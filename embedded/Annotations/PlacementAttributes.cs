namespace Orleans.Placement;

/// <summary>In a cluster a new activation of this class is made where it is called from. One process has one place for all.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class PreferLocalPlacementAttribute : Attribute;
