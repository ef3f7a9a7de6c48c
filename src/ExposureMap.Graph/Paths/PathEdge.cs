using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Paths;

/// <summary>Why one asset gives a hold on the next.</summary>
internal enum EdgeClass : byte
{
    /// <summary>It opened a conversation with it.</summary>
    Session,

    /// <summary>The next one fetched content from it.</summary>
    Pull,

    /// <summary>The next one called it and was commanded over its own session: meters and stations that call home.</summary>
    Commanded,

    /// <summary>The next one is a device behind it.</summary>
    Behind,

    /// <summary>Nobody was seen to open it: supposed by a question, or permitted by the policy.</summary>
    Supposed,

    /// <summary>From a machine to what stands for its segment, or back: no hop, and no conduit.</summary>
    Member,
}

/// <summary>What about an edge is not certain (contract, "must / may").</summary>
[Flags]
internal enum Doubt : byte
{
    None,

    /// <summary>No conversation whose originator is told by handshake or payload.</summary>
    Direction = 1,

    /// <summary>The protocol is told by its port.</summary>
    Protocol = 2,

    /// <summary>That the fetched content took effect was not seen.</summary>
    Pulled = 4,

    /// <summary>Nobody was seen to use the conduit.</summary>
    Supposed = 8,
}

/// <summary>An edge of the path graph and the conduit it stands for.</summary>
/// <param name="Row">Of the conduit; <see cref="NoRow"/> of a member.</param>
internal readonly record struct PathEdge(int From, int To, int Row, EdgeClass Class, PivotRank Rank, Doubt Doubts)
{
    public const int NoRow = -1;

    /// <summary>Taken without a conversation, at any time.</summary>
    public bool IsTimeless => Class is EdgeClass.Behind or EdgeClass.Supposed or EdgeClass.Member;

    /// <summary>Nobody was seen to go that way.</summary>
    public bool IsSupposed => Class is EdgeClass.Supposed or EdgeClass.Member;

    /// <summary>Of two ways alike the one that was seen comes first.</summary>
    public int Cost(HopCosts costs) => Class == EdgeClass.Member
        ? 0
        : costs[Rank] + (Doubts.HasFlag(Doubt.Supposed) ? 1 : 0) + (Doubts.HasFlag(Doubt.Direction) ? 1 : 0)
            + (Doubts.HasFlag(Doubt.Protocol) ? 1 : 0) + (Doubts.HasFlag(Doubt.Pulled) ? 2 : 0);

    public const int HighestSurcharge = 4;
}
