using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>PostgreSQL's frontend/backend protocol 3, PostgreSQL documentation, "Message Formats".</summary>
internal sealed class PostgreSql : IProtocol
{
    private const ushort Port = 5432;
    private const uint Startup = 0x0003_0000, SslRequest = 80877103, GssRequest = 80877104, CancelRequest = 80877102;
    private const int MaximumStartup = 10_000, MaximumMessage = 0x4000_0000;

    public string Name => "postgresql";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp];

    public ReadOnlySpan<ushort> Ports => [Port];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < 5) return Verdict.None;
        if (payload[0] == 0)
        {
            if (payload.Length < 8 || BinaryPrimitives.ReadUInt32BigEndian(payload) != payload.Length) return Verdict.None;
            return BinaryPrimitives.ReadUInt32BigEndian(payload[4..]) switch
            {
                SslRequest or GssRequest when payload.Length == 8 => Verdict.Certain,
                CancelRequest when payload.Length == 16 => Verdict.Certain,
                >= Startup and <= Startup + 2 when payload.IndexOf("user\0"u8) > 0 => Verdict.Certain,
                _ => Verdict.None,
            };
        }

        return carrier.Uses(Port) && IsMessage(payload) && 1 + BinaryPrimitives.ReadUInt32BigEndian(payload[1..]) <= payload.Length
            ? Verdict.Weak
            : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream)
    {
        if (stream is [(byte)'N' or (byte)'S' or (byte)'G']) return 1;                       // the answer to an SSLRequest
        if (stream.Length < 5) return 0;
        if (stream[0] == 0) return BinaryPrimitives.ReadUInt32BigEndian(stream) is >= 8 and <= MaximumStartup and var length ? (int)length : -1;
        if (Tls.MeasureRecord(stream) is > 0 and var record) return record;
        return IsMessage(stream) ? 1 + (int)BinaryPrimitives.ReadUInt32BigEndian(stream[1..]) : -1;
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length < 5) return;
        switch (message[0])
        {
            case 0:
                notes.SenderIs(Party.Client);
                break;
            case (byte)'Q':
                notes.SenderIs(Party.Client);
                SqlStatement.Note(message[5..], notes);
                break;
            case (byte)'P' when notes.FromOriginator:            // Parse: a name, 0, the statement
                var reader = new Cursor(message[5..]);
                reader.TakeUntil(0);
                SqlStatement.Note(reader.Rest, notes);
                break;
            case (byte)'R':
                notes.SenderIs(Party.Server);
                break;
            case (byte)'S' when message[5..].StartsWith("server_version\0"u8):
                NoteVersion(message[(5 + "server_version\0"u8.Length)..], notes);
                break;
            case >= 20 and <= 23:
                notes.Carries("ssl");
                Tls.ReadRecord(message, notes);
                break;
        }
    }

    private static bool IsMessage(ReadOnlySpan<byte> message) =>
        message[0] is (>= (byte)'A' and <= (byte)'Z') or (>= (byte)'a' and <= (byte)'z') or (>= (byte)'1' and <= (byte)'3')
        && BinaryPrimitives.ReadUInt32BigEndian(message[1..]) is >= 4 and <= MaximumMessage;

    private static void NoteVersion(ReadOnlySpan<byte> version, Notes notes)
    {
        var text = new ValueText(stackalloc byte[ValueText.Capacity]);
        text.Append("PostgreSQL "u8);
        text.Append(version.TrimEnd((byte)0));
        notes.SenderFact(FactKind.Model, text.Value);
    }
}
