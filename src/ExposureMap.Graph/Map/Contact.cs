using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Map;

/// <summary>Whether a contact's direction is proven (basis <c>handshake</c> or <c>payload</c>): only such carry a <c>must</c>.</summary>
public enum ContactCertainty : byte { Certain, Uncertain }

/// <summary>One usable conversation in time: when it started, when the responder first answered, when it was last seen.</summary>
/// <param name="Edge">What it went over: in a map the row of its conduit.</param>
/// <param name="Evidence">The number of its first frame: kept exactly, and nearly free where it grows with the start.</param>
/// <param name="Capture">Number of the name of the capture that the frame lies in, among the map's texts.</param>
public readonly record struct Contact(int Edge, Timestamp Start, Timestamp Arrival, Timestamp End, long Evidence,
    ContactCertainty Certainty, int Capture = 0)
    : IComparable<Contact>
{
    /// <summary>By time; equal contacts stay equal whatever order they came in.</summary>
    public int CompareTo(Contact other)
    {
        var order = Start.CompareTo(other.Start);
        if (order == 0) order = Arrival.CompareTo(other.Arrival);
        if (order == 0) order = Edge.CompareTo(other.Edge);
        if (order == 0) order = End.CompareTo(other.End);
        if (order == 0) order = Evidence.CompareTo(other.Evidence);
        if (order == 0) order = Certainty.CompareTo(other.Certainty);
        return order == 0 ? Capture.CompareTo(other.Capture) : order;
    }

    /// <summary>
    /// Never ends before it was answered, never answered before it started: what clocks and hostile captures say to the contrary is straightened.
    /// </summary>
    internal Contact Straightened()
    {
        var arrival = Timestamp.Later(Start, Arrival);
        return this with { Arrival = arrival, End = Timestamp.Later(arrival, End) };
    }
}

/// <summary>
/// What is left of the old contacts of one edge when memory or age ran out: the first and the last exactly, and that <see cref="Count"/>
/// of them started in between. Exact ones still prove (<c>must</c>); the rest only bounds (<c>may</c>).
/// </summary>
public readonly record struct ContactBound(Contact First, Contact Last, Timestamp EarliestArrival, Timestamp LatestEnd, long Count)
{
    internal static ContactBound Of(in Contact contact) => new(contact, contact, contact.Arrival, contact.End, 1);

    internal ContactBound And(in Contact other) => new(
        other.CompareTo(First) < 0 ? other : First, other.CompareTo(Last) > 0 ? other : Last,
        Timestamp.Earlier(EarliestArrival, other.Arrival), Timestamp.Later(LatestEnd, other.End), Count + 1);
}
