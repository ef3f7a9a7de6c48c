using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>Microsoft SQL Server's tabular data stream, MS-TDS section 2.2.3.1; TLS travels inside its packets (section 2.2.6.5).</summary>
internal sealed class Tds : IProtocol
{
    private const ushort Port = 1433;
    private const int Head = 8, Status = 1, Length = 2, Window = 7;
    // section 2.2.3.1.1
    private const byte Batch = 1, Rpc = 3, Response = 4, Attention = 6, BulkLoad = 7, TransactionManager = 14, Login7 = 16, PreLogin = 18;
    private const byte EndOfMessage = 1, LastStatus = 0x1F;
    private const int LoginHostName = Head + 36;                 // section 2.2.6.4: ibHostName, cchHostName

    /// <summary>
    /// Section 2.2.5.3: since TDS 7.2 a request begins with its headers, 22 octets in all, of which the transaction's takes 18 and is of type 2.
    /// </summary>
    private static ReadOnlySpan<byte> Headers => [22, 0, 0, 0, 18, 0, 0, 0, 2, 0];

    public string Name => "tds";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp];

    public ReadOnlySpan<ushort> Ports => [Port];

    public int HeadOctets => 1024;

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length <= Head || !IsHead(payload)) return Verdict.None;
        var length = BinaryPrimitives.ReadUInt16BigEndian(payload[Length..]);
        var body = payload[Head..];
        switch (payload[0])
        {
            case PreLogin when length == payload.Length && payload[Status] == EndOfMessage && IsPreLogin(body):
            case Response when length == payload.Length && payload[Status] == EndOfMessage && IsPreLogin(body):
            case Login7 when body.Length >= 8 && BinaryPrimitives.ReadUInt32LittleEndian(body) is var whole && whole >= length - Head
                && whole < 0x20000 && body[7] is >= 0x70 and <= 0x74:
            case Batch or Rpc or TransactionManager when body.StartsWith(Headers):
                return Verdict.Certain;
            default:
                return carrier.Uses(Port) && length >= payload.Length ? Verdict.Weak : Verdict.None;
        }
    }

    public int Measure(ReadOnlySpan<byte> stream)
    {
        if (stream.Length < Head) return 0;
        if (IsHead(stream)) return BinaryPrimitives.ReadUInt16BigEndian(stream[Length..]);
        return Tls.MeasureRecord(stream);
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length <= Head) return;
        if (!IsHead(message))
        {
            notes.Effect(Effect.Opaque);
            return;
        }

        var body = message[Head..];
        notes.SenderIs(message[0] == Response ? Party.Server : Party.Client);
        switch (message[0])
        {
            case PreLogin when body[0] is >= 20 and <= 23:       // the TLS handshake
                notes.Carries("ssl");
                Tls.ReadRecord(body, notes);
                break;
            case Login7:
                NoteHost(message, notes);
                break;
            case Batch or Rpc:
                SqlStatement.NoteUtf16(Statement(body), notes);
                break;
            case BulkLoad:
                notes.Effect(Effect.Write);
                break;
        }
    }

    private static bool IsHead(ReadOnlySpan<byte> head) =>
        head[0] is Batch or 2 or Rpc or Response or Attention or BulkLoad or 8 or TransactionManager or Login7 or 17 or PreLogin
        && head[Status] <= LastStatus && head[Window] == 0 && BinaryPrimitives.ReadUInt16BigEndian(head[Length..]) is > Head and <= 0x7FFF;

    /// <summary>
    /// Section 2.2.6.5: tokens 0 (version, always first), 1 ... each with offset and length, ended by FFh; the version has six octets.
    /// </summary>
    private static bool IsPreLogin(ReadOnlySpan<byte> body) =>
        body.Length > 11 && body[0] == 0 && BinaryPrimitives.ReadUInt16BigEndian(body[1..]) < body.Length
        && BinaryPrimitives.ReadUInt16BigEndian(body[3..]) == 6 && body[5] is 1 or 0xFF;

    private static void NoteHost(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length < LoginHostName + 4) return;
        var offset = Head + BinaryPrimitives.ReadUInt16LittleEndian(message[LoginHostName..]);
        var length = 2 * BinaryPrimitives.ReadUInt16LittleEndian(message[(LoginHostName + 2)..]);
        if (length == 0 || length > 256 || offset + length > message.Length) return;
        var text = new ValueText(stackalloc byte[ValueText.Capacity]);
        text.AppendUtf16(message.Slice(offset, length));
        notes.SenderFact(FactKind.Name, text.Value);
    }

    /// <summary>Section 2.2.5.3: since TDS 7.2 headers stand before the statement, with their total length.</summary>
    private static ReadOnlySpan<byte> Statement(ReadOnlySpan<byte> body)
    {
        if (body.Length < 4 || BinaryPrimitives.ReadUInt32LittleEndian(body) is not (>= 4 and < 256 and var headers) || headers > body.Length)
            return body;
        return body[(int)headers..];
    }
}
