namespace ExposureMap.Graph.Observation;

/// <summary>How a conversation ended up (contract, "outcome").</summary>
public enum Outcome : byte
{
    /// <summary>The handshake completed, or a request was answered.</summary>
    Established,

    /// <summary>No handshake seen, both directions seen.</summary>
    Midstream,

    /// <summary>No answer, or a handshake that was never completed.</summary>
    Attempted,

    /// <summary>RST or port unreachable from the target itself.</summary>
    Rejected,

    /// <summary>ICMP administratively prohibited, or RST by a middle box.</summary>
    Blocked,

    /// <summary>Only one direction was seen.</summary>
    OneWay,
}

/// <summary>Why we believe who the originator is.</summary>
public enum DirectionBasis : byte { FirstSeen, Port, Payload, Handshake }

/// <summary>Why we believe which application protocol is spoken.</summary>
public enum ServiceBasis : byte { None, Port, Payload }

public static class OutcomeWords
{
    /// <summary>Only usable conduits carry reachability (contract, "usable").</summary>
    public static bool IsUsable(this Outcome outcome) => outcome is Outcome.Established or Outcome.Midstream;

    public static string Word(this Outcome outcome) => outcome switch
    {
        Outcome.Established => "established",
        Outcome.Midstream => "midstream",
        Outcome.Attempted => "attempted",
        Outcome.Rejected => "rejected",
        Outcome.Blocked => "blocked",
        _ => "one-way",
    };

    public static string Word(this DirectionBasis basis) => basis switch
    {
        DirectionBasis.Handshake => "handshake",
        DirectionBasis.Payload => "payload",
        DirectionBasis.Port => "port",
        _ => "first-seen",
    };

    public static string Word(this ServiceBasis basis) => basis switch
    {
        ServiceBasis.Payload => "payload",
        ServiceBasis.Port => "port",
        _ => "none",
    };
}
