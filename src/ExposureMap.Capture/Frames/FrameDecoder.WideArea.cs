namespace ExposureMap.Capture.Frames;

/// <content>Lines between sites, and the ring that stood in many before Ethernet.</content>
public static partial class FrameDecoder
{
    private const int TokenRingHeader = 14;                       // IEEE 802.5 clause 3.1: access control, frame control, target, source
    private const int LineDirection = 1;                          // LINKTYPE_..._WITH_DIR: an octet that tells who sent

    /// <summary>
    /// Frame control 01xxxxxx is LLC, the others are the ring's own. A source with the group bit is followed by a route (IEEE 802.1D annex C.3.3.2)
    /// that tells its length.
    /// </summary>
    private static Layer TokenRing(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        const int FrameControl = 1, Target = 2, Source = 8, FrameType = 0xC0, IsLlc = 0x40, RouteLength = 0x1F;
        const ulong Routed = 0x800000000000;
        if (!Has(frame, TokenRingHeader + 1)) return Cut(ref frame);
        var header = octets[frame.At..];
        frame.TargetMac = Mac(header[Target..]);
        frame.SourceMac = Mac(header[Source..]) & ~Routed;
        frame.HasMacs = true;
        frame.Status = FrameStatus.Link;
        var length = TokenRingHeader + ((Mac(header[Source..]) & Routed) == 0 ? 0 : header[TokenRingHeader] & RouteLength);
        if ((header[FrameControl] & FrameType) == IsLlc) return Skip(octets, ref frame, length, Layer.Llc);
        SetPayload(ref frame, frame.End - frame.At);
        return Layer.Done;
    }

    /// <summary>
    /// RFC 2427 section 4: a Q.922 address of 2 to 4 octets, the last of which is odd; control 03, perhaps a padding octet, and the protocol (NLPID).
    /// Cisco's older way has an EtherType in their place.
    /// </summary>
    private static Layer FrameRelay(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        const int MaximumAddress = 4, UnnumberedInformation = 0x03, NlpidSnap = 0x80, NlpidIPv6 = 0x8E, NlpidIPv4 = 0xCC;
        var address = 1;
        while (address < MaximumAddress && Has(frame, address) && (octets[frame.At + address - 1] & 1) == 0) address++;
        if (!Has(frame, address + 3)) return Cut(ref frame);
        frame.At += address;
        frame.Status = FrameStatus.Link;
        if (octets[frame.At] != UnnumberedInformation)
        {
            if (Word(octets, frame.At) >= EtherTypes.Minimum) return Skip(octets, ref frame, 2, TypeIs(ref frame, Word(octets, frame.At)));
            SetPayload(ref frame, frame.End - frame.At);
            return Layer.Done;
        }

        frame.At += octets[frame.At + 1] == 0 ? 2 : 1;
        switch (octets[frame.At])
        {
            case NlpidIPv4: return Skip(octets, ref frame, 1, Layer.IPv4);
            case NlpidIPv6: return Skip(octets, ref frame, 1, Layer.IPv6);
            case NlpidSnap: return Skip(octets, ref frame, 1, Layer.RelayedSnap);
            default:
                SetPayload(ref frame, frame.End - frame.At);
                return Layer.Done;
        }
    }

    /// <summary>
    /// RFC 2427 section 4.1: an organisation (3) and its protocol (2). Of zeros an EtherType; of IEEE 802.1 (0080C2) 1 and 7 are bridged Ethernet.
    /// </summary>
    private static Layer RelayedSnap(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        const int Organisation = 3, Header = 5;
        const uint Bridging = 0x0080C2;
        if (!Has(frame, Header)) return Cut(ref frame);
        var (organisation, protocol) = (Long(octets, frame.At) >> 8, Word(octets, frame.At + Organisation));
        frame.At += Header;
        if (organisation == 0) return TypeIs(ref frame, protocol);
        if (organisation == Bridging && protocol is (1 or 7)) return Layer.Ethernet;
        SetPayload(ref frame, frame.End - frame.At);
        return Layer.Done;
    }
}
