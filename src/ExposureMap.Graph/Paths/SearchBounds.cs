namespace ExposureMap.Graph.Paths;

/// <summary>What stopped a search before its end.</summary>
public enum CutOff : byte { None, Hops, Results, Work, Cancelled }

/// <summary>
/// How far a search may go. Work is counted in edges (or contacts) looked at, so the same bound cuts at the same place on every machine.
/// </summary>
public sealed record SearchBounds
{
    public static readonly SearchBounds None = new();

    public int MaxHops { get; init; } = int.MaxValue;

    public int MaxResults { get; init; } = int.MaxValue;

    public long MaxWork { get; init; } = long.MaxValue;
}

/// <summary>The work of one search, counted against its bounds and its stop signal.</summary>
internal struct SearchBudget(SearchBounds bounds, CancellationToken stop)
{
    private long _left = bounds.MaxWork;

    public CutOff CutOff { get; private set; }

    /// <summary>False when the search has to end here; <see cref="CutOff"/> then says why.</summary>
    public bool Spend(long work)
    {
        if (work > _left) CutOff = CutOff.Work;
        else if (stop.IsCancellationRequested) CutOff = CutOff.Cancelled;
        _left -= work;
        return CutOff == CutOff.None;
    }

    /// <summary>Sums of costs are kept in 32 bits; only a path of more than eight million hops could leave them.</summary>
    public bool FitsCost(int cost)
    {
        if (cost > int.MaxValue - byte.MaxValue) CutOff = CutOff.Work;
        return CutOff == CutOff.None;
    }
}
