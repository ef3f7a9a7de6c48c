using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// TLS, RFC 5246 and RFC 8446, and DTLS, RFC 6347: who is asked for, who answers with which certificate, and that the rest is not for us.
/// </summary>
internal sealed class Tls : IProtocol
{
    private const int RecordHead = 5, DatagramRecordHead = 13;   // RFC 8446 section 5.1, RFC 6347 section 4.1
    private const int HandshakeHead = 4;
    private const int MaximumRecord = 0x4000 + 2048;             // RFC 5246 section 6.2.3
    private const byte ChangeCipherSpec = 20, Alert = 21, Handshake = 22, ApplicationData = 23, Heartbeat = 24;
    private const byte MajorVersion = 3;                         // of every version, RFC 8446 section 5.1
    private const byte DatagramMajor = 0xFE;                     // RFC 6347 section 4.1: the ones' complement of 1.0 and 1.2
    private const int MostRecords = 8;
    internal const byte ClientHelloType = 1;
    private const byte HelloRequest = 0, ServerHello = 2, Certificate = 11, ServerHelloDone = 14, LastHandshake = 25;
    private const ushort Alpn = 16;                              // RFC 7301
    private const ushort EcdheEcdsaAes128Ccm8 = 0xC0AE;          // RFC 7251; IEEE 2030.5-2018 clause 8.1 demands it

