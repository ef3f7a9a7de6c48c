using System.Numerics;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>DHCP for IPv4, RFC 2131 with the options of RFC 2132 and RFC 4702: names, leases and the networks they lie in.</summary>
internal sealed class Dhcp : IProtocol
{
    private const ushort ServerPort = 67, ClientPort = 68;
    // RFC 2131 figure 1
    private const int Operation = 0, HardwareType = 1, HardwareLength = 2, ClientIp = 12, YourIp = 16, ClientMac = 28, Cookie = 236, Options = 240;
    private const byte Request = 1, Reply = 2, Ethernet = 1;
    private const byte SubnetMask = 1, Router = 3, HostName = 12, RequestedIp = 50, MessageType = 53, VendorClass = 60, ClientIdentifier = 61,
        FullName = 81, End = 255;
    private const int FullNameText = 3;                          // RFC 4702 section 2: flags, rcode1, rcode2
    private const byte Acknowledge = 5;

    /// <summary>RFC 2131 section 3: 99, 130, 83 and 99.</summary>
    private static ReadOnlySpan<byte> MagicCookie => [99, 130, 83, 99];

    public string Name => "dhcp";

    public ReadOnlySpan<Transport> Transports => [Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [ServerPort, ClientPort];

    public int HeadOctets => 1024;

    /// <summary>Without the cookie (or when that is cut off) it is BOOTP (RFC 951), believed on its ports.</summary>
    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < ClientMac + 16 || payload[Operation] is not (Request or Reply) || payload[HardwareLength] > 16) return Verdict.None;
        if (payload.Length >= Options && payload.Slice(Cookie, MagicCookie.Length).SequenceEqual(MagicCookie)) return Verdict.Certain;
        return payload[HardwareType] == Ethernet && payload[HardwareLength] == 6 && carrier.Uses(ServerPort) ? Verdict.Weak : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream) => stream.Length;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (Recognise(message, notes.Carrier) != Verdict.Certain) return;
        if (Option(message, MessageType) is [var type, ..]) notes.Function(type);
        var fromServer = message[Operation] == Reply;
        // a relay speaks with its server from 67 to 67
        if (notes.Sender.Port == ServerPort && notes.Receiver.Port == ServerPort) notes.SenderIs(Party.Unknown);
        else notes.SenderIs(fromServer ? Party.Server : Party.Client);
        if (fromServer) notes.SenderFact(FactKind.Role, "dhcp server");

        var mac = message[HardwareType] == Ethernet && message[HardwareLength] == 6 ? Address.Mac(message[ClientMac..]) : Address.None;
        if (mac.IsGroup || mac.IsUnspecified) mac = Address.None;
        var leased = fromServer && Option(message, MessageType) is [Acknowledge, ..];
        var ip = Address.IPv4(message[(leased ? YourIp : ClientIp)..]);
        if (leased && ip.IsUnspecified) ip = Address.IPv4(message[ClientIp..]);     // answer to an INFORM
        if (ip.IsUnspecified || ip.IsGroup) ip = Address.None;
        if (fromServer && !leased) return;                       // an offer is not a lease

        if (mac != Address.None && ip != Address.None) NoteOwner(ip, mac, fromServer, notes);
        if (leased && ip != Address.None) NoteNetwork(message, ip, notes);
        foreach (var subject in (ReadOnlySpan<Address>)[mac, ip])
        {
            if (subject != Address.None) NoteIdentity(message, subject, fromServer ? Certainty.Announced : Certainty.Own, notes);
        }
    }

    private static void NoteOwner(Address ip, Address mac, bool fromServer, Notes notes)
    {
        var text = new ValueText(stackalloc byte[ValueText.Capacity]);
        text.Append(mac);
        notes.Fact(ip, FactKind.OwnedBy, text.Value, fromServer ? Certainty.Announced : Certainty.Own);
    }

    private static void NoteNetwork(ReadOnlySpan<byte> message, Address ip, Notes notes)
    {
        if (Option(message, SubnetMask) is not { Length: 4 } octets) return;
        var mask = (uint)Address.IPv4(octets).Number.Low;
        var length = BitOperations.LeadingZeroCount(~mask);
        if (length == 0 || mask << length != 0 && length < 32) return;
        var text = new ValueText(stackalloc byte[ValueText.Capacity]);
        text.Append(Address.IPv4((uint)ip.Number.Low & mask));
        text.Append((byte)'/');
        text.Append((long)length);
        notes.Fact(ip, FactKind.Network, text.Value, Certainty.Announced);
        if (Option(message, Router) is not { Length: >= 4 } routers || Address.IPv4(routers) is { IsUnspecified: true }) return;
        notes.Fact(Address.IPv4(routers), FactKind.Network, text.Value, Certainty.Announced);
        notes.Fact(Address.IPv4(routers), FactKind.Role, "router", Certainty.Announced);
    }

    private static void NoteIdentity(ReadOnlySpan<byte> message, Address subject, Certainty certainty, Notes notes)
    {
        if (Option(message, HostName) is { Length: > 0 } host) notes.Fact(subject, FactKind.Name, host, certainty);
        if (Option(message, FullName) is { Length: > FullNameText } full) NoteFullName(full, subject, certainty, notes);
        if (Option(message, VendorClass) is { Length: > 0 } vendorClass) notes.Fact(subject, FactKind.Model, vendorClass, Certainty.Guessed);
        if (Option(message, ClientIdentifier) is not { Length: > 2 } identifier) return;
        var text = new ValueText(stackalloc byte[ValueText.Capacity]);
        text.Append("dhcp client id "u8);
        text.AppendHex(identifier);
        notes.Fact(subject, FactKind.Fingerprint, text.Value, certainty);
    }

    /// <summary>RFC 4702 section 2.1: bit E says that the name is in DNS wire form, otherwise it is plain ASCII.</summary>
    private static void NoteFullName(ReadOnlySpan<byte> option, Address subject, Certainty certainty, Notes notes)
    {
        const byte CanonicalWireFormat = 0x04;
        var name = option[FullNameText..];
        if ((option[0] & CanonicalWireFormat) == 0)
        {
            notes.Fact(subject, FactKind.Name, name, certainty);
            return;
        }

        Span<byte> text = stackalloc byte[DnsName.MaximumOctets];
        var offset = 0;
        var length = DnsName.Read(name, ref offset, text);
        if (length > 0) notes.Fact(subject, FactKind.Name, text[..length], certainty);
    }

    /// <summary>The first option with this code; nothing when it is missing.</summary>
    private static ReadOnlySpan<byte> Option(ReadOnlySpan<byte> message, byte code)
    {
        var options = new Cursor(message[Options..]);
        while (options.Left > 0)
        {
            var found = options.U8();
            if (found == End) return default;
            if (found == 0) continue;                            // RFC 2132 section 3.1: pad, no length
            var value = options.Take(options.U8());
            if (found == code) return value;
        }

        return default;
    }
}
