using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>IEEE C37.118.2-2011 synchrophasors: every frame begins with AA and ends with a CRC (section 6.2, annex B).</summary>
internal sealed class C37118 : IProtocol
{
    private const byte Sync = 0xAA;
    private const int TypeOffset = 1, SizeOffset = 2, StreamOffset = 4, BodyOffset = 14, CheckOctets = 2, ShortestFrame = 16;
    private const int TypeShift = 4, LastType = 5, VersionMask = 0x0F;

    /// <summary>Frame types (section 6.2 table 2).</summary>
    private const int Data = 0, Configuration2 = 3, Command = 4;

    /// <summary>
    /// Configuration 2 (section 6.4): time base 4, number of PMUs 2, then per PMU station name 16, stream id 2, format 2, counts of phasors, analogs,
    /// digitals.
    /// </summary>
    private const int CountOffset = 18, FirstPmu = 20, NameOctets = 16, IdOffset = 16, PhasorsOffset = 20, AnalogsOffset = 22,
        DigitalsOffset = 24, ChannelsOffset = 26;
    private const int MostPmus = 64;

    public string Name => "c37118";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp, Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [4712, 4713];

    public int HeadOctets => 4096;

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < 4 || payload[0] != Sync) return Verdict.None;
        var (type, version) = (payload[TypeOffset] >> TypeShift, payload[TypeOffset] & VersionMask);
        var size = BinaryPrimitives.ReadUInt16BigEndian(payload[SizeOffset..]);
        if (type > LastType || version is 0 or > 3 || size < ShortestFrame) return Verdict.None;
        if (size > payload.Length) return carrier.Transport == Transport.Tcp && size <= HeadOctets ? Verdict.NeedMore : Verdict.None;
        var check = BinaryPrimitives.ReadUInt16BigEndian(payload[(size - CheckOctets)..]);
        return FrameCheck.Ccitt(payload[..(size - CheckOctets)]) == check ? Verdict.Certain : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream)
    {
        if (stream.Length < 4) return 0;
        return stream[0] == Sync ? Math.Max(BinaryPrimitives.ReadUInt16BigEndian(stream[SizeOffset..]), (ushort)ShortestFrame) : -1;
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length < ShortestFrame || message[0] != Sync) return;
        var type = message[TypeOffset] >> TypeShift;
        notes.Function(type);
        if (type == Command)
        {
            ReadCommand(message, notes);
            return;
        }

        notes.SenderIs(Party.Server);
        if (type == Data) notes.Effect(Effect.Report);
        if (type == Configuration2) NoteStations(message, notes);
    }

    private static void ReadCommand(ReadOnlySpan<byte> message, Notes notes)
    {
        notes.SenderIs(Party.Client);
        var (stream, command) =
            (BinaryPrimitives.ReadUInt16BigEndian(message[StreamOffset..]), BinaryPrimitives.ReadUInt16BigEndian(message[BodyOffset..]));
        switch (command)
        {
            case 1: notes.Operation(Effect.Admin, $"turns off data of stream {stream}"); break;
            case 2: notes.Operation(Effect.Admin, $"turns on data of stream {stream}"); break;
            case 3 or 4 or 5 or 6: notes.Effect(Effect.Identify); break;
            case 8: notes.Operation(Effect.Write, $"extended command to stream {stream}"); break;
        }
    }

    private static void NoteStations(ReadOnlySpan<byte> message, Notes notes)
    {
        var count = message.Length < FirstPmu ? 0 : Math.Min((int)BinaryPrimitives.ReadUInt16BigEndian(message[CountOffset..]), MostPmus);
        var rest = message[Math.Min(FirstPmu, message.Length)..];
        for (var index = 0; index < count && rest.Length >= ChannelsOffset; index++)
        {
            if (count == 1) notes.SenderFact(FactKind.Name, rest[..NameOctets].TrimEnd((byte)' '));
            DevicesTold.Tell(notes, behindSender: true, "c37118 pmu", BinaryPrimitives.ReadUInt16BigEndian(rest[IdOffset..]));
            int phasors = BinaryPrimitives.ReadUInt16BigEndian(rest[PhasorsOffset..]),
                analogs = BinaryPrimitives.ReadUInt16BigEndian(rest[AnalogsOffset..]),
                digitals = BinaryPrimitives.ReadUInt16BigEndian(rest[DigitalsOffset..]);
            var channels = NameOctets * (phasors + analogs + 16 * digitals) + 4 * (phasors + analogs + digitals);   // names and conversion factors
            // nominal frequency, change count
            rest = rest[(int)Math.Min((uint)rest.Length, (uint)(ChannelsOffset + channels + 4))..];
        }
    }
}
