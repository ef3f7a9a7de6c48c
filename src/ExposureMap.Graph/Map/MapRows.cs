using System.Runtime.InteropServices;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Map;

// The map's rows as they lie in memory and in the store (little-endian, no padding left to chance: Pack 8, fields by falling size).

/// <summary>An address that spoke or was spoken to, in one overlay network.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
public struct EndpointRow
{
    public ulong AddressHigh;
    public ulong AddressLow;

    /// <summary>Nanoseconds since 1970.</summary>
    public long FirstSeen;
    public long LastSeen;

    /// <summary>Number of the overlay's name among the map's texts; 0 is the site's own network.</summary>
    public int Overlay;

    /// <summary>The VLAN of its first frame, -1 without one.</summary>
    public short Vlan;
    public AddressFamily Family;

    public readonly Address Address => new(Family, new AddressNumber(AddressHigh, AddressLow));
}

/// <summary>The sum of all conversations from one endpoint to another on one service.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
public struct ConduitRow
{
    public long Octets;

    /// <summary>Nanoseconds since 1970 of the first conversation's start and the last one's end.</summary>
    public long FirstSeen;
    public long LastSeen;

    public long FirstFrame;
    public long LastFrame;

    /// <summary>Endpoint rows.</summary>
    public int From;
    public int To;

    /// <summary>Number of the service among the map's services.</summary>
    public int Service;

    /// <summary>Number of the capture's name among the map's texts, for the first and the last frame.</summary>
    public int FirstCapture;
    public int LastCapture;

    /// <summary>Row of its effects, -1 without any.</summary>
    public int Effects;

    // Conversations by outcome.
    public uint Established;
    public uint Midstream;
    public uint Attempted;
    public uint Rejected;
    public uint Blocked;
    public uint OneWay;

    /// <summary>Usable conversations whose originator is certain: by handshake or payload.</summary>
    public uint Certain;

    public ServiceBasis ServiceBasis;
    public DirectionBasis DirectionBasis;

    /// <summary>1 when nobody was seen to use it: only in edited copies (<see cref="MapEdit"/>), never stored.</summary>
    public byte IsSupposed;

    /// <summary>1 when octets were acknowledged in one of its conversations that were never captured.</summary>
    public byte HasGaps;

    public readonly uint Conversations => Established + Midstream + Attempted + Rejected + Blocked + OneWay;

    /// <summary>Contract: a conduit with an established or midstream conversation carries reachability.</summary>
    public readonly bool IsUsable => Established + Midstream > 0;

    public void Count(Outcome outcome, int sign)
    {
        var one = (uint)sign;                                     // wraps for -1: subtracts
        switch (outcome)
        {
            case Outcome.Established: Established += one; break;
            case Outcome.Midstream: Midstream += one; break;
            case Outcome.Attempted: Attempted += one; break;
            case Outcome.Rejected: Rejected += one; break;
            case Outcome.Blocked: Blocked += one; break;
            default: OneWay += one; break;
        }
    }
}

/// <summary>What was done over a conduit: by its originator to its responder, and the other way.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
public struct EffectRow
{
    public EffectTally Forward;
    public EffectTally Backward;
}

/// <summary>One fact of one address.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
public struct FactRow
{
    public const int None = -1;

    public ulong AddressHigh;
    public ulong AddressLow;

    /// <summary>Nanoseconds since 1970, and the frame that said it.</summary>
    public long At;
    public long Frame;

    // Numbers among the map's texts.
    public int Value;
    public int Source;
    public int Capture;

    /// <summary>The row of the same address before this one, <see cref="None"/> for the first.</summary>
    public int Before;

    public short Vlan;
    public AddressFamily Family;
    public FactKind Kind;
    public Certainty Certainty;

    public readonly Address Address => new(Family, new AddressNumber(AddressHigh, AddressLow));

    /// <summary>With the texts of its numbers.</summary>
    internal readonly AssetFact ToFact(string value, string source, string capture)
    {
        var at = new Timestamp(At);
        return new(Address, Kind, value, source, Certainty, new(capture, Frame, Frame, at, at), Vlan);
    }
}
