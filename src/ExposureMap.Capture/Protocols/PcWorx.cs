using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// Phoenix Contact PC Worx on port 1962: type, 1, length of the whole message. No public specification: the hello names IBETH01N0_M.
/// </summary>
internal sealed class PcWorx : IProtocol
{
    private const int LengthOffset = 2, HeaderOctets = 4, ModelOffset = 30, FirmwareOffset = 66, OrderOffset = 152;
    private const byte Hello = 0x01, Answer = 0x81, Subtype = 0x01;

    public string Name => "pcworx";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp];

    public ReadOnlySpan<ushort> Ports => [1962];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < HeaderOctets || payload[0] is not (Hello or Answer) || payload[1] != Subtype
            || BinaryPrimitives.ReadUInt16BigEndian(payload[LengthOffset..]) != payload.Length) return Verdict.None;
        if (payload[0] == Hello && payload.IndexOf("IBETH01N0_M"u8) >= 0) return Verdict.Certain;
        return carrier.Uses(1962) ? Verdict.Weak : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream)
    {
        if (stream.Length < HeaderOctets) return 0;
        var length = BinaryPrimitives.ReadUInt16BigEndian(stream[LengthOffset..]);
        return (stream[0] & 0x7F) < 0x10 && length >= HeaderOctets ? length : -1;
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length < HeaderOctets) return;
        notes.Function(message[0]);
        var answers = (message[0] & Answer & 0x80) != 0;
        notes.SenderIs(answers ? Party.Server : Party.Client);
        if (!answers) notes.Effect(message[0] == Hello ? Effect.Admin : Effect.Read);
        if (!answers || message.Length <= OrderOffset) return;
        notes.SenderFact(FactKind.Vendor, "Phoenix Contact");
        NoteText(message[ModelOffset..], FactKind.Model, notes);
        NoteText(message[FirmwareOffset..], FactKind.Firmware, notes);
    }

    private static void NoteText(ReadOnlySpan<byte> octets, FactKind kind, Notes notes)
    {
        var text = Printable.Run(octets);
        if (text.Length > 2) notes.SenderFact(kind, text);
    }
}
