using System.Globalization;
using System.Text;
using ExposureMap.Graph.Observation;
using static System.Buffers.Binary.BinaryPrimitives;

namespace ExposureMap.Capture.Protocols;

/// <summary>Jobs of S7 communication, by the function that begins the parameters.</summary>
internal static class S7Functions
{
    public const byte ReadVariable = 0x04, WriteVariable = 0x05, ItemDone = 0xFF;

    private const byte Setup = 0xF0, ControlService = 0x28, Stop = 0x29;
    private const int FirstItemOffset = 2;                       // function, item count
    private const byte AnyPointer = 0x10, Outputs = 0x82, DataBlock = 0x84;
    private const int SyntaxOffset = 2, CountOffset = 4, BlockOffset = 6, AreaOffset = 8, AddressOffset = 9, ItemOctets = 12;   // of an item
    private const int ArgumentLengthOffset = 8, ArgumentOffset = 10;   // of a control service: function, 7 octets, length of arguments

    /// <summary>Notes a job; true when it is an operation.</summary>
    public static bool NoteJob(ReadOnlySpan<byte> parameters, Notes notes)
    {
        switch (parameters[0])
        {
            case Setup:
                notes.Effect(Effect.Identify);                   // opens the session, does nothing yet
                return false;
            case ReadVariable:
                notes.Effect(Effect.Read);
                return false;
            case WriteVariable:
                NoteWrite(parameters, notes);
                return true;
            case 0x1A or 0x1B or 0x1C:
                notes.Operation(Effect.Program, $"downloads a block (function {parameters[0]:X2}h)");
                return true;
            case 0x1D or 0x1E or 0x1F:
                notes.Operation(Effect.Program, $"uploads a block (function {parameters[0]:X2}h)");
                return true;
            case ControlService:
                NoteControlService(parameters, notes);
                return true;
            case Stop:
                notes.Operation(Effect.Admin, $"stops the controller");
                return true;
            default:
                notes.Effect(Effect.Identify);
                return false;
        }
    }

    private static void NoteWrite(ReadOnlySpan<byte> parameters, Notes notes)
    {
        var item = Gravest(parameters, out var more);
        var rest = more > 0 ? string.Create(CultureInfo.InvariantCulture, $" and {more} more") : "";
        if (item.Length < ItemOctets || item[SyntaxOffset] != AnyPointer)
        {
            notes.Operation(Effect.Write, $"writes variables");
            return;
        }

        var effect = item[AreaOffset] == Outputs ? Effect.Control : Effect.Write;
        int count = ReadUInt16BigEndian(item[CountOffset..]),
            octet = (item[AddressOffset] << 16 | ReadUInt16BigEndian(item[(AddressOffset + 1)..])) / 8;
        if (item[AreaOffset] == DataBlock)
            notes.Operation(effect, $"writes {count} of data block {ReadUInt16BigEndian(item[BlockOffset..])} from octet {octet}{rest}");
        else notes.Operation(effect, $"writes {count} of {Area(item[AreaOffset])} from octet {octet}{rest}");
    }

    /// <summary>
    /// Of the items that a job names, the first that is an output, else the first; and how many others there are. An item begins with 12h and its
    /// length.
    /// </summary>
    private static ReadOnlySpan<byte> Gravest(ReadOnlySpan<byte> parameters, out int more)
    {
        var rest = parameters[Math.Min(FirstItemOffset, parameters.Length)..];
        ReadOnlySpan<byte> found = [];
        more = -1;
        for (int left = parameters.Length > 1 ? parameters[1] : 0; left > 0 && rest.Length > 2; left--)
        {
            var item = rest[..Math.Min(rest.Length, 2 + rest[1])];
            if (found.IsEmpty || IsOutput(item) && !IsOutput(found)) found = item;
            rest = rest[item.Length..];
            more++;
        }

        return found;
    }

    private static bool IsOutput(ReadOnlySpan<byte> item) =>
        item.Length >= ItemOctets && item[SyntaxOffset] == AnyPointer && item[AreaOffset] == Outputs;

    /// <summary>The argument tells blocks, the service's name what is done with them.</summary>
    private static void NoteControlService(ReadOnlySpan<byte> parameters, Notes notes)
    {
        var at = parameters.Length >= ArgumentOffset ? ArgumentOffset + ReadUInt16BigEndian(parameters[ArgumentLengthOffset..]) : parameters.Length;
        var name = at < parameters.Length ? Printable.Run(parameters.Slice(at + 1, Math.Min(parameters[at], parameters.Length - at - 1))) : [];
        var blocks = name.SequenceEqual("_INSE"u8) || name.SequenceEqual("_INS2"u8) || name.SequenceEqual("_DELE"u8) || name.SequenceEqual("_MODU"u8)
            || name.SequenceEqual("_GARB"u8);
        var effect = blocks ? Effect.Program : Effect.Admin;
        if (name.SequenceEqual("P_PROGRAM"u8)) notes.Operation(effect, $"starts the controller");
        else if (!notes.Keeps(effect)) notes.Effect(effect);
        else notes.Operation(effect, $"control service {Encoding.ASCII.GetString(name)}");
    }

    private static string Area(byte area) => area switch
    {
        0x81 => "inputs",
        Outputs => "outputs",
        0x83 => "flags",
        0x1C => "counters",
        0x1D => "timers",
        _ => "other memory",
    };
}
