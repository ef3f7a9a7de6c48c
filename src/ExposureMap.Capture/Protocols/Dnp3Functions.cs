using ExposureMap.Graph.Observation;
using static System.Buffers.Binary.BinaryPrimitives;

namespace ExposureMap.Capture.Protocols;

/// <summary>DNP3 application functions (IEEE 1815-2012, table 4-2) and the objects that decide what they do (annex A). Only the first object header is read.</summary>
internal static class Dnp3Functions
{
    public const byte Select = 3;

    private const byte DeviceAttributes = 0, Crob = 12, AnalogOutput = 41, TimeAndDate = 50, FileControl = 70, Indications = 80;
    private const int HeaderOctets = 3;                          // group, variation, qualifier
    private const int FileModeOffset = 26, FileModeRead = 1;     // of a file-command object (A.24.3) from its header: free-format qualifier 5Bh, count, size

    public static Effect EffectOf(byte function, ReadOnlySpan<byte> objects)
    {
        var group = objects.IsEmpty ? (byte)255 : objects[0];
        return function switch
        {
            1 => group == DeviceAttributes ? Effect.Identify : Effect.Read,
            2 => group switch { TimeAndDate or Indications => Effect.Admin, FileControl => Effect.Program, _ => Effect.Write },
            Select or 4 or 5 or 6 => group == AnalogOutput ? Effect.Write : Effect.Control,
            >= 7 and <= 12 => Effect.Write,                      // freezes and clears counters
            25 => objects.Length > FileModeOffset && objects[FileModeOffset] == FileModeRead ? Effect.Read : Effect.Program,
            26 or 28 => Effect.Read,
            27 or 29 or 30 => Effect.Program,
            _ => Effect.Admin,                                   // restarts, applications, configuration, reporting, time, authentication
        };
    }

    public static void NoteOperation(Effect effect, byte function, ReadOnlySpan<byte> objects, ushort outstation, Notes notes)
    {
        var element = Element(objects, out var index);
        if (function is >= 4 and <= 6 && element.Length > 0 && objects[0] == Crob)
            notes.Operation(effect, $"operates point {index} of dnp3 {outstation}: {Command(element[0])}");
        else if (function is >= 4 and <= 6) notes.Operation(effect, $"sets analog output {index} of dnp3 {outstation}");
        else if (function == 2 && objects.Length >= 2) notes.Operation(effect, $"writes {Written(objects[0])} (g{objects[0]}v{objects[1]}) of dnp3 {outstation}");
        else notes.Operation(effect, $"{Verb(function)} (function {function}) of dnp3 {outstation}");
    }

    /// <summary>The status that ends each echoed control (A.8.1.1, A.19): anything but 0 is a refusal.</summary>
    public static bool RefusesControl(ReadOnlySpan<byte> objects)
    {
        if (objects.Length < 2 || objects[0] is not (Crob or AnalogOutput)) return false;
        var octets = objects[0] == Crob ? 11 : objects[1] switch { 1 or 3 => 5, 2 => 3, 4 => 9, _ => 0 };
        var element = Element(objects, out _);
        return octets > 0 && element.Length >= octets && (element[octets - 1] & 0x7F) != 0;
    }

    /// <summary>Group 0, A.2: type code (1 is text), length, value, one object header each.</summary>
    public static void NoteAttributes(ReadOnlySpan<byte> objects, Notes notes)
    {
        while (objects.Length > HeaderOctets && objects[0] == DeviceAttributes)
        {
            var range = RangeOctets(objects[2]);
            var at = HeaderOctets + range;
            if (objects.Length < at + 2 || objects.Length < at + 2 + objects[at + 1]) return;
            FactKind? kind = objects[1] switch
            {
                252 => FactKind.Vendor,
                250 => FactKind.Model,
                242 => FactKind.Firmware,
                248 => FactKind.Serial,
                247 => FactKind.Name,
                _ => null,
            };
            if (kind is { } known && objects[at] == 1) notes.SenderFact(known, objects.Slice(at + 2, objects[at + 1]));
            objects = objects[(at + 2 + objects[at + 1])..];
        }
    }

    /// <summary>The first object with a prefixed or ranged index; empty when the header holds none.</summary>
    private static ReadOnlySpan<byte> Element(ReadOnlySpan<byte> objects, out int index)
    {
        index = 0;
        if (objects.Length < HeaderOctets) return [];
        var qualifier = objects[2];
        var range = RangeOctets(qualifier);
        var prefix = (qualifier >> 4 & 7) switch { 1 => 1, 2 => 2, _ => 0 };
        if (range == 0 || objects.Length < HeaderOctets + range + prefix) return [];
        var from = objects[(HeaderOctets + (prefix > 0 ? range : 0))..];
        var octets = prefix > 0 ? prefix : (qualifier & 0x0F) <= 1 ? range / 2 : 0;       // start-stop ranges begin with the index
        index = octets switch { 1 => from[0], 2 => ReadUInt16LittleEndian(from), _ => 0 };
        return objects[(HeaderOctets + range + prefix)..];
    }

    /// <summary>Octets of the range field, table 4-6 range specifier codes.</summary>
    private static int RangeOctets(byte qualifier) => (qualifier & 0x0F) switch { 0 => 2, 1 => 4, 7 => 1, 8 => 2, _ => 0 };

    /// <summary>A.8.1.1: trip-close code in the top two bits, operation in the low four.</summary>
    private static string Command(byte control) => (control >> 6, control & 0x0F) switch
    {
        (1, _) => "close",
        (2, _) => "trip",
        (_, 1) => "pulse on",
        (_, 2) => "pulse off",
        (_, 3) => "latch on",
        (_, 4) => "latch off",
        _ => "null",
    };

    private static string Written(byte group) => group switch { TimeAndDate => "time", Indications => "indications", FileControl => "file", 34 => "deadband", _ => "objects" };

    private static string Verb(byte function) => function switch
    {
        >= 7 and <= 12 => "freezes counters",
        13 => "cold restart",
        14 => "warm restart",
        15 => "initializes data",
        16 or 17 => "starts an application",
        18 => "stops an application",
        19 => "saves the configuration",
        20 => "enables unsolicited reports",
        21 => "disables unsolicited reports",
        22 => "assigns classes",
        23 or 24 => "sets the time",
        25 => "opens a file for writing",
        27 => "deletes a file",
        31 => "activates a configuration",
        _ => "administers",
    };
}
