using System.Globalization;
using System.Text;
using PacketDotNet;

namespace ExposureMap.Capture.Frames;

/// <summary>
/// Shows one frame layer by layer to people. The only place where PacketDotNet reads octets of the wire: on a copy, only frames that
/// <see cref="FrameDecoder"/> found well-formed, only members that cannot run away, at most <see cref="MaximumLayers"/> layers.
/// </summary>
public static class FrameView
{
    private const int MaximumLayers = 8;
    private const int MaximumOctets = 4096;
    private const int OctetsPerLine = 16;

    /// <param name="linkType">LINKTYPE_ value.</param>
    /// <returns>A line for each layer, then the octets in hex and ASCII.</returns>
    public static IEnumerable<string> Show(ReadOnlySpan<byte> octets, ushort linkType)
    {
        var copy = octets.ToArray();
        Frame frame = default;
        FrameDecoder.Decode(copy, linkType, ref frame);
        List<string> lines = [.. IsFitToShow(frame, copy) ? Layers(copy, linkType) : [$"not shown layer by layer: {Reason(frame)}"]];
        lines.AddRange(Hex(copy));
        return lines;
    }

    private static bool IsFitToShow(in Frame frame, byte[] octets) =>
        !frame.IsCut && frame.Status is FrameStatus.Transport or FrameStatus.Link && !IsOptionLengthZero(frame, octets)
        && (frame.IpProtocol is 6 or 17 || frame.IpVersion == 0);

    private static string Reason(in Frame frame) =>
        frame.IsCut ? "its lengths promise more than was captured" : $"only frames that are wholly understood are ({frame.Status})";

    /// <summary>RFC 9293 section 3.1: every option but 0 and 1 has a length of at least 2. The header's end is where the payload begins.</summary>
    private static bool IsOptionLengthZero(in Frame frame, byte[] octets)
    {
        if (frame.IpProtocol != 6 || frame.Status != FrameStatus.Transport) return false;
        var header = octets.AsSpan(0, frame.PayloadOffset);
        for (var at = frame.At - HeaderLength(octets, frame) + 20; at < header.Length;)
        {
            if (header[at] == 0) break;
            if (header[at] == 1) at++;
            else if (at + 1 < header.Length && header[at + 1] >= 2) at += header[at + 1];
            else return true;
        }

        return false;
    }

    /// <summary>The data offset stands twelve octets into a TCP header, which ends where the payload begins: try the lengths it may have.</summary>
    private static int HeaderLength(byte[] octets, in Frame frame)
    {
        for (var length = 20; length <= 60; length += 4)
        {
            var start = frame.PayloadOffset - length;
            if (start >= 0 && (octets[start + 12] >> 4) * 4 == length && (ushort)(octets[start] << 8 | octets[start + 1]) == frame.SourcePort)
                return length;
        }

        return 20;
    }

    private static List<string> Layers(byte[] octets, ushort linkType)
    {
        var lines = new List<string>();
        try
        {
            var packet = Packet.ParsePacket((LinkLayers)linkType, octets);
            for (var depth = 0; depth < MaximumLayers && packet is not null; depth++)
            {
                lines.Add(Line(packet));
                packet = packet.HasPayloadPacket ? packet.PayloadPacket : null;
            }
        }
        catch (Exception refused) when (refused is not OutOfMemoryException)
        {
            // its lazy parsing throws many kinds, reliability of a display is not worth a list
            lines.Add($"(the rest could not be shown: {refused.Message})");
        }

        return lines;
    }

    private static string Line(Packet packet) => packet switch
    {
        EthernetPacket ethernet =>
            $"Ethernet  {Mac(ethernet.SourceHardwareAddress)} -> {Mac(ethernet.DestinationHardwareAddress)}  type {ethernet.Type}",
        Ieee8021QPacket vlan => string.Create(CultureInfo.InvariantCulture, $"802.1Q    VLAN {vlan.VlanIdentifier}  type {vlan.Type}"),
        IPv4Packet ip => string.Create(CultureInfo.InvariantCulture,
            $"IPv4      {ip.SourceAddress} -> {ip.DestinationAddress}  {ip.Protocol}, TTL {ip.TimeToLive}, id {ip.Id}, {ip.TotalLength} octets"),
        IPv6Packet ip =>
            string.Create(CultureInfo.InvariantCulture,
                $"IPv6      {ip.SourceAddress} -> {ip.DestinationAddress}  {ip.NextHeader}, hop limit {ip.HopLimit}"),
        TcpPacket tcp => string.Create(CultureInfo.InvariantCulture,
            $"TCP       {tcp.SourcePort} -> {tcp.DestinationPort}  [{Flags(tcp)}] seq {tcp.SequenceNumber} ack {tcp.AcknowledgmentNumber} window {tcp.WindowSize}"),
        UdpPacket udp => string.Create(CultureInfo.InvariantCulture, $"UDP       {udp.SourcePort} -> {udp.DestinationPort}  {udp.Length} octets"),
        ArpPacket arp =>
            $"ARP       {arp.Operation}: {arp.SenderProtocolAddress} is at {Mac(arp.SenderHardwareAddress)}, for {arp.TargetProtocolAddress}",
        _ => packet.GetType().Name.Replace("Packet", "", StringComparison.Ordinal),
    };

    private static string Mac(System.Net.NetworkInformation.PhysicalAddress mac) =>
        string.Join(':', mac.GetAddressBytes().Select(octet => octet.ToString("x2", CultureInfo.InvariantCulture)));

    private static string Flags(TcpPacket tcp)
    {
        var flags = new List<string>();
        if (tcp.Synchronize) flags.Add("SYN");
        if (tcp.Finished) flags.Add("FIN");
        if (tcp.Reset) flags.Add("RST");
        if (tcp.Push) flags.Add("PSH");
        if (tcp.Acknowledgment) flags.Add("ACK");
        return string.Join(' ', flags);
    }

    private static IEnumerable<string> Hex(byte[] octets)
    {
        var shown = Math.Min(octets.Length, MaximumOctets);
        for (var at = 0; at < shown; at += OctetsPerLine)
        {
            var line = octets.AsSpan(at, Math.Min(OctetsPerLine, shown - at));
            var hex = new StringBuilder();
            var text = new StringBuilder();
            foreach (var octet in line)
            {
                hex.Append(CultureInfo.InvariantCulture, $"{octet:x2} ");
                text.Append(octet is >= 0x20 and < 0x7F ? (char)octet : '.');
            }

            yield return string.Create(CultureInfo.InvariantCulture, $"  {at:x4}  {hex.ToString().PadRight(3 * OctetsPerLine)} {text}");
        }

        if (shown < octets.Length) yield return string.Create(CultureInfo.InvariantCulture, $"  ({octets.Length - shown} octets more)");
    }
}
