using ExposureMap.Graph.Observation;
using static System.Buffers.Binary.BinaryPrimitives;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// DNP3: link frames (IEEE 1815-2012, clause 9.2), transport segments (8.2) and application fragments (4.2), on TCP and UDP (clause 13).
/// A message is a whole application fragment with the link frames that carry it, so that the objects in later frames are read too.
/// </summary>
internal sealed class Dnp3 : IProtocol
{
    private const int LengthOffset = 2, ControlOffset = 3, DestinationOffset = 4, SourceOffset = 6, CrcOffset = 8, HeaderOctets = 10;   // 9.2.4.1
    private const int LengthOfNoData = 5;                        // control, destination and source are counted
    private const int BlockOctets = 16, CrcOctets = 2, MaximumFrame = 292;
    private const byte FromMaster = 0x80;                        // DIR, 9.2.4.1.3.1
    private const ushort FirstReservedAddress = 0xFFF0;          // 9.2.4.1.5: broadcast, self address and reserved

    private const int TransportOffset = HeaderOctets;
    private const byte FirstSegment = 0x40, FinalSegment = 0x80, TransportSequence = 0x3F;               // 8.2.1
    private const byte SequenceMask = 0x0F;                      // of the application control, 4.2.2.4
    private const int MaximumFragment = 2048;                    // 4.2.1: what every device takes
    // each has 249 octets besides the transport header
    private const int MostFrames = 1 + MaximumFragment / (byte.MaxValue - LengthOfNoData - 1);
    private const int ApplicationControl = 1, FunctionCode = 2, RequestObjects = 3, IndicationsEnd = 5, SecondIndications = 4;
    private const byte RefusedIndications = 0x07;                // IIN2.0-2: no such function, object unknown, parameter error
    private const byte Response = 129, FirstResponse = 129;

    private const ulong Pending = 0x100;                         // Memory.First: and bits 0-3 the sequence of the last operation

    public string Name => "dnp3";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp, Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [20000];

