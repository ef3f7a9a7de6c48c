namespace ExposureMap.Graph.Paths;

/// <summary>When a vertex was reached, over what, and by which edge: as <see cref="TemporalSearch"/> numbers them.</summary>
internal readonly record struct TemporalLabel(long Time, int How, int Edge);
