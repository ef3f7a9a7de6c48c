using System.Collections.Immutable;

namespace ExposureMap.Graph.Observation;

/// <summary>What a hop costs an intruder, by the pivot rank of its service; less is easier. From 1 to <see cref="Highest"/>, without unit.</summary>
public sealed record HopCosts
{
    public const int Highest = 1000;

    /// <summary>Every rank down is twice as hard, so that one hop over a name service outweighs several over remote control.</summary>
    public static readonly HopCosts Default = new([16, 8, 4, 2, 1]);

    private readonly ImmutableArray<int> _byRank;

    /// <param name="byRank">In the order of <see cref="PivotRank"/>.</param>
    public HopCosts(ImmutableArray<int> byRank)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(byRank.Length, PivotRankWords.Count);
        _byRank = byRank;
    }

    public int this[PivotRank rank] => _byRank[(int)rank];
}
