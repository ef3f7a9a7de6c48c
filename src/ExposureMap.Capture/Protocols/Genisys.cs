using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// Genisys, the protocol between a railway control office and its field locations (Union Switch and Signal 2000 series manual): control character
/// F1-FE, station, data, optional CRC, terminator F6. Data above EF is escaped by F0.
/// </summary>
internal sealed class Genisys : IProtocol
{
    private const byte Escape = 0xF0, Acknowledge = 0xF1, IndicationData = 0xF2, Checkback = 0xF3, Terminator = 0xF6,
        FirstFromOffice = 0xF9, CommonControl = 0xF9,
        AcknowledgeAndPoll = 0xFA, Poll = 0xFB, ControlData = 0xFC, Recall = 0xFD, Execute = 0xFE;
    private const int StationOffset = 1, ShortestMessage = 3, LongestMessage = 512, CheckOctets = 2;

    public string Name => "genisys";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp, Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < ShortestMessage || !IsControl(payload[0])) return Verdict.None;
        var end = payload.IndexOf(Terminator);
        if (end < ShortestMessage - 1 || end > LongestMessage || end + 1 < payload.Length && !IsControl(payload[end + 1])) return Verdict.None;
        Span<byte> plain = stackalloc byte[LongestMessage];
        var length = Unescape(payload[..end], plain);
        if (length < 0) return Verdict.None;
        var body = plain[..length];
        if (length >= CheckOctets + 2 && FrameCheck.Modbus(body[..^CheckOctets]) == BinaryPrimitives.ReadUInt16LittleEndian(body[^CheckOctets..]))
            return Verdict.Certain;
        return length == 2 && body[1] != 0 ? Verdict.Weak : Verdict.None;          // a station alone has no check
    }

    public int Measure(ReadOnlySpan<byte> stream)
    {
        if (stream.IsEmpty) return 0;
        if (!IsControl(stream[0])) return -1;
        var end = stream.IndexOf(Terminator);
        return end < 0 ? stream.Length < LongestMessage ? 0 : -1 : end + 1;
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length < ShortestMessage) return;
        var (control, station) = (message[0], message[StationOffset]);
        notes.Function(control);
        var fromOffice = control >= FirstFromOffice;
        notes.SenderIs(fromOffice ? Party.Client : Party.Server);
        if (station != 0 && station < Escape) DevicesTold.Tell(notes, behindSender: !fromOffice, "genisys station", station);
        switch (control)
        {
            case IndicationData or Checkback: notes.Effect(Effect.Report); break;
            case Poll or AcknowledgeAndPoll or Recall: notes.Effect(Effect.Read); break;
            case CommonControl or ControlData: notes.Operation(Effect.Control, $"control data for station {station}"); break;
            case Execute: notes.Operation(Effect.Control, $"executes controls at station {station}"); break;
        }
    }

    private static bool IsControl(byte octet) => octet is Acknowledge or IndicationData or Checkback or (>= FirstFromOffice and <= Execute);

    /// <summary>The length without escapes, -1 when an octet above EF stands alone or an escape has no low nibble after it.</summary>
    private static int Unescape(ReadOnlySpan<byte> message, Span<byte> plain)
    {
        plain[0] = message[0];
        var length = 1;
        for (var at = 1; at < message.Length; at++)
        {
            var octet = message[at];
            if (octet == Escape)
            {
                if (++at >= message.Length || message[at] > 0x0F) return -1;
                octet = (byte)(Escape | message[at]);
            }
            else if (octet > Escape) return -1;

            plain[length++] = octet;
        }

        return length;
    }
}
