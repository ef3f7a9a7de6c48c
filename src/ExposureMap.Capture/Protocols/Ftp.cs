using ExposureMap.Capture.Identity;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>FTP's control connection, RFC 959 section 4.1 and 4.2.</summary>
internal sealed class Ftp : IProtocol
{
    private const ushort Port = 21;
    private const ulong WriteIsPending = 1;

    public string Name => "ftp";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp];

    public ReadOnlySpan<ushort> Ports => [Port, 2121];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < 5 || payload[3] is not ((byte)' ' or (byte)'-') && payload[4] is not ((byte)' ' or (byte)'\r')) return Verdict.None;
        if (payload.StartsWith("220"u8))
            return TextHead.Contains(TextHead.FirstLine(payload), "FTP"u8) ? Verdict.Certain : carrier.Uses(Port) ? Verdict.Certain : Verdict.None;
        if (!carrier.Uses(Port)) return Verdict.None;
        return IsReply(payload) || payload.StartsWith("USER "u8) || payload.StartsWith("AUTH "u8) || IsCommand(payload) ? Verdict.Weak : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream)
    {
        var end = stream.IndexOf((byte)'\n');
        return end < 0 ? stream.Length : end + 1;
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length < 5) return;
        if (IsReply(message)) ReadReply(message, notes);
        else if (IsCommand(message)) ReadCommand(TextHead.FirstLine(message), notes);
    }

    private static bool IsReply(ReadOnlySpan<byte> line) =>
        line[0] is >= (byte)'1' and <= (byte)'5' && char.IsAsciiDigit((char)line[1]) && char.IsAsciiDigit((char)line[2])
        && line[3] is (byte)' ' or (byte)'-';

    private static bool IsCommand(ReadOnlySpan<byte> line) => line[..3].IndexOfAnyExceptInRange((byte)'A', (byte)'z') < 0 && TextHead.IsText(line);

    private static void ReadReply(ReadOnlySpan<byte> line, Notes notes)
    {
        notes.SenderIs(Party.Server);
        if (line.StartsWith("220 "u8) || line.StartsWith("215 "u8)) notes.SenderFact(FactKind.Model, TextHead.FirstLine(line)[4..]);
        if (notes.Memory.First != WriteIsPending || line[0] is (byte)'1' or (byte)'3') return;
        notes.Answered(line[0] == '2');
        notes.Memory.First = 0;
    }

    private static void ReadCommand(ReadOnlySpan<byte> line, Notes notes)
    {
        notes.SenderIs(Party.Client);
        if (TextHead.StartsWith(line, "RETR"u8) || TextHead.StartsWith(line, "LIST"u8) || TextHead.StartsWith(line, "NLST"u8)
            || TextHead.StartsWith(line, "MLSD"u8))
        {
            notes.Effect(Effect.Read);
        }
        else if (TextHead.StartsWith(line, "STOR"u8) || TextHead.StartsWith(line, "STOU"u8) || TextHead.StartsWith(line, "APPE"u8)
            || TextHead.StartsWith(line, "DELE"u8)
            || TextHead.StartsWith(line, "RNTO"u8) || TextHead.StartsWith(line, "MKD "u8) || TextHead.StartsWith(line, "RMD "u8))
        {
            notes.Memory.First = WriteIsPending;
            notes.Operation(Effect.Write, $"{WireText.Clean(line)}");
        }
        else if (TextHead.StartsWith(line, "USER "u8))
        {
            notes.Operation(Effect.Admin, $"FTP logon as {WireText.Clean(line[5..])}");
        }
    }
}
