using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>IPv6 neighbour discovery inside ICMPv6, RFC 4861: who owns which address, who is a router and which prefixes it serves.</summary>
internal static class NeighborDiscovery
{
    public const string Name = "ndp";

    private const byte RouterSolicitation = 133, RouterAdvertisement = 134, NeighborSolicitation = 135, NeighborAdvertisement = 136;
    private const byte SourceLinkLayer = 1, TargetLinkLayer = 2, PrefixInformation = 3;      // section 4.6
    private const int Target = 8;                                                            // section 4.3, 4.4
    private const int OptionUnit = 8;
    private const byte OnLink = 0x80;                                                        // section 4.6.2, L

    /// <summary>
    /// Reads one ICMPv6 message, its type first. The caller has checked that the hop limit is 255 (section 6.1, 7.1), or does not care.
    /// </summary>
    public static void Read(ReadOnlySpan<byte> icmp, Notes notes)
    {
        if (icmp.Length < 8) return;
        var options = icmp[0] switch
        {
            RouterSolicitation => 8,
            RouterAdvertisement => 16,
            NeighborSolicitation or NeighborAdvertisement => 24,
            _ => int.MaxValue
        };
        if (icmp.Length < options) return;
        if (icmp[0] == RouterAdvertisement) notes.SenderFact(FactKind.Role, "router");
        var subject = icmp[0] == NeighborAdvertisement ? Address.IPv6(icmp[Target..]) : notes.Sender.Address;
        var owner = icmp[0] == NeighborAdvertisement ? TargetLinkLayer : SourceLinkLayer;

        for (icmp = icmp[options..]; icmp.Length >= OptionUnit;)
        {
            var length = icmp[1] * OptionUnit;
            if (length == 0 || length > icmp.Length) return;
            if (icmp[0] == owner && length == OptionUnit) ReadOwner(subject, Address.Mac(icmp[2..]), notes);
            if (icmp[0] == PrefixInformation && length == 4 * OptionUnit && (icmp[3] & OnLink) != 0) ReadPrefix(icmp, notes);
            icmp = icmp[length..];
        }
    }

    private static void ReadOwner(Address subject, Address mac, Notes notes)
    {
        if (!subject.IsIp || subject.IsUnspecified || subject.IsGroup || mac.IsGroup || mac.IsUnspecified) return;
        var text = new ValueText(stackalloc byte[ValueText.Capacity]);
        text.Append(mac);
        notes.Fact(subject, FactKind.OwnedBy, text.Value, mac == notes.SenderMac ? Certainty.Own : Certainty.Announced);
    }

    private static void ReadPrefix(ReadOnlySpan<byte> option, Notes notes)
    {
        if (option[2] > 128) return;
        Span<char> characters = stackalloc char[64];
        if (!new System.Net.IPAddress(option.Slice(16, 16)).TryFormat(characters, out var written)) return;
        var text = new ValueText(stackalloc byte[ValueText.Capacity]);
        foreach (var character in characters[..written]) text.Append((byte)character);
        text.Append((byte)'/');
        text.Append((long)option[2]);
        notes.SenderFact(FactKind.Network, text.Value);
    }
}
