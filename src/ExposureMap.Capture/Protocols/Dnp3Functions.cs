using System.Globalization;
using System.Text;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>DNP3 application functions (IEEE 1815-2012, table 4-2) and the objects that decide what they do (annex A).</summary>
internal static class Dnp3Functions
{
    public const byte Select = 3;

    private const byte DeviceAttributes = 0, Crob = 12, AnalogOutput = 41, TimeAndDate = 50, FileControl = 70, Indications = 80;
    private const int HeaderOctets = 3;                          // group, variation, qualifier
    private const int FileMode = 20, FileModeRead = 1;           // of a file-command object (A.24.3)

    /// <summary>The gravest effect of what the object headers name.</summary>
    public static Effect EffectOf(byte function, ReadOnlySpan<byte> objects)
    {
        var headers = new Dnp3Objects(objects, CarriesData(function));
        if (!headers.Next()) return EffectOf(function, headers);
        var gravest = EffectOf(function, headers);
        for (var more = 1; more < Dnp3Objects.MostHeaders && headers.Next(); more++)
        {
            if (EffectOf(function, headers) is var effect && effect > gravest) gravest = effect;
        }

        return gravest;
    }

    public static void NoteOperation(Effect effect, byte function, ReadOnlySpan<byte> objects, ushort outstation, Notes notes)
    {
        if (!notes.Keeps(effect)) notes.Effect(effect);
        else if (function is 2 or (>= 4 and <= 6)) notes.Operation(effect, $"{Describe(function, objects, outstation)}");
        else notes.Operation(effect, $"{Verb(function)} (function {function}) of dnp3 {outstation}");
    }

    /// <summary>The status that ends each echoed control (A.8.1.1, A.19): anything but 0 is a refusal.</summary>
    public static bool RefusesControl(ReadOnlySpan<byte> objects)
    {
        var headers = new Dnp3Objects(objects, hasData: true);
        for (var left = Dnp3Objects.MostHeaders; left > 0 && headers.Next() && headers.Group is Crob or AnalogOutput; left--)
        {
            var octets = headers.Group == Crob ? 11 : headers.Variation switch { 1 or 3 => 5, 2 => 3, 4 => 9, _ => int.MaxValue };
            for (var number = 0; number < headers.Count; number++)
            {
                var element = headers.Element(number, out _);
                if (element.Length < octets) break;
                if ((element[octets - 1] & 0x7F) != 0) return true;
            }
        }

        return false;
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

    private static bool CarriesData(byte function) => function is 2 or (>= Select and <= 6) or 31;

    private static Effect EffectOf(byte function, in Dnp3Objects header) => function switch
    {
        1 => header.Group == DeviceAttributes ? Effect.Identify : Effect.Read,
        2 => header.Group switch { TimeAndDate or Indications => Effect.Admin, FileControl => Effect.Program, _ => Effect.Write },
        Select or 4 or 5 or 6 => header.Group == AnalogOutput ? Effect.Write : Effect.Control,
        >= 7 and <= 12 => Effect.Write,                          // freezes and clears counters
        25 => header.Element(0, out _) is { Length: > FileMode } file && file[FileMode] == FileModeRead ? Effect.Read : Effect.Program,
        26 or 28 => Effect.Read,
        27 or 29 or 30 => Effect.Program,
        _ => Effect.Admin,                                       // restarts, applications, configuration, reporting, time, authentication
    };

    /// <summary>The first few of what is written or operated.</summary>
    private static string Describe(byte function, ReadOnlySpan<byte> objects, ushort outstation)
    {
        const int Shown = 4;
        var text = new StringBuilder();
        var headers = new Dnp3Objects(objects, hasData: true);
        var told = 0;
        for (var left = Dnp3Objects.MostHeaders; left > 0 && headers.Next(); left--)
        {
            var elements = function == 2 || headers.Count == 0 ? 1 : headers.Count;
            for (var number = 0; number < elements && told < Shown; number++, told++)
            {
                text.Append(told > 0 ? "; " : "");
                Describe(function, headers, number, told > 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" of dnp3 {outstation}"), text);
            }
        }

        return told == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{Verb(function)} (function {function}) of dnp3 {outstation}")
            : text.ToString();
    }

    private static void Describe(byte function, in Dnp3Objects header, int number, string where, StringBuilder text)
    {
        var element = header.Element(number, out var index);
        if (function == 2) text.Append(CultureInfo.InvariantCulture, $"writes {Written(header.Group)} (g{header.Group}v{header.Variation}){where}");
        else if (header.Group == Crob && !element.IsEmpty)
            text.Append(CultureInfo.InvariantCulture, $"operates point {index}{where}: {Command(element[0])}");
        else text.Append(CultureInfo.InvariantCulture, $"sets {(header.Group == AnalogOutput ? "analog output" : "point")} {index}{where}");
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

    private static string Written(byte group) =>
        group switch { TimeAndDate => "time", Indications => "indications", FileControl => "file", 34 => "deadband", _ => "objects" };

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
