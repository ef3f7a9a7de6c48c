using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace ExposureMap.Capture.Frames;

/// <summary>
/// Reads a frame down to its innermost TCP, UDP or SCTP header. Bounded: at most <see cref="MaximumLayers"/> layers, no recursion, no allocation,
/// no exception on any octets. Each layer is one function that checks lengths, moves <see cref="Frame.At"/> and names the next layer.
/// </summary>
public static partial class FrameDecoder
{
    public const int MaximumLayers = 16;

    private enum Layer : byte
    {
        Done, UnknownLink, Ethernet, EtherType, Llc, IPv4, IPv6, Loopback, Raw, Cooked, Cooked2, Ppp, PppHdlc, CiscoHdlc, Fddi, Nflog,
        Pppoe, Mpls, Gre, Transport, Pbb, FabricPath, VnTag, PortExtension, Nsh, ErspanII, ErspanIII, Vxlan, VxlanGpe, Geneve, Gtp,
        EtherIp, Wireless, Radiotap, Ppi, Capwap, L2tp, Teredo, TokenRing, FrameRelay, RelayedSnap, Directed, DirectedRelay, Erf, NetAnalyzer,
        NetAnalyzerTransparent, Juniper, PacketTap,
        PacketFilter, Encryption, InfiniBand,
    }

    /// <param name="octets">The captured octets of the frame.</param>
    /// <param name="linkType">LINKTYPE_ value, tcpdump.org/linktypes.html.</param>
    public static void Decode(ReadOnlySpan<byte> octets, ushort linkType, ref Frame frame)
    {
        frame = default;
        frame.End = octets.Length;
        Walk(octets, FirstLayer(linkType), ref frame);
    }

    /// <summary>Reads on from the payload of a datagram whose fragments were put together; the frame keeps its addresses and scope.</summary>
    public static void DecodeDatagram(ReadOnlySpan<byte> payload, ref Frame frame)
    {
        frame.IpLength += payload.Length - frame.PayloadLength;
        frame.At = 0;
        frame.End = payload.Length;
        frame.MoreFragments = false;
        frame.FragmentOffset = 0;
        frame.IsCut = false;
        frame.Status = FrameStatus.Network;
        SetPayload(ref frame, payload.Length);
        Walk(payload, Layer.Transport, ref frame);
    }

    /// <summary>A first fragment that was captured in part can never be put together; its ports are read where it lies.</summary>
    public static void DecodeCutFragment(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        frame.Status = FrameStatus.Network;
        Walk(octets, Layer.Transport, ref frame);
        frame.IsCut = true;
    }

    private static void Walk(ReadOnlySpan<byte> octets, Layer layer, ref Frame frame)
    {
        Unsafe.SkipInit(out Frame carrier);                       // the outer datagram of a tunnel that turns out to hold no ports
        carrier.Status = FrameStatus.Truncated;
        for (var depth = 0; layer != Layer.Done; depth++)
        {
            if (depth == MaximumLayers)
            {
                frame.Status = FrameStatus.TooDeep;
                break;
            }

            layer = Next(octets, layer, ref frame);
            if (layer != Layer.Done && frame.Status == FrameStatus.Transport)
            {
                carrier = frame;
                frame.Status = FrameStatus.Truncated;             // nothing inside was read yet
            }
        }

        var isEmpty = frame.Status is FrameStatus.Link or FrameStatus.Truncated
            || frame.Status == FrameStatus.Network && frame.IpProtocol == NoNextHeader;
        if (carrier.Status == FrameStatus.Transport && isEmpty) frame = carrier;
    }

