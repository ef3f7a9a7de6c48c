using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>PCCC commands inside CIP class 67h. DF1 Protocol and Command Set Reference Manual, Rockwell 1770-6.5.16, chapter 7.</summary>
internal static class PcccCommands
{
    private const int CommandOffset = 0, FunctionOffset = 4;     // command, status, transaction (2), function

    /// <summary>Notes a request behind its requester's id; true when it is an operation.</summary>
    public static bool NoteRequest(ReadOnlySpan<byte> data, Notes notes)
    {
        var request = data.IsEmpty ? data : data[Math.Min((int)data[0], data.Length)..];
        if (request.Length <= FunctionOffset) return false;
        byte command = request[CommandOffset], function = request[FunctionOffset];
        notes.Function("pccc", command << 8 | function);
        var effect = EffectOf(command, function);
        if (effect < Effect.Admin) notes.Effect(effect);
        else notes.Operation(effect, $"{Verb(effect)} (pccc {command:X2}h {function:X2}h)");
        return effect >= Effect.Admin;
    }

    private static Effect EffectOf(byte command, byte function) => (command, function) switch
    {
        (0x0F, 0x01 or 0x04 or 0x09 or 0x17 or 0x29 or 0x68 or 0xA1 or 0xA2 or 0xA7) => Effect.Read,
        (0x0F, 0xAB) => Effect.Control,                          // masked write of bits
        (0x0F, 0x00 or 0x02 or 0x03 or 0x08 or 0x18 or 0x26 or 0x67 or 0x79 or 0xA9 or 0xAA or 0xAF) => Effect.Write,
        (0x0F, 0x05 or 0x06 or 0x50 or 0x52 or 0x53 or 0x55 or 0x57 or 0x88) => Effect.Program,
        (0x0F, _) => Effect.Admin,                               // mode, restart, shutdown, edit resource, port
        (0x06, 0x00 or 0x01 or 0x03 or 0x09) => Effect.Identify,
        (0x07, 0x00 or 0x01) => Effect.Control,                  // disable and enable outputs
        (0x06 or 0x07, _) => Effect.Admin,
        (0x01, _) => Effect.Read,
        (0x00 or 0x02 or 0x05 or 0x08, _) => Effect.Write,
        _ => Effect.Opaque,
    };

    private static string Verb(Effect effect) => effect switch
    {
        Effect.Program => "transfers a program",
        Effect.Control => "controls outputs",
        Effect.Write => "writes data",
        _ => "changes mode or configuration",
    };
}