    public string Name => "ssl";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp, Transport.Udp];

    public ReadOnlySpan<ushort> Ports =>
        [443, 465, 563, 636, 802, 853, 989, 990, 992, 993, 995, 3269, 3391, 4843, 5061, 5671, 5684, 5986, 6514, 8443, 8883, 9443, 19998, 19999];

    public int HeadOctets => 4096;

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length == 0 || payload[0] is < ChangeCipherSpec or > Heartbeat) return Verdict.None;
        if (carrier.Transport == Transport.Udp) return RecogniseDatagram(payload);
        if (payload.Length < RecordHead) return payload.Length < 3 || IsVersion(payload) ? Verdict.NeedMore : Verdict.None;
        if (!IsRecord(payload)) return Verdict.None;
        var length = RecordHead + BinaryPrimitives.ReadUInt16BigEndian(payload[3..]);
        return payload[0] switch
        {
            Handshake => RecogniseHandshake(payload[RecordHead..]),
            Alert => length == RecordHead + 2 && payload.Length >= length && payload[RecordHead] is 1 or 2 ? Verdict.Certain : Verdict.Weak,
            ChangeCipherSpec => length == RecordHead + 1 && payload.Length >= length && payload[RecordHead] == 1 ? Verdict.Certain : Verdict.None,
            ApplicationData => length < RecordHead + 16 ? Verdict.None                       // a shortest record holds an authentication tag
                : payload.Length == length || payload.Length >= length + RecordHead && IsRecord(payload[length..]) ? Verdict.Certain : Verdict.Weak,
            _ => Verdict.Weak,
        };
    }

    public int Measure(ReadOnlySpan<byte> stream) => MeasureRecord(stream);

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (notes.Carrier.Transport == Transport.Udp) ReadDatagram(message, notes);
        else ReadRecord(message, notes);
    }

    /// <summary>For protocols that turn to TLS on their own connection.</summary>
    public static int MeasureRecord(ReadOnlySpan<byte> stream)
    {
        if (stream.Length < RecordHead) return stream.Length == 0 || stream[0] is >= ChangeCipherSpec and <= Heartbeat ? 0 : -1;
        return IsRecord(stream) ? RecordHead + BinaryPrimitives.ReadUInt16BigEndian(stream[3..]) : -1;
    }

    public static void ReadRecord(ReadOnlySpan<byte> record, Notes notes)
    {
        if (record.Length < RecordHead || !IsRecord(record)) return;
        if (record[0] == ApplicationData) notes.Effect(Effect.Opaque);
        if (record[0] != Handshake) return;
        for (record = record[RecordHead..]; record.Length > HandshakeHead;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(record) & 0xFFFFFF;
            if (record[0] is HelloRequest or > LastHandshake) return;   // nothing else is with the one, the others are encrypted
            ReadHandshake(record[0], record[HandshakeHead..(int)Math.Min(record.Length, HandshakeHead + length)], HelloCarrier.Stream, notes);
            if (length > record.Length - HandshakeHead) return;
            record = record[(int)(HandshakeHead + length)..];
        }
    }

    private static bool IsVersion(ReadOnlySpan<byte> record) => record[1] == 3 && record[2] <= 4;

    private static bool IsRecord(ReadOnlySpan<byte> record) =>
        record.Length >= RecordHead && record[0] is >= ChangeCipherSpec and <= Heartbeat && IsVersion(record)
        && BinaryPrimitives.ReadUInt16BigEndian(record[3..]) is > 0 and <= MaximumRecord;

    private static Verdict RecogniseHandshake(ReadOnlySpan<byte> handshake)
    {
        if (handshake.Length < HandshakeHead + 2) return Verdict.NeedMore;
        if (handshake[0] is ClientHelloType or ServerHello)
            return handshake[1] == 0 && handshake[HandshakeHead] == 3 && handshake[HandshakeHead + 1] <= 4 ? Verdict.Certain : Verdict.None;
        var length = BinaryPrimitives.ReadUInt32BigEndian(handshake) & 0xFFFFFF;
        var isEmpty = handshake[0] is HelloRequest or ServerHelloDone;
        // what is encrypted looks like anything
        return handshake[0] <= LastHandshake && handshake[1] == 0 && isEmpty == (length == 0) ? Verdict.Certain : Verdict.Weak;
    }

    private static Verdict RecogniseDatagram(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < DatagramRecordHead || payload[1] != DatagramMajor || payload[2] is not (0xFF or 0xFD)) return Verdict.None;
        return BinaryPrimitives.ReadUInt16BigEndian(payload[11..]) <= payload.Length - DatagramRecordHead ? Verdict.Certain : Verdict.Weak;
    }

    private static void ReadDatagram(ReadOnlySpan<byte> records, Notes notes)
    {
        const int SecondVersion = 1, Epoch = 3, Length = 11;                                 // RFC 6347 section 4.1
        for (var left = MostRecords; left > 0 && records.Length > DatagramRecordHead && records[SecondVersion] == DatagramMajor; left--)
        {
            var record = records[DatagramRecordHead..];
            record = record[..Math.Min(record.Length, BinaryPrimitives.ReadUInt16BigEndian(records[Length..]))];
            if (records[0] == ApplicationData) notes.Effect(Effect.Opaque);
            if (records[0] == Handshake && records[Epoch] == 0 && records[Epoch + 1] == 0) ReadFragments(record, notes);   // epoch 0 is in the clear
            records = records[(DatagramRecordHead + record.Length)..];
        }
    }

    /// <summary>
    /// RFC 6347 section 4.2.2: type, length, message sequence, offset and length of the fragment. Messages are read that begin here.
    /// </summary>
    private static void ReadFragments(ReadOnlySpan<byte> record, Notes notes)
    {
        for (var reader = new Cursor(record); reader.Left > 0;)
        {
            var type = reader.U8();
            reader.Skip(3 + 2);
            var offset = reader.U24();
            var body = reader.TakeUpTo(reader.U24());
            if (!reader.Ok || type is HelloRequest or > LastHandshake) return;
            if (offset == 0) ReadHandshake(type, body, HelloCarrier.Datagram, notes);
        }
    }

    private static void ReadHandshake(byte type, ReadOnlySpan<byte> body, HelloCarrier carrier, Notes notes)
    {
        var major = carrier == HelloCarrier.Datagram ? DatagramMajor : MajorVersion;
        switch (type)
        {
            case ClientHelloType when body.Length > ClientHello.LeastOctets && body[0] == major:
                ClientHello.Read(body, carrier, notes);
                break;
            case ServerHello when body.Length > ClientHello.LeastOctets && body[0] == major:
                notes.SenderIs(Party.Server);
                ReadServerHello(body, notes);
                break;
            case Certificate:
                var reader = new Cursor(body);
                reader.Skip(3);
                var length = reader.U24();
                if (length > 0) X509.Read(reader.Rest[..Math.Min(length, reader.Left)], length <= reader.Left, notes);
                break;
        }
    }

    private static void ReadServerHello(ReadOnlySpan<byte> hello, Notes notes)
    {
        var reader = new Cursor(hello);
        reader.Skip(34);
        reader.Skip(reader.U8());
        if (reader.U16() == EcdheEcdsaAes128Ccm8 && reader.Ok) notes.Carries("ieee2030-5");
        reader.Skip(1);
        var extensions = new Cursor(reader.TakeUpTo(reader.U16()));
        while (extensions.Left >= 4)
        {
            var type = extensions.U16();
            var content = extensions.TakeUpTo(extensions.U16());
            if (type == Alpn && content.IndexOf("anydesk/"u8) >= 0) notes.Carries("anydesk");
        }
    }
}
