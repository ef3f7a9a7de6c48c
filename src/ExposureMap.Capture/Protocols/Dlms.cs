using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// DLMS/COSEM, the language of electricity, gas and water meters, in both framings used on IP networks: the wrapper of IEC 62056-4-7 section 5.2
/// and HDLC frames (IEC 62056-46) carried unchanged by serial gateways. What the frames carry is read by <see cref="DlmsApdu"/>.
/// </summary>
internal sealed class Dlms : IProtocol
{
    /// <summary>Wrapper: version 1, source wPort, destination wPort, length of the APDU.</summary>
    private const int SourceOffset = 2, DestinationOffset = 4, LengthOffset = 6, WrapperOctets = 8;
    private const ushort WrapperVersion = 1;

    /// <summary>
    /// HDLC frame format type 3: flag, 1010 S LLL LLLLLLLL, addresses, control, HCS, information, FCS, flag (IEC 62056-46 section 6.4.1).
    /// </summary>
    private const byte Flag = 0x7E, FormatType = 0xA0, FormatMask = 0xF0;
    private const int FormatOffset = 1, FlagOctets = 1, AddressOffset = 3, LongestAddress = 4, CheckOctets = 2;
    private const int LengthMask = 0x07FF, ShortestFrame = 7;
    private const ushort ManagementDevice = 1;                     // the carrier itself: every physical device has it (IEC 62056-6-2 section 4.1.8)

    /// <summary>LLC of a command and of a response: destination LSAP E6, source LSAP E6 or E7, quality 0 (IEC 62056-46 section 5.3).</summary>
    private const int LlcOctets = 3;

