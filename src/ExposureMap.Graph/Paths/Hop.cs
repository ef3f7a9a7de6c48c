using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Paths;

/// <summary>Which way a compromise runs over a conduit.</summary>
public enum HopDirection : byte
{
    /// <summary>From who opened the conversation to who answered.</summary>
    Session,

    /// <summary>Against it: the originator fetched content from the responder, and runs or believes it.</summary>
    Pull,

    /// <summary>Nobody was seen to do it: the policy permits it.</summary>
    Permitted,

    /// <summary>Nobody was seen to do it: the policy permits the next one to fetch content from it.</summary>
    PermittedPull,

    /// <summary>Nobody was seen to do it: assumed by the question, or because a neighbour did.</summary>
    Assumed,
}

public static class HopDirectionWords
{
    public static string Word(this HopDirection direction) =>
        direction == HopDirection.PermittedPull ? "permitted-pull" : direction.ToString().ToLowerInvariant();

    /// <summary>Nobody was seen to do it.</summary>
    public static bool IsSupposed(this HopDirection direction) =>
        direction is HopDirection.Permitted or HopDirection.PermittedPull or HopDirection.Assumed;
}

/// <summary>Why a path is believed (contract, "basis").</summary>
public enum PathBasis : byte { Observed, Witnessed, Permitted, Assumed }

/// <summary>Contract, "must / may".</summary>
public enum PathCertainty : byte { May, Must }

/// <summary>One step of a path: from one asset to the next over a conduit.</summary>
/// <param name="Conduit">Null when the step is supposed.</param>
/// <param name="Start">First frame of the conversation taken; the conduit's first when the path is not bound to time.</param>
/// <param name="Arrival">The responder's first frame in it.</param>
public sealed record Hop(
    Asset From, Asset To, Service Service, Conduit? Conduit, PivotRank PivotRank, HopDirection Direction, Timestamp Start,
    Timestamp Arrival, Evidence Evidence);

/// <summary>A way from a source to a target.</summary>
/// <param name="Cost">Sum of the hops' costs: the smaller, the easier.</param>
/// <param name="Grade">The strongest effect that the last hop was seen to have; null when none was seen: reachable is not operable.</param>
/// <param name="Because">For <see cref="PathCertainty.May"/>: what is uncertain.</param>
public sealed record AssetPath(
    ImmutableArray<Hop> Hops, int Cost, Effect? Grade, PathBasis Basis, bool IsWitnessed, PathCertainty Certainty, ImmutableArray<string> Because)
{
    public Asset From => Hops[0].From;

    public Asset To => Hops[^1].To;
}
