using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// UMAS, Schneider's controller programming inside Modbus function 90: session key, function, data. Not published by the vendor;
/// functions as several independent public readers agree on them. In UMAS "upload" means towards the controller.
/// </summary>
internal static class Umas
{
    public const byte ModbusFunction = 90, Success = 0xFE, Failure = 0xFD, ReadId = 0x02;
    public const int FunctionOffset = 2;                         // Modbus function, session key, UMAS function

    private const int ModelAtLeast = 6;

    public static bool IsResponse(ReadOnlySpan<byte> pdu) => pdu[FunctionOffset] is Success or Failure;

    /// <summary>The functions that any reader knows.</summary>
    public static bool IsRequest(ReadOnlySpan<byte> pdu) =>
        pdu[FunctionOffset] is (>= 0x01 and <= 0x06) or 0x0A or (>= 0x10 and <= 0x12) or (>= 0x20 and <= 0x26)
        or (>= 0x30 and <= 0x36) or 0x39 or 0x40 or 0x41 or (>= 0x50 and <= 0x54) or 0x58 or 0x60 or (>= 0x70 and <= 0x73);

    public static Effect EffectOf(byte function) => function switch
    {
        0x01 or 0x10 or 0x11 or 0x12 => Effect.Admin,            // initialise; reserve, release and keep the controller
        0x20 or 0x22 or 0x24 or 0x50 or 0x70 => Effect.Read,
        0x21 or 0x23 or 0x25 or 0x71 => Effect.Write,
        0x30 or 0x31 or 0x32 or 0x33 or 0x34 or 0x35 or 0x60 => Effect.Program,
        0x40 or 0x41 => Effect.Admin,
        _ => Effect.Identify,
    };

    /// <summary>Notes a request; true when it is an operation.</summary>
    public static bool NoteRequest(byte function, byte unit, Notes notes)
    {
        var effect = EffectOf(function);
        if (effect < Effect.Admin)
        {
            notes.Effect(effect);
            return false;
        }

        notes.Operation(effect, $"{Verb(function)} unit {unit} (umas {function:X2}h)");
        return true;
    }

    public static void NoteIdentity(ReadOnlySpan<byte> pdu, Notes notes)
    {
        var model = Printable.LongestRun(pdu[(FunctionOffset + 1)..], ModelAtLeast);
        if (!model.IsEmpty) notes.SenderFact(FactKind.Model, model);
    }

    private static string Verb(byte function) => function switch
    {
        0x01 => "opens a programming session with",
        0x10 => "reserves",
        0x11 => "releases",
        0x12 => "keeps reserved",
        0x40 => "starts",
        0x41 => "stops",
        0x30 or 0x31 or 0x32 => "downloads a program to",
        0x33 or 0x34 or 0x35 => "uploads the program of",
        0x60 => "sets a breakpoint in",
        _ => "writes to",
    };
}
