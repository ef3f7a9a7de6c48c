using ExposureMap.Graph.Observation;
using static System.Buffers.Binary.BinaryPrimitives;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// The Modbus protocol data unit: function code and data, the same on TCP and on serial lines.
/// MODBUS Application Protocol Specification V1.1b3, section 6; the programming codes are those of Modicon PI-MBUS-300.
/// </summary>
internal static class ModbusPdu
{
    /// <summary>Which roles the shape of a unit fits. Several functions are answered by an echo, which fits both.</summary>
    [Flags]
    public enum Shape : byte
    {
        None = 0, Request = 1, Response = 2, Both = 3,
    }

    /// <summary>The top bit of the function code marks an exception (section 7).</summary>
    public const byte ExceptionBit = 0x80;

    private const byte EncapsulatedTransport = 43, DeviceIdentification = 0x0E, CanOpen = 0x0D, ReportServerId = 17;
    private const int ObjectsOffset = 7;                         // function, MEI, code, conformity, more follows, next, count

    public static int FunctionOf(ReadOnlySpan<byte> pdu) => pdu[0] & ~ExceptionBit;

    /// <summary>The check without which LDAP passes for Modbus: lengths and counts inside the data agree with the unit's length.</summary>
    public static Shape ShapeOf(ReadOnlySpan<byte> pdu)
    {
        if (pdu.IsEmpty) return Shape.None;
        if ((pdu[0] & ExceptionBit) != 0) return pdu.Length == 2 && pdu[1] is (>= 1 and <= 6) or 8 or 10 or 11 ? Shape.Response : Shape.None;
        return pdu[0] switch
        {
            1 or 2 => When(pdu.Length == 5 && Word(pdu, 3) is >= 1 and <= 2000, Counted(pdu)),
            3 or 4 => When(pdu.Length == 5 && Word(pdu, 3) is >= 1 and <= 125, Counted(pdu) && pdu[1] % 2 == 0),
            5 => Echo(pdu.Length == 5 && Word(pdu, 3) is 0xFF00 or 0),
            6 => Echo(pdu.Length == 5),
            7 => When(pdu.Length == 1, pdu.Length == 2),
            8 => Echo(pdu.Length >= 5 && Word(pdu, 1) is <= 4 or (>= 10 and <= 18) or 20),
            11 => When(pdu.Length == 1, pdu.Length == 5),
            12 or ReportServerId => When(pdu.Length == 1, Counted(pdu)),
            15 => When(pdu.Length > 6 && pdu[5] == pdu.Length - 6 && pdu[5] == (Word(pdu, 3) + 7) / 8,
                pdu.Length == 5 && Word(pdu, 3) is >= 1 and <= 1968),
            16 => When(pdu.Length > 6 && pdu[5] == pdu.Length - 6 && pdu[5] == Word(pdu, 3) * 2, pdu.Length == 5 && Word(pdu, 3) is >= 1 and <= 123),
            20 => When(Counted(pdu) && pdu[1] % 7 == 0 && pdu[2] == 6, Counted(pdu) && pdu.Length > 3 && pdu[3] == 6),
            21 => Echo(Counted(pdu) && pdu[2] == 6),
            22 => Echo(pdu.Length == 7),
            23 => When(pdu.Length > 10 && pdu[9] == pdu.Length - 10 && pdu[9] == Word(pdu, 7) * 2, Counted(pdu)),
            24 => When(pdu.Length == 3, pdu.Length > 4 && Word(pdu, 1) == pdu.Length - 3),
            EncapsulatedTransport => EncapsulatedShape(pdu),
            Umas.ModbusFunction =>
                pdu.Length <= Umas.FunctionOffset
                    ? Shape.None
                    : Umas.IsResponse(pdu)
                    ? Shape.Response
                    : Umas.IsRequest(pdu)
                    ? Shape.Request
                    : Shape.None,
            _ => Shape.None,
        };
    }

    /// <summary>The effect of a request; null for those that only poll a program.</summary>
    public static Effect EffectOf(ReadOnlySpan<byte> pdu) => pdu[0] switch
    {
        1 or 2 or 3 or 4 or 20 or 24 or 10 or 14 => Effect.Read,
        5 or 15 => Effect.Control,
        6 or 16 or 22 or 23 => Effect.Write,
        7 or 11 or 12 or ReportServerId => Effect.Identify,
        8 => pdu.Length > 2 && Word(pdu, 1) is 1 or 4 or 10 ? Effect.Admin : Effect.Identify,   // restart, listen only, clear
        19 => Effect.Admin,
        9 or 13 or 18 or 21 or 40 or 125 or 126 => Effect.Program,
        EncapsulatedTransport => pdu.Length > 1 && pdu[1] == CanOpen ? Effect.Write : Effect.Identify,
        _ => Effect.Opaque,
    };