    public int HeadOctets => MostFrames * MaximumFrame;

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < 2 || payload[0] != 0x05 || payload[1] != 0x64) return Verdict.None;
        if (payload.Length < HeaderOctets) return carrier.Transport == Transport.Tcp ? Verdict.NeedMore : Verdict.None;
        return payload[LengthOffset] >= LengthOfNoData && FrameCheck.Dnp(payload[..CrcOffset]) == ReadUInt16LittleEndian(payload[CrcOffset..])
            ? Verdict.Certain
            : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream)
    {
        var end = MeasureFrame(stream);
        if (end <= 0 || !BeginsFragment(stream)) return end;
        var last = stream[TransportOffset];
        for (var frames = 1; frames < MostFrames && (last & FinalSegment) == 0; frames++)
        {
            if (stream.Length <= end + TransportOffset) return 0;
            var next = stream[end..];
            if (!Continues(next, stream, last)) break;           // the fragment was broken off
            last = next[TransportOffset];
            end += MeasureFrame(next);
        }

        return end;
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        while (IsFrame(message))                                 // a datagram may hold several fragments
        {
            var length = Measure(message);
            if (length == 0 && notes.Carrier.Transport == Transport.Udp && message.Length <= HeadOctets - MaximumFrame)
            {
                notes.AwaitRest(message.Length);                 // goes on in the next datagram
                return;
            }

            var fragment = length > 0 ? message[..Math.Min(length, message.Length)] : message;
            ReadFragment(fragment, notes);
            message = message[fragment.Length..];
        }
    }

    private static int MeasureFrame(ReadOnlySpan<byte> stream)
    {
        if (stream.Length <= LengthOffset) return stream.IsEmpty || stream[0] == 0x05 ? 0 : -1;
        if (!stream.StartsWith("\u0005\u0064"u8)) return stream.IndexOf("\u0005\u0064"u8);    // line noise passed on by a serial server
        if (stream[LengthOffset] < LengthOfNoData) return -1;
        var data = stream[LengthOffset] - LengthOfNoData;
        return HeaderOctets + data + (data + BlockOctets - 1) / BlockOctets * CrcOctets;
    }

    private static bool IsFrame(ReadOnlySpan<byte> octets) =>
        octets.Length >= HeaderOctets && octets[0] == 0x05 && octets[1] == 0x64 && octets[LengthOffset] >= LengthOfNoData;

    private static bool BeginsFragment(ReadOnlySpan<byte> frame) =>
        IsFrame(frame) && frame[LengthOffset] > LengthOfNoData && frame.Length > TransportOffset && (frame[TransportOffset] & FirstSegment) != 0;

    /// <summary>From the same sender to the same receiver, with the transport sequence that comes next (8.2.1.3).</summary>
    private static bool Continues(ReadOnlySpan<byte> next, ReadOnlySpan<byte> first, byte last) =>
        IsFrame(next) && next[LengthOffset] > LengthOfNoData && next[DestinationOffset..CrcOffset].SequenceEqual(first[DestinationOffset..CrcOffset])
        && (next[TransportOffset] & (FirstSegment | TransportSequence)) == (last + 1 & TransportSequence);

    private static void ReadFragment(ReadOnlySpan<byte> frames, Notes notes)
    {
        var fromMaster = (frames[ControlOffset] & FromMaster) != 0;
        notes.SenderIs(fromMaster ? Party.Client : Party.Server);
        var outstation = ReadUInt16LittleEndian(frames[(fromMaster ? DestinationOffset : SourceOffset)..]);
        if (outstation < FirstReservedAddress) DevicesTold.Tell(notes, behindSender: !fromMaster, "dnp3 address", outstation);
        if (!BeginsFragment(frames)) return;

        Span<byte> buffer = stackalloc byte[MostFrames * byte.MaxValue];
        var filled = Unblock(frames, buffer);                    // with the transport header, those of the others are overwritten
        for (frames = frames[Math.Min(MeasureFrame(frames), frames.Length)..]; IsFrame(frames); frames =
            frames[Math.Min(MeasureFrame(frames), frames.Length)..])
        {
            var end = buffer[filled - 1];
            var added = Unblock(frames, buffer[(filled - 1)..]);
            buffer[filled - 1] = end;
            filled += Math.Max(added - 1, 0);
        }

        var segment = buffer[..filled];
        if (segment.Length < RequestObjects) return;
        notes.Function(segment[FunctionCode]);
        if (segment[FunctionCode] >= FirstResponse) ReadResponse(segment, notes);
        else if (segment[FunctionCode] != 0) ReadRequest(segment, outstation, notes);
    }

    /// <summary>Takes out the CRC after every 16 octets of user data (9.2.4.3). The blocks' CRCs are not checked: the header's was.</summary>
    private static int Unblock(ReadOnlySpan<byte> frame, Span<byte> data)
    {
        var left = Math.Max(frame[LengthOffset] - LengthOfNoData, 0);
        var written = 0;
        for (var offset = HeaderOctets; left > 0 && offset < frame.Length; offset += BlockOctets + CrcOctets)
        {
            var block = Math.Min(Math.Min(BlockOctets, left), frame.Length - offset);
            frame.Slice(offset, block).CopyTo(data[written..]);
            written += block;
            left -= block;
        }

        return written;
    }

    private static void ReadRequest(ReadOnlySpan<byte> segment, ushort outstation, Notes notes)
    {
        var function = segment[FunctionCode];
        var objects = segment[RequestObjects..];
        var effect = Dnp3Functions.EffectOf(function, objects);             // the gravest of all object headers
        if (effect < Effect.Admin || function == Dnp3Functions.Select)
        {
            notes.Effect(effect);
            return;
        }

        Dnp3Functions.NoteOperation(effect, function, objects, outstation, notes);
        notes.Memory.First = Pending | (uint)(segment[ApplicationControl] & SequenceMask);
    }

    private static void ReadResponse(ReadOnlySpan<byte> segment, Notes notes)
    {
        notes.Effect(Effect.Report);
        if (segment[FunctionCode] != Response || segment.Length < IndicationsEnd) return;
        var objects = segment[IndicationsEnd..];
        ref var memory = ref notes.Memory;
        if (memory.First == (Pending | (uint)(segment[ApplicationControl] & SequenceMask)))
        {
            memory.First = 0;
            notes.Answered((segment[SecondIndications] & RefusedIndications) == 0 && !Dnp3Functions.RefusesControl(objects));
        }

        Dnp3Functions.NoteAttributes(objects, notes);
    }
}
