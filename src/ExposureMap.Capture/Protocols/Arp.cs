using System.Numerics;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>Address resolution, RFC 826: who owns which IPv4 address on this link.</summary>
internal sealed class Arp : IProtocol
{
    private const ushort EtherType = 0x0806;
    private const int Length = 28;                               // RFC 826, "Packet format", for Ethernet and IPv4
    private const int Operation = 7;                             // 1 request, 2 reply; 8 and 9 are InARP (RFC 2390)
    private const int SenderMac = 8, SenderIp = 14, TargetIp = 24;
    private const int UsualMask = 24;                            // neighbours nearer than this tell nothing that is not assumed anyway

    /// <summary>ar$hrd Ethernet, ar$pro IPv4, ar$hln 6, ar$pln 4, high octet of ar$op.</summary>
    private static ReadOnlySpan<byte> Head => [0, 1, 8, 0, 6, 4, 0];

    public string Name => "arp";

    public ReadOnlySpan<Transport> Transports => [Transport.Ethernet];

    public ReadOnlySpan<ushort> Ports => [EtherType];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier) =>
        carrier.Uses(EtherType) && payload.Length >= Length && payload.StartsWith(Head) && payload[Operation] is 1 or 2
            ? Verdict.Certain
            : Verdict.None;

    public int Measure(ReadOnlySpan<byte> stream) => stream.Length;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length < Length || !message.StartsWith(Head)) return;
        notes.Function(message[Operation]);
        var ip = Address.IPv4(message[SenderIp..]);
        var mac = Address.Mac(message[SenderMac..]);
        if (ip.IsUnspecified || ip.IsGroup || mac.IsGroup || mac.IsUnspecified) return;   // a probe (RFC 5227 section 1.1) claims nothing
        var text = new ValueText(stackalloc byte[ValueText.Capacity]);
        text.Append(mac);
        notes.Fact(ip, FactKind.OwnedBy, text.Value, mac == notes.SenderMac ? Certainty.Own : Certainty.Announced);
        if (mac == notes.SenderMac) NoteReach(ip, Address.IPv4(message[TargetIp..]), text, notes);
    }

    /// <summary>Nobody asks by ARP for what lies behind a router, nor answers it.</summary>
    private static void NoteReach(Address sender, Address target, ValueText mac, Notes notes)
    {
        if (target.IsUnspecified || target.IsGroup || target.IsLinkLocal || sender.IsLinkLocal) return;
        var length = BitOperations.LeadingZeroCount((uint)(sender.Number.Low ^ target.Number.Low));
        if (length >= UsualMask) return;
        var text = new ValueText(stackalloc byte[ValueText.Capacity]);
        text.Append(Address.IPv4((uint)sender.Number.Low & ~(uint.MaxValue >> length)));
        text.Append((byte)'/');
        text.Append(length);
        text.Append((byte)' ');
        text.Append(mac.Value);
        notes.Fact(sender, FactKind.OnLink, text.Value, Certainty.Own);
    }
}
