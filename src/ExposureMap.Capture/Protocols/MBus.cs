using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// Wired M-Bus (EN 13757-2 link layer, EN 13757-3 application layer) as gateways carry it over TCP: short frames <c>10 C A CS 16</c>,
/// long frames <c>68 L L 68 C A CI ... CS 16</c>, acknowledgement <c>E5</c>. IEC 60870-5-104 begins with 68 too, but has no second one.
/// </summary>
internal sealed class MBus : IProtocol
{
    private const byte ShortStart = 0x10, LongStart = 0x68, Stop = 0x16, Acknowledge = 0xE5;
    private const int ShortOctets = 5, ShortControl = 1, ShortCheck = 3;
    private const int LengthOffset = 1, LengthAgain = 2, StartAgain = 3, Control = 4, AddressOffset = 5, Information = 6, Data = 7, LongOverhead = 6;
    private const int ShortestContent = 3;                         // C, A, CI

    /// <summary>C fields (EN 13757-2 section 5.3): frame count bit 0x20 set or clear.</summary>
    private const byte Reset = 0x40, SendData = 0x53, RequestAlarms = 0x5A, RequestData = 0x5B, FrameCountBit = 0x20,
        Response = 0x08, ResponseMask = 0xCF;

    /// <summary>
    /// Long header: identification 4 (BCD), maker 2, version, medium, access number, status, configuration 2 (EN 13757-3 section 6.3).
    /// </summary>
    private const byte LongHeader = 0x72;
    private const int MakerOffset = 4, LongHeaderOctets = 12;
    private const int LowestDevice = 1, HighestDevice = 250;

    public string Name => "mbus";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp];

    public ReadOnlySpan<ushort> Ports => [];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < ShortOctets) return Verdict.None;
        if (payload[0] == ShortStart)
            return payload.Length == ShortOctets && IsRequest(payload[ShortControl]) && ChecksShort(payload) ? Verdict.Weak : Verdict.None;
        if (payload[0] != LongStart || payload[StartAgain] != LongStart || payload[LengthOffset] != payload[LengthAgain]) return Verdict.None;
        var length = payload[LengthOffset];
        if (length < ShortestContent || payload[Control] is var control && !IsRequest(control) && (control & ResponseMask) != Response)
            return Verdict.None;
        if (payload.Length < length + LongOverhead) return Verdict.NeedMore;
        return ChecksLong(payload, length) ? Verdict.Certain : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream)
    {
        if (stream.IsEmpty) return 0;
        switch (stream[0])
        {
            case ShortStart: return ShortOctets;
            case Acknowledge: return 1;
            case LongStart when stream.Length <= StartAgain: return 0;
            case LongStart:
                return stream[LengthOffset] == stream[LengthAgain] && stream[StartAgain] == LongStart ? stream[LengthOffset] + LongOverhead : -1;
            default: return -1;
        }
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.IsEmpty) return;
        if (message[0] == Acknowledge)
        {
            notes.SenderIs(Party.Server);
            if (notes.Memory.First != 0) notes.Answered(true);
            notes.Memory.First = 0;
        }
        else if (message[0] == ShortStart && message.Length >= ShortOctets) ReadShort(message, notes);
        else if (message[0] == LongStart && message.Length > Information) ReadLong(message, notes);
    }

    private static bool IsRequest(byte control) => (control & ~FrameCountBit) is SendData or RequestAlarms or RequestData || control == Reset;

    private static bool ChecksShort(ReadOnlySpan<byte> frame) => (byte)(frame[1] + frame[2]) == frame[ShortCheck] && frame[4] == Stop;

    private static bool ChecksLong(ReadOnlySpan<byte> frame, int length)
    {
        byte sum = 0;
        foreach (var octet in frame.Slice(Control, length)) sum += octet;
        return sum == frame[Control + length] && frame[Control + length + 1] == Stop;
    }

    private static void ReadShort(ReadOnlySpan<byte> frame, Notes notes)
    {
        var control = frame[ShortControl];
        if (!IsRequest(control)) return;
        notes.Function(control & ~FrameCountBit);
        notes.SenderIs(Party.Client);
        notes.Memory.First = 0;
        notes.Effect(control == Reset ? Effect.Admin : Effect.Read);                // a reset of the link counter, used to look for devices
    }

    private static void ReadLong(ReadOnlySpan<byte> frame, Notes notes)
    {
        var control = frame[Control];
        if ((control & ResponseMask) == Response)
        {
            notes.Function(Response);
            notes.SenderIs(Party.Server);
            NoteDevice(frame, notes);
            return;
        }

        notes.Function(control & ~FrameCountBit);
        notes.SenderIs(Party.Client);
        notes.Memory.First = 1;
        var (address, information) = (frame[AddressOffset], frame[Information]);
        switch (information)
        {
            case 0x52 or 0x56: notes.Memory.First = 0; notes.Effect(Effect.Identify); break;           // selection by secondary address
            case 0x50 or 0x54: notes.Operation(Effect.Admin, $"application reset of device {address}"); break;
            case >= 0xB8 and <= 0xBF: notes.Operation(Effect.Admin, $"changes the baud rate of device {address}"); break;
            case >= 0xC0 and <= 0xC2: notes.Operation(Effect.Program, $"firmware image to device {address}"); break;
            case 0x6C or 0x6D: notes.Operation(Effect.Admin, $"sets the clock of device {address}"); break;
            default: notes.Operation(Effect.Write, $"sends data to device {address} (CI {information})"); break;
        }
    }

    private static void NoteDevice(ReadOnlySpan<byte> frame, Notes notes)
    {
        if (frame[AddressOffset] is >= LowestDevice and <= HighestDevice)
            DevicesTold.Tell(notes, behindSender: true, "mbus device", frame[AddressOffset]);
        if (frame[Information] != LongHeader || frame.Length < Data + LongHeaderOctets) return;
        var header = frame[Data..];
        var identification = BinaryPrimitives.ReadUInt32LittleEndian(header);
        if (!DevicesTold.IsNews(notes, behindSender: true, 1u << 30 | identification & 0x3FFFFFFF)) return;
        Span<byte> number = [header[3], header[2], header[1], header[0]];
        var text = new FactText(stackalloc byte[FactText.Size]);
        text.Add("mbus meter "u8);
        text.AddHex(number);
        text.Add(" "u8);
        text.Add(Maker(BinaryPrimitives.ReadUInt16LittleEndian(header[MakerOffset..]), stackalloc byte[3]));
        DevicesTold.Tell(notes, behindSender: true, text.Text);
    }

    /// <summary>Three letters of five bits each, A is 1 (EN 13757-3 section 6.3.1, FLAG association).</summary>
    private static Span<byte> Maker(ushort code, Span<byte> letters)
    {
        for (var index = 0; index < letters.Length; index++) letters[index] = (byte)('@' + (code >> 10 - 5 * index & 0x1F));
        return letters;
    }
}