    public string Name => "dlms";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp, Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [4059];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.IsEmpty) return Verdict.None;
        return payload[0] switch
        {
            0 => RecogniseWrapper(payload, carrier.Transport == Transport.Tcp),
            Flag => RecogniseHdlc(payload),
            _ => Verdict.None,
        };
    }

    public int Measure(ReadOnlySpan<byte> stream)
    {
        if (stream.Length < FormatOffset + 1) return 0;
        if (stream[0] == Flag && stream[1] == Flag) return FlagOctets;             // fill between frames
        if (stream[0] == Flag && (stream[1] & FormatMask) == FormatType)
        {
            return stream.Length < AddressOffset ? 0 : Math.Max(FrameLength(stream), ShortestFrame) + 2 * FlagOctets;
        }

        if (BinaryPrimitives.ReadUInt16BigEndian(stream) != WrapperVersion) return -1;
        return stream.Length < WrapperOctets ? 0 : WrapperOctets + BinaryPrimitives.ReadUInt16BigEndian(stream[LengthOffset..]);
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length > AddressOffset && message[0] == Flag)
        {
            ReadHdlc(message, notes);
            return;
        }

        while (message.Length > WrapperOctets && BinaryPrimitives.ReadUInt16BigEndian(message) == WrapperVersion)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(message[LengthOffset..]);
            var apdu = message[WrapperOctets..Math.Min(message.Length, WrapperOctets + length)];
            var source = BinaryPrimitives.ReadUInt16BigEndian(message[SourceOffset..]);
            var destination = BinaryPrimitives.ReadUInt16BigEndian(message[DestinationOffset..]);
            var sender = DlmsApdu.Read(apdu, sender: source, notes);
            NoteDevice(notes, sender, sender == Party.Client ? destination : source, 0);
            message = message[Math.Min(message.Length, WrapperOctets + length)..];  // a datagram may hold several
        }
    }

    private static Verdict RecogniseWrapper(ReadOnlySpan<byte> payload, bool isStream)
    {
        if (payload.Length >= 2 && payload[1] != WrapperVersion) return Verdict.None;
        if (payload.Length <= WrapperOctets) return isStream && payload.Length < WrapperOctets ? Verdict.NeedMore : Verdict.None;
        int length = BinaryPrimitives.ReadUInt16BigEndian(payload[LengthOffset..]);
        var rest = payload[WrapperOctets..];
        if (length == 0 || !isStream && length > rest.Length) return Verdict.None;
        var fit = DlmsApdu.Fit(rest[..Math.Min(length, rest.Length)], length);
        if (length == rest.Length || length > rest.Length) return fit;
        rest = rest[length..];                                                     // several APDUs in one segment
        var another = rest.Length < WrapperOctets || BinaryPrimitives.ReadUInt16BigEndian(rest) == WrapperVersion;
        return another ? fit : Verdict.None;
    }

    private static Verdict RecogniseHdlc(ReadOnlySpan<byte> payload)
    {
        if (payload.Length >= 2 && (payload[FormatOffset] & FormatMask) != FormatType) return Verdict.None;
        if (payload.Length < AddressOffset + 1) return Verdict.NeedMore;
        var length = FrameLength(payload);
        if (length < ShortestFrame) return Verdict.None;
        if (payload.Length < length + 2 * FlagOctets) return HeaderChecks(payload, length);
        if (payload[FlagOctets + length] != Flag) return Verdict.None;
        var frame = payload.Slice(FlagOctets, length);
        return Checks(frame) ? Verdict.Certain : Verdict.None;
    }

    /// <summary>A frame that is split over segments is known by its header check sequence.</summary>
    private static Verdict HeaderChecks(ReadOnlySpan<byte> payload, int length)
    {
        if (!TrySplit(payload, out var control, out _, out _))
            return payload.Length < AddressOffset + 2 * LongestAddress + 1 ? Verdict.NeedMore : Verdict.None;
        var header = payload[FlagOctets..(control + 1)];
        if (length == header.Length + CheckOctets) return Verdict.NeedMore;
        if (payload.Length < control + 1 + CheckOctets) return Verdict.NeedMore;
        return Checks(payload[FlagOctets..(control + 1 + CheckOctets)]) ? Verdict.Certain : Verdict.None;
    }

    private static bool Checks(ReadOnlySpan<byte> octets) =>
        FrameCheck.Hdlc(octets[..^CheckOctets]) == BinaryPrimitives.ReadUInt16LittleEndian(octets[^CheckOctets..]);

    private static int FrameLength(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadUInt16BigEndian(frame[FormatOffset..]) & LengthMask;

    /// <summary>
    /// Where the control octet stands, and where the two addresses begin and end: each ends with the first octet that has its lowest bit set.
    /// </summary>
    private static bool TrySplit(ReadOnlySpan<byte> frame, out int control, out Range destination, out Range source)
    {
        control = 0;
        destination = source = default;
        if (!TryAddress(frame, AddressOffset, out var middle) || !TryAddress(frame, middle, out control) || control >= frame.Length) return false;
        destination = AddressOffset..middle;
        source = middle..control;
        return true;
    }

    private static bool TryAddress(ReadOnlySpan<byte> frame, int start, out int end)
    {
        for (end = start; end < frame.Length && end < start + LongestAddress;)
        {
            if ((frame[end++] & 1) != 0) return end - start != 3;                  // 1, 2 or 4 octets (section 6.4.2.2)
        }

        return false;
    }

    private static void ReadHdlc(ReadOnlySpan<byte> frame, Notes notes)
    {
        if (!TrySplit(frame, out var control, out var destination, out var source)) return;
        var information = control + 1 + CheckOctets;
        var end = Math.Min(frame.Length, FlagOctets + FrameLength(frame) - CheckOctets);
        var sender = Party.Unknown;
        if (information + LlcOctets < end && frame[information] == 0xE6 && frame[information + 2] == 0)
        {
            sender = frame[information + 1] == 0xE6 ? Party.Client : Party.Server;
            var client = HdlcAddress(frame[sender == Party.Client ? source : destination]);
            DlmsApdu.Read(frame[(information + LlcOctets)..end], client.Upper, notes);
        }
        else if (SenderOf(frame[control]) is var party and not Party.Unknown)
        {
            sender = party;
            notes.SenderIs(party);
            if (party == Party.Client) notes.Effect(Effect.Admin);                 // link set-up and release
        }

        if (sender == Party.Unknown) return;
        var server = HdlcAddress(frame[sender == Party.Client ? destination : source]);
        NoteDevice(notes, sender, server.Upper, server.Lower);
    }

    /// <summary>
    /// Unnumbered frames tell who is primary (IEC 62056-46 section 6.4.3): SNRM and DISC are sent by the client, UA and DM by the server.
    /// </summary>
    private static Party SenderOf(byte control) => control switch
    {
        0x93 or 0x83 or 0x53 or 0x43 => Party.Client,
        0x73 or 0x63 or 0x1F or 0x0F => Party.Server,
        _ => Party.Unknown,
    };

    /// <summary>Upper address: the logical device; lower: the physical device on a multi-drop line, 0 when absent.</summary>
    private static (ushort Upper, ushort Lower) HdlcAddress(ReadOnlySpan<byte> address) => address.Length switch
    {
        1 => ((ushort)(address[0] >> 1), 0),
        2 => ((ushort)(address[0] >> 1), (ushort)(address[1] >> 1)),
        4 => ((ushort)(address[0] >> 1 << 7 | address[1] >> 1), (ushort)(address[2] >> 1 << 7 | address[3] >> 1)),
        _ => default,
    };

    private static void NoteDevice(Notes notes, Party sender, ushort logical, ushort physical)
    {
        if (sender == Party.Unknown || logical <= ManagementDevice && physical == 0) return;
        var text = new FactText(stackalloc byte[FactText.Size]);
        text.Add("dlms device "u8);
        text.Add(logical);
        if (physical != 0)
        {
            text.Add("/"u8);
            text.Add(physical);
        }

        if (sender == Party.Server) notes.SenderFact(FactKind.Device, text.Text);
        else notes.Fact(notes.Receiver.Address, FactKind.Device, text.Text, Certainty.Announced);
    }
}