    /// <summary>Notes a request; true when it is an operation whose answer matters.</summary>
    public static bool NoteRequest(ReadOnlySpan<byte> pdu, byte unit, Notes notes)
    {
        var effect = EffectOf(pdu);
        if (effect < Effect.Admin)
        {
            notes.Effect(effect);
            return false;
        }

        if (pdu.Length < 5)
        {
            notes.Operation(effect, $"function {pdu[0]} on unit {unit}");
            return true;
        }

        int first = Word(pdu, 1), second = Word(pdu, 3);
        switch (pdu[0])
        {
            case 5:
                notes.Operation(effect, $"sets coil {first} of unit {unit} {(second == 0 ? "off" : "on")}");
                break;
            case 15:
                notes.Operation(effect, $"sets coils {first}-{first + Math.Max(second - 1, 0)} of unit {unit}");
                break;
            case 6:
                notes.Operation(effect, $"writes {second} to register {first} of unit {unit}");
                break;
            case 16:
                notes.Operation(effect, $"writes registers {first}-{first + Math.Max(second - 1, 0)} of unit {unit}");
                break;
            case 22:
                notes.Operation(effect, $"masks register {first} of unit {unit}");
                break;
            case 23 when pdu.Length >= 9:
                notes.Operation(effect, $"writes registers {Word(pdu, 5)}-{Word(pdu, 5) + Math.Max(Word(pdu, 7) - 1, 0)} of unit {unit}");
                break;
            case 8:
                notes.Operation(effect,
                    $"{(first == 1 ? "restarts communications" : first == 4 ? "forces listen only mode" : "clears counters")} of unit {unit}");
                break;
            default:
                notes.Operation(effect,
                    $"{(pdu[0] == 21 ? "writes a file record" : pdu[0] == 125 ? "replaces firmware" : "programming function")} ({pdu[0]}) of unit {unit}");
                break;
        }

        return true;
    }

    /// <summary>What a response tells of the device: section 6.21 (Read Device Identification) and 6.13 (Report Server ID).</summary>
    public static void NoteIdentity(ReadOnlySpan<byte> pdu, Notes notes)
    {
        if (pdu[0] == ReportServerId && pdu.Length > 4)
        {
            var text = Printable.LongestRun(pdu[2..], atLeast: 5);
            if (!text.IsEmpty) notes.SenderFact(FactKind.Model, text);
        }

        if (pdu[0] != EncapsulatedTransport || pdu.Length < ObjectsOffset + 2 || pdu[1] != DeviceIdentification) return;
        var rest = pdu[ObjectsOffset..];
        for (int left = pdu[ObjectsOffset - 1]; left > 0 && rest.Length > 2 && rest.Length >= 2 + rest[1]; left--)
        {
            FactKind? kind = rest[0] switch { 0 => FactKind.Vendor, 1 or 5 => FactKind.Model, 2 => FactKind.Firmware, 6 => FactKind.Name, _ => null };
            if (kind is { } known && rest[1] != 0) notes.SenderFact(known, rest.Slice(2, rest[1]));
            rest = rest[(2 + rest[1])..];
        }
    }

    private static Shape EncapsulatedShape(ReadOnlySpan<byte> pdu)
    {
        if (pdu.Length < 2 || pdu[1] is not (CanOpen or DeviceIdentification)) return Shape.None;
        if (pdu[1] == CanOpen) return Shape.Both;
        return When(pdu.Length == 4 && pdu[2] is >= 1 and <= 4, pdu.Length >= ObjectsOffset && pdu[2] is >= 1 and <= 4);
    }

    private static bool Counted(ReadOnlySpan<byte> pdu) => pdu.Length > 2 && pdu[1] == pdu.Length - 2;

    private static Shape When(bool request, bool response) => (request ? Shape.Request : Shape.None) | (response ? Shape.Response : Shape.None);

    private static Shape Echo(bool fits) => fits ? Shape.Both : Shape.None;

    private static int Word(ReadOnlySpan<byte> pdu, int offset) => ReadUInt16BigEndian(pdu[offset..]);
}
