using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// Mitsubishi MELSEC: SLMP (3E and 4E frames in binary code, SLMP Reference Manual SH-080956 section 4) and the MELSOFT frames of the engineering
/// tool, which begin with 57 and D7 and are told by their own length.
/// </summary>
internal sealed class Melsec : IProtocol
{
    /// <summary>Subheaders: request and response, 3E without and 4E with serial number.</summary>
    private const byte Request3E = 0x50, Request4E = 0x54, Response3E = 0xD0, Response4E = 0xD4, ToolRequest = 0x57, ToolResponse = 0xD7;
    private const int SerialOctets = 4;                            // serial number and two zeros

    /// <summary>
    /// After the subheader (and serial): network 1, station 1, module 2, multidrop 1, length 2; then timer 2, command 2, subcommand 2 or end code 2.
    /// </summary>
    private const int NetworkOffset = 2, StationOffset = 3, ModuleOffset = 4, LengthOffset = 7, ContentOffset = 9, CommandOffset = 11,
        SubcommandOffset = 13, ShortestRequest = 15;
    private const ushort OwnModule = 0x03FF;

    /// <summary>MELSOFT: source and destination as 11 11 at 5, length at 19, counted from the octet after it.</summary>
    private const int ToolMark = 5, ToolLengthOffset = 19, ToolContent = 21;

    public string Name => "melsec";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp, Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [5006, 5007, 5008, 5001, 5002, 5562];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < CommandOffset || payload[1] != 0) return Verdict.None;
        if (payload[0] is ToolRequest or ToolResponse)
            return Measure(payload) == payload.Length && payload[2] == 0 && payload[4] == 0 ? Verdict.Certain : Verdict.None;
        if (payload[0] is not (Request3E or Response3E or Request4E or Response4E)) return Verdict.None;
        var shift = Shift(payload);
        if (Measure(payload) != payload.Length || payload[LengthOffset - 1 + shift] != 0) return Verdict.None;
        var module = BinaryPrimitives.ReadUInt16LittleEndian(payload[(ModuleOffset + shift)..]);
        if (module is not (OwnModule or (>= 0x03D0 and <= 0x03E3))) return Verdict.None;
        var isRequest = payload[0] is Request3E or Request4E;
        if (isRequest && payload.Length < ShortestRequest + shift) return Verdict.None;
        return isRequest && !IsCommand(BinaryPrimitives.ReadUInt16LittleEndian(payload[(CommandOffset + shift)..])) ? Verdict.None : Verdict.Certain;
    }

    public int Measure(ReadOnlySpan<byte> stream)
    {
        if (stream.Length < CommandOffset) return 0;
        if (stream[0] is ToolRequest or ToolResponse)
        {
            if (stream.Length < ToolContent) return 0;
            return stream[ToolMark] == 0x11 && stream[ToolMark + 1] == 0x11
                ? ToolContent + BinaryPrimitives.ReadUInt16LittleEndian(stream[ToolLengthOffset..])
                : -1;
        }

        if (stream[0] is not (Request3E or Response3E or Request4E or Response4E) || stream[1] != 0) return -1;
        var shift = Shift(stream);
        return stream.Length < ContentOffset + shift
            ? 0
            : ContentOffset + shift + BinaryPrimitives.ReadUInt16LittleEndian(stream[(LengthOffset + shift)..]);
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length < CommandOffset) return;
        if (message[0] is ToolRequest or ToolResponse)
        {
            notes.SenderIs(message[0] == ToolRequest ? Party.Client : Party.Server);
            if (message[0] == ToolRequest) notes.Effect(Effect.Opaque);           // the engineering tool's own commands are not published
            return;
        }

        var shift = Shift(message);
        if (message.Length < CommandOffset + shift) return;
        if (message[0] is Response3E or Response4E)
        {
            notes.SenderIs(Party.Server);
            if (notes.Memory.First != 0) notes.Answered(BinaryPrimitives.ReadUInt16LittleEndian(message[(ContentOffset + shift)..]) == 0);
            notes.Memory.First = 0;
        }
        else if (message.Length >= SubcommandOffset + shift) ReadRequest(message, shift, notes);
    }

    private static int Shift(ReadOnlySpan<byte> frame) => frame[0] is Request4E or Response4E ? SerialOctets : 0;

    private static void ReadRequest(ReadOnlySpan<byte> message, int shift, Notes notes)
    {
        var command = BinaryPrimitives.ReadUInt16LittleEndian(message[(CommandOffset + shift)..]);
        var (network, station) = (message[NetworkOffset + shift], message[StationOffset + shift]);
        notes.Function(command);
        notes.SenderIs(Party.Client);
        notes.Memory.First = 0;
        if (network != 0 && DevicesTold.IsNews(notes, behindSender: false, (uint)(network << 8 | station)))
        {
            var text = new FactText(stackalloc byte[FactText.Size]);
            text.Add("melsec network "u8);
            text.Add(network);
            text.Add(" station "u8);
            text.Add(station);
            DevicesTold.Tell(notes, behindSender: false, text.Text);
        }

        var (effect, what) = Meaning(command);
        if (effect is Effect.Read or Effect.Identify)
        {
            notes.Effect(effect);
            return;
        }

        notes.Memory.First = 1;
        notes.Operation(effect, $"{what} (command {command:X4})");
    }

    private static bool IsCommand(ushort command) =>
        command >> 8 is 0x01 or 0x04 or 0x06 or 0x08 or 0x0B or 0x0E or 0x10 or 0x14 or 0x16 or 0x18 or 0x19 or 0x30 or 0x31 or 0x39;

    /// <summary>SLMP Reference Manual, list of commands.</summary>
    private static (Effect, string) Meaning(ushort command) => command switch
    {
        0x0101 or 0x0619 or 0x0E30 => (Effect.Identify, ""),
        0x1401 or 0x1402 or 0x1406 => (Effect.Write, "writes devices"),
        0x1601 or 0x1613 => (Effect.Write, "writes module memory"),
        0x1001 => (Effect.Admin, "remote run"),
        0x1002 => (Effect.Admin, "remote stop"),
        0x1003 => (Effect.Admin, "remote pause"),
        0x1005 => (Effect.Admin, "remote latch clear"),
        0x1006 => (Effect.Admin, "remote reset"),
        0x1617 => (Effect.Admin, "clears errors"),
        0x1630 or 0x1631 => (Effect.Admin, "remote password"),
        0x1810 or 0x1811 or 0x1827 or 0x1828 or 0x182A => (Effect.Read, ""),       // directory, search, open, read, close
        >= 0x1820 and <= 0x182B => (Effect.Program, "changes a file"),
        _ => (Effect.Read, ""),
    };
}
