using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>The NetBIOS datagram service, RFC 1002 section 4.4, and the host announcements inside it (MS-BRWS section 2.2.1).</summary>
internal sealed class NetBiosDatagram : IProtocol
{
    private const ushort Port = 138;
    private const int SourceIp = 4, SourceName = 14;             // section 4.4.1 and 4.4.2
    private const byte DirectUnique = 0x10, DirectGroup = 0x11, Broadcast = 0x12, LastType = 0x16;
    private const byte HostAnnouncement = 0x01, LocalMasterAnnouncement = 0x0F;
    private const int AnnouncedSystem = 22, AnnouncedType = 24;  // MS-BRWS section 2.2.1: OS version, then ServerType

    public string Name => "netbios-dgm";

    public ReadOnlySpan<Transport> Transports => [Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [Port];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (!carrier.Uses(Port) || payload.Length <= SourceName || payload[0] is < DirectUnique or > LastType) return Verdict.None;
        if (payload[0] > Broadcast) return Verdict.Weak;         // error and query packets
        return NetBiosName.IsEncodedName(payload[SourceName..]) ? Verdict.Certain : Verdict.Weak;
    }

    public int Measure(ReadOnlySpan<byte> stream) => stream.Length;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length <= SourceName || message[0] is not (DirectUnique or DirectGroup or Broadcast)) return;
        if (!NetBiosName.IsEncodedName(message[SourceName..])) return;
        Span<byte> name = stackalloc byte[NetBiosName.NameLength];
        var kind = NetBiosName.Decode(message[SourceName..], name);
        var source = Address.IPv4(message[SourceIp..]);
        NetBiosName.Note(source.IsUnspecified ? notes.Sender.Address : source, name, kind, isGroup: false, notes);
        var mailslot = message.IndexOf("\\MAILSLOT\\BROWSE\0"u8);
        if (mailslot >= 0) NoteAnnouncement(message[(mailslot + "\\MAILSLOT\\BROWSE\0"u8.Length)..], notes);
    }

    private static void NoteAnnouncement(ReadOnlySpan<byte> frame, Notes notes)
    {
        if (frame.Length < AnnouncedType + 4 || frame[0] is not (HostAnnouncement or LocalMasterAnnouncement)) return;
        const byte DomainController = 0x08, BackupController = 0x10, SqlServer = 0x04;          // MS-BRWS section 2.2.1, first octet of ServerType
        var type = frame[AnnouncedType];
        if ((type & (DomainController | BackupController)) != 0) notes.SenderFact(FactKind.Role, "domain controller");
        if ((type & SqlServer) != 0) notes.SenderFact(FactKind.Role, "database server");
        var text = new ValueText(stackalloc byte[ValueText.Capacity]);
        text.Append("Windows NT "u8);
        text.Append((long)frame[AnnouncedSystem]);
        text.Append((byte)'.');
        text.Append((long)frame[AnnouncedSystem + 1]);
        notes.SenderFact(FactKind.Firmware, text.Value);
    }
}
