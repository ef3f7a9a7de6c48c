using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Paths;

/// <summary><c>must</c> uses only certain, exactly known contacts; <c>may</c> all, and bounds where nothing more exact is known.</summary>
public enum Claim : byte { Must, May }

/// <summary>Whether a session already open at the arrival may be used (<c>--open-sessions</c>).</summary>
public enum OpenSessions : byte { Exclude, Include }

/// <summary>The time rule of the contract with its options.</summary>
public sealed record TimeRule
{
    public Claim Claim { get; init; } = Claim.Must;

    public OpenSessions OpenSessions { get; init; } = OpenSessions.Exclude;

    /// <summary>The intruder is on the source from here on: nothing that starts earlier counts, unless it is an open session.</summary>
    public Timestamp Since { get; init; } = Timestamp.Beginning;

    /// <summary>Nothing that arrives later counts.</summary>
    public Timestamp Until { get; init; } = Timestamp.Never;
}

/// <summary>How exactly the time of a hop is known.</summary>
public enum HopBasis : byte
{
    /// <summary>The contact starts at or after the arrival before it.</summary>
    Contact,

    /// <summary>The session was already open; where it had answered before, the time is the earliest possible one.</summary>
    OpenSession,

    /// <summary>Some contact of an edge whose old ones are known by bounds only; the times are the bounds.</summary>
    Bound,

    /// <summary>The edge needs no contact: a device with its carrier, or what a question supposes.</summary>
    Timeless,
}

/// <summary>One hop of a walk through time.</summary>
/// <param name="Contact">The conversation taken. For <see cref="HopBasis.Bound"/> the first of those it may have been, for
/// <see cref="HopBasis.Timeless"/> none.</param>
public readonly record struct ContactHop(ReachEdge Edge, Timestamp Start, Timestamp Arrival, Contact Contact, HopBasis Basis)
{
    public long Evidence => Contact.Evidence;

    /// <summary>Whether it happened for certain, at that time: who opened it is proven, and the arrival is that of a frame.</summary>
    public bool IsProven => Basis switch
    {
        HopBasis.Timeless => true,
        HopBasis.Bound => false,
        _ => Contact.Certainty == ContactCertainty.Certain && Arrival == Contact.Arrival,
    };
}
