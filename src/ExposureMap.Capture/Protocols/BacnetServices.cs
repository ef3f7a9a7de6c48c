using System.Globalization;
using System.Text.Unicode;
using ExposureMap.Graph.Observation;
using static System.Buffers.Binary.BinaryPrimitives;

namespace ExposureMap.Capture.Protocols;

/// <summary>BACnet services by their choice number (ANSI/ASHRAE 135-2020, clause 21) and the first property they name.</summary>
internal static class BacnetServices
{
    /// <summary>Unconfirmed services are counted from here on, so that they do not mix with confirmed ones of the same number.</summary>
    public const int UnconfirmedCode = 256;

    private const int ReadProperty = 12, WriteProperty = 15, WritePropertyMultiple = 16;
    // context tags of clause 20.2.1
    private const byte ObjectTag = 0x0C, ShortPropertyTag = 0x19, ListedPropertyTag = 0x09, ListTag = 0x1E, ValueTag = 0x3E;
    private const int MostTags = 512;                            // more than a datagram of writes has
    private const int ObjectOctets = 5, InstanceBits = 22, PresentValue = 85, DeviceObject = 8;

    public static bool NoteConfirmed(int service, ReadOnlySpan<byte> data, Notes notes)
    {
        var (type, instance, property) = FirstProperty(data);
        var more = 0;
        if (service == WritePropertyMultiple) (type, instance, property, more) = Gravest(data);
        var effect = service switch
        {
            3 or 4 or 5 or 6 or 12 or 13 or 14 or 26 or 28 or 29 or 30 => Effect.Read,
            WriteProperty or WritePropertyMultiple => IsCommand(type, property) ? Effect.Control : Effect.Write,
            8 or 9 => Effect.Write,
            7 or 10 or 11 => Effect.Program,
            27 => Effect.Control,
            1 or 2 or 31 => Effect.Report,
            _ => Effect.Admin,
        };
        if (effect < Effect.Admin) notes.Effect(effect);
        else if (service is WriteProperty or WritePropertyMultiple)
            notes.Operation(effect,
                $"writes {(property == PresentValue ? "present value" : "a property")} ({property}) of {ObjectName(type)} {instance}{Others(more)}");
        else notes.Operation(effect, $"{Verb(service)} (bacnet service {service})");
        return effect >= Effect.Admin;
    }

    private static string Others(int more) => more > 0 ? string.Create(CultureInfo.InvariantCulture, $" and {more} more") : "";

    public static void NoteUnconfirmed(int service, ReadOnlySpan<byte> data, bool routed, Notes notes)
    {
        switch (service)
        {
            case 0:
                notes.Effect(Effect.Report);
                if (!routed) NoteIAm(data, notes);
                break;
            case 1 or 2 or 3 or 11:
                notes.Effect(Effect.Report);
                break;
            case 7 or 8 or 13:
                notes.Effect(Effect.Identify);
                break;
            case 10:
                notes.Operation(Effect.Write, $"writes a group");
                break;
            default:
                notes.Operation(Effect.Admin, $"{(service is 6 or 9 ? "sets the time" : "unconfirmed message")} (bacnet service {service})");
                break;
        }
    }

    /// <summary>What a device says of itself when its properties are read (12.11).</summary>
    public static void NoteAnswer(int service, ReadOnlySpan<byte> data, Notes notes)
    {
        var (type, _, property) = FirstProperty(data);
        if (service != ReadProperty || type != DeviceObject) return;
        FactKind? kind = property switch { 77 => FactKind.Name, 121 => FactKind.Vendor, 70 => FactKind.Model, 44 => FactKind.Firmware, _ => null };
        var at = ObjectOctets + 2;
        if (kind is not { } known || data.Length < at + 4 || data[at] != ValueTag || data[at + 1] >> 4 != 7) return;
        // a character string: length in the tag or behind it, then the character set (20.2.9)
        var isLong = (data[at + 1] & 7) == 5;
        int length = isLong ? data[at + 2] : data[at + 1] & 7, start = at + (isLong ? 4 : 3);
        if (length > 1 && data.Length >= start + length - 1) notes.SenderFact(known, data.Slice(start, length - 1));
    }

    private static void NoteIAm(ReadOnlySpan<byte> data, Notes notes)
    {
        const byte ObjectIdentifier = 0xC4;
        if (data.Length < ObjectOctets || data[0] != ObjectIdentifier) return;
        var instance = ReadUInt32BigEndian(data[1..]) & ((1u << InstanceBits) - 1);
        Span<byte> text = stackalloc byte[32];
        if (Utf8.TryWrite(text, $"bacnet device {instance}", out var written)) notes.SenderFact(FactKind.Name, text[..written]);
    }

    private static (int Type, int Instance, int Property) FirstProperty(ReadOnlySpan<byte> data)
    {
        if (data.Length < ObjectOctets || data[0] != ObjectTag) return (-1, -1, -1);
        var identifier = ReadUInt32BigEndian(data[1..]);
        var rest = data[ObjectOctets..];
        if (rest.Length > 1 && rest[0] == ListTag) rest = rest[1..];
        var property = rest.Length > 1 && rest[0] is ShortPropertyTag or ListedPropertyTag ? rest[1] : -1;
        return ((int)(identifier >> InstanceBits), (int)(identifier & ((1u << InstanceBits) - 1)), property);
    }

    /// <summary>Of all that a WritePropertyMultiple writes (15.10), the first command, else the first; and how many others there are.</summary>
    private static (int Type, int Instance, int Property, int More) Gravest(ReadOnlySpan<byte> data)
    {
        var found = (Type: -1, Instance: -1, Property: -1, More: -1);
        uint identifier = 0;
        var depth = 0;
        for (var left = MostTags; left > 0 && BacnetTag.TryTake(ref data, out var tag); left--)
        {
            if (tag.Opens || tag.Closes) depth += tag.Opens ? 1 : -1;
            else if (depth == 0 && tag.IsContext(0) && tag.Content.Length == 4) identifier = ReadUInt32BigEndian(tag.Content);
            else if (depth == 1 && tag.IsContext(0) && tag.Content.Length is 1 or 2)
            {
                var property = tag.Content.Length == 1 ? tag.Content[0] : ReadUInt16BigEndian(tag.Content);
                var type = (int)(identifier >> InstanceBits);
                if (found.More < 0 || IsCommand(type, property) && !IsCommand(found.Type, found.Property))
                    found = (type, (int)(identifier & ((1u << InstanceBits) - 1)), property, found.More);
                found.More++;
            }
        }

        return found;
    }

    private static bool IsCommand(int type, int property) => property == PresentValue && type is (1 or 2 or 4 or 5 or 14 or 19);

    private static string ObjectName(int type) => type switch
    {
        0 => "analog input",
        1 => "analog output",
        2 => "analog value",
        3 => "binary input",
        4 => "binary output",
        5 => "binary value",
        8 => "device",
        10 => "file",
        13 => "multi-state input",
        14 => "multi-state output",
        17 => "schedule",
        19 => "multi-state value",
        _ => "object",
    };

    private static string Verb(int service) => service switch
    {
        7 => "writes a file",
        8 or 9 => "changes a list",
        10 => "creates an object",
        11 => "deletes an object",
        17 => "switches communication",
        20 => "reinitializes the device",
        27 => "life safety operation",
        0 => "acknowledges an alarm",
        _ => "administers",
    };
}
