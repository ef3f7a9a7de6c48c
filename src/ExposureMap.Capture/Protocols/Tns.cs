using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>Oracle's transparent network substrate. No public standard: packet head as in Wireshark's packet-tns.c and Oracle Net's traces.</summary>
internal sealed class Tns : IProtocol
{
    private const ushort Port = 1521;
    private const int Head = 8, Checksum = 2, Type = 4;
    private const byte Connect = 1, Accept = 2, Refuse = 4, Redirect = 5, Data = 6, LastType = 19;
    private const int MaximumConnect = 4096;

    public string Name => "tns";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp];

    public ReadOnlySpan<ushort> Ports => [Port, 1522, 1526];

    public int HeadOctets => 1024;

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < Head || !IsHead(payload)) return Verdict.None;
        if (payload[Type] == Connect && payload.Length > 26 && (payload.IndexOf("(DESCRIPTION"u8) > 0 || payload.IndexOf("(CONNECT_DATA"u8) > 0))
            return Verdict.Certain;
        return carrier.Uses(Port) && BinaryPrimitives.ReadUInt16BigEndian(payload) is var length && (length == payload.Length || length == 0)
            ? Verdict.Weak
            : Verdict.None;
    }

    /// <summary>Since version 315 data packets have four octets of length; then the first two are 0.</summary>
    public int Measure(ReadOnlySpan<byte> stream)
    {
        if (stream.Length < Head) return 0;
        if (!IsHead(stream)) return -1;
        var length = BinaryPrimitives.ReadUInt16BigEndian(stream);
        if (length == 0) return BinaryPrimitives.ReadUInt16BigEndian(stream[Checksum..]) is >= Head and var wide ? wide : -1;
        return length;
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length <= Head) return;
        switch (message[Type])
        {
            case Connect:
                notes.SenderIs(Party.Client);
                NoteHost(message, notes);
                break;
            case Accept or Refuse or Redirect:
                notes.SenderIs(Party.Server);
                break;
            case Data when TextHead.Contains(message, "DBMS_SCHEDULER"u8):
                notes.Operation(Effect.Program, $"schedules a job in the database");
                break;
        }
    }

    private static bool IsHead(ReadOnlySpan<byte> head)
    {
        if (head[Type] is 0 or > LastType || head[Type + 1] > 0x40 || head[6] != 0 || head[7] != 0) return false;
        var length = BinaryPrimitives.ReadUInt16BigEndian(head);
        return length == 0
            ? head[Type] == Data
            : length >= Head && head[Checksum] == 0 && head[Checksum + 1] == 0 && (head[Type] != Connect || length <= MaximumConnect);
    }

    /// <summary>The client's own description: <c>(CID=(PROGRAM=...)(HOST=name)(USER=...))</c>.</summary>
    private static void NoteHost(ReadOnlySpan<byte> message, Notes notes)
    {
        var client = message.IndexOf("(CID="u8);
        if (client < 0) return;
        message = message[client..];
        var host = message.IndexOf("(HOST="u8);
        if (host < 0) return;
        message = message[(host + "(HOST="u8.Length)..];
        var end = message.IndexOf((byte)')');
        if (end is > 1 and < 256 && !message[..end].SequenceEqual("__jdbc__"u8)) notes.SenderFact(FactKind.Name, message[..end]);
    }
}
