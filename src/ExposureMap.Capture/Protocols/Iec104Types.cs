using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>Type identifications of IEC 60870-5-101:2003, table 8 to 13, and 60870-5-104:2006, clause 7.3: sizes, directions, effects.</summary>
internal static class Iec104Types
{
    public const int LastMonitored = 41, EndOfInitialization = 70;

    private const int AddressOctets = 3, Sequence = 0x80, CountMask = 0x7F;   // variable structure qualifier, 101, 7.2.2
    private const int CounterInterrogation = 101, FreezeBits = 0xC0;          // QCC, 101, 7.2.6.23
    private const int FirstFile = 120, LastFile = 127, SecurityFirst = 81, SecurityLast = 95;

    /// <summary>Octets of one information element set by type, time tags included; 0 where the type is not defined or has no fixed size.</summary>
    private static ReadOnlySpan<byte> ElementOctets =>
    [
        0, 1, 4, 1, 4, 2, 5, 5, 8, 3, 6, 3, 6, 5, 8, 5, 8, 6, 7, 7, 5, 2,     // 0-21
        0, 0, 0, 0, 0, 0, 0, 0, 8, 8, 9, 12, 10, 10, 12, 12, 10, 11, 11, 0,   // 22-41
        0, 0, 0, 1, 1, 1, 3, 3, 5, 4, 0, 0, 0, 0, 0, 0, 8, 8, 8, 10, 10, 12, 11,   // 42-64
        0, 0, 0, 0, 0, 1,                                                     // 65-70
    ];

    /// <summary>Octets of all information objects; -1 where the type does not tell.</summary>
    public static int ObjectsOctets(int type, byte qualifier)
    {
        var element = type switch
        {
            < 71 => ElementOctets[type] is 0 ? -1 : ElementOctets[type],
            100 or CounterInterrogation or 105 or 113 => 1,
            102 => 0,
            103 => 7,
            104 or 106 => 2,
            107 => 9,
            110 or 111 => 3,
            112 => 5,
            120 => 6,
            121 => 7,
            122 or 124 => 4,
            123 => 5,
            126 => 13,
            _ => -1,
        };
        var count = qualifier & CountMask;
        if (element < 0 || count == 0) return -1;
        return (qualifier & Sequence) != 0 ? AddressOctets + count * element : count * (AddressOctets + element);
    }

    /// <summary>Sent by the controlling station; its confirmations come back with the same type.</summary>
    public static bool IsControlDirection(int type) => type is (>= 45 and <= 64) or (>= 100 and <= 113);

    public static bool HasSelect(int type) => type is (>= 45 and <= 50) or (>= 58 and <= 63);

    public static Effect EffectOf(int type, byte element) => type switch
    {
        45 or 46 or 47 or 58 or 59 or 60 => Effect.Control,
        (>= 48 and <= 51) or (>= 61 and <= 64) or (>= 110 and <= 113) => Effect.Write,
        >= SecurityFirst and <= SecurityLast => Effect.Admin,
        CounterInterrogation => (element & FreezeBits) != 0 ? Effect.Write : Effect.Read,
        100 or 102 => Effect.Read,
        103 or 105 => Effect.Admin,
        104 or 106 or 107 => Effect.Identify,
        120 or 121 or 123 or 124 or 125 => Effect.Program,       // file, section and segment are offered and moved
        >= FirstFile and <= LastFile => Effect.Read,             // call, directory, query log
        _ => Effect.Opaque,
    };

    public static string Describe(int type, byte element) => type switch
    {
        45 or 58 => (element & 1) != 0 ? "single command on" : "single command off",
        46 or 59 => (element & 3) switch { 1 => "double command off", 2 => "double command on", _ => "double command" },
        47 or 60 => "regulating step command",
        (>= 48 and <= 50) or (>= 61 and <= 63) => "set-point command",
        51 or 64 => "bitstring command",
        CounterInterrogation => "freezes counters",
        103 => "sets the clock",
        105 => "resets the process",
        >= 110 and <= 113 => "parameter",
        >= FirstFile => "file transfer",
        _ => "security command",
    };
}