    private static Layer Next(ReadOnlySpan<byte> octets, Layer layer, ref Frame frame) => layer switch
    {
        Layer.Ethernet => Ethernet(octets, ref frame),
        Layer.EtherType => AfterEtherType(octets, ref frame),
        Layer.Llc => Llc(octets, ref frame),
        Layer.IPv4 => IPv4(octets, ref frame),
        Layer.IPv6 => IPv6(octets, ref frame),
        Layer.Transport => AfterIpProtocol(octets, ref frame),
        Layer.Raw => RawIp(octets, ref frame),
        Layer.Loopback => Loopback(octets, ref frame),
        Layer.Cooked => Cooked(octets, ref frame),
        Layer.Cooked2 => Cooked2(octets, ref frame),
        Layer.Ppp => Ppp(octets, ref frame),
        Layer.PppHdlc => PppHdlc(octets, ref frame),
        Layer.CiscoHdlc => CiscoHdlc(octets, ref frame),
        Layer.Fddi => Fddi(octets, ref frame),
        Layer.Nflog => Nflog(octets, ref frame),
        Layer.Pppoe => Pppoe(octets, ref frame),
        Layer.Mpls => Mpls(octets, ref frame),
        Layer.Gre => Gre(octets, ref frame),
        Layer.Pbb => Pbb(octets, ref frame),
        Layer.FabricPath => FabricPath(octets, ref frame),
        Layer.VnTag => Tag(octets, ref frame, Wrapping.VnTag, length: 4),
        Layer.PortExtension => Tag(octets, ref frame, Wrapping.VnTag, length: 6),
        Layer.Nsh => Nsh(octets, ref frame),
        Layer.ErspanII => ErspanII(octets, ref frame),
        Layer.ErspanIII => ErspanIII(octets, ref frame),
        Layer.Vxlan => Vxlan(octets, ref frame),
        Layer.VxlanGpe => VxlanGpe(octets, ref frame),
        Layer.Geneve => Geneve(octets, ref frame),
        Layer.Gtp => Gtp(octets, ref frame),
        Layer.EtherIp => Skip(octets, ref frame, EtherIpHeader, Layer.Ethernet),
        Layer.Wireless => Wireless(octets, ref frame),
        Layer.Radiotap => Radiotap(octets, ref frame),
        Layer.Ppi => Ppi(octets, ref frame),
        Layer.Capwap => Capwap(octets, ref frame),
        Layer.L2tp => L2tp(octets, ref frame),
        Layer.Teredo => Teredo(ref frame),
        _ => NextOfRareLink(octets, layer, ref frame),
    };

    private static Layer NextOfRareLink(ReadOnlySpan<byte> octets, Layer layer, ref Frame frame) => layer switch
    {
        Layer.TokenRing => TokenRing(octets, ref frame),
        Layer.FrameRelay => FrameRelay(octets, ref frame),
        Layer.RelayedSnap => RelayedSnap(octets, ref frame),
        Layer.Directed => Skip(octets, ref frame, LineDirection, Layer.PppHdlc),
        Layer.DirectedRelay => Skip(octets, ref frame, LineDirection, Layer.FrameRelay),
        Layer.Erf => Erf(octets, ref frame),
        Layer.NetAnalyzer => NetAnalyzer(octets, ref frame, isTransparent: false),
        Layer.NetAnalyzerTransparent => NetAnalyzer(octets, ref frame, isTransparent: true),
        Layer.Juniper => Juniper(octets, ref frame),
        Layer.PacketTap => PacketTap(octets, ref frame),
        Layer.PacketFilter => PacketFilter(octets, ref frame),
        Layer.Encryption => Skip(octets, ref frame, EncryptionHeader, Layer.Raw),
        Layer.InfiniBand => InfiniBand(octets, ref frame),
        _ => Unknown(ref frame),
    };

    private static Layer Unknown(ref Frame frame)
    {
        frame.Status = FrameStatus.UnknownLink;
        SetPayload(ref frame, frame.End);
        return Layer.Done;
    }

    /// <summary>True when the current layer has at least this many octets left.</summary>
    private static bool Has(in Frame frame, int octets) => frame.End - frame.At >= octets;

    /// <summary>Ends the walk inside the current layer, because its header is not all there.</summary>
    private static Layer Cut(ref Frame frame)
    {
        frame.IsCut = true;
        SetPayload(ref frame, frame.End - frame.At);
        return Layer.Done;
    }

    private static Layer Skip(ReadOnlySpan<byte> octets, ref Frame frame, int length, Layer next)
    {
        if (!Has(frame, length)) return Cut(ref frame);
        frame.At += length;
        return next;
    }

    private static void SetPayload(ref Frame frame, int wireLength)
    {
        frame.PayloadOffset = frame.At;
        frame.PayloadLength = Math.Max(0, Math.Min(frame.End - frame.At, wireLength));
        frame.WirePayloadLength = wireLength;
    }

    private static ushort Word(ReadOnlySpan<byte> octets, int offset) => BinaryPrimitives.ReadUInt16BigEndian(octets[offset..]);

    private static uint Long(ReadOnlySpan<byte> octets, int offset) => BinaryPrimitives.ReadUInt32BigEndian(octets[offset..]);
}
