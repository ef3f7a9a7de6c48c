using System.Text.Unicode;
using ExposureMap.Graph.Observation;
using static System.Buffers.Binary.BinaryPrimitives;

namespace ExposureMap.Capture.Protocols;

/// <summary>User data of S7 communication: diagnosis, blocks, clock, security. Offsets count from the parameters.</summary>
internal static class S7UserData
{
    public enum Kind : byte
    {
        Push, Request, Response,
    }

    public const int MinimumOctets = 8;                          // head 00 01 12, length, method, kind and group, function, sequence

    private const int GroupOffset = 5, FunctionOffset = 6, ErrorOffset = 10, ResponseOctets = 12;
    private const byte SystemState = 4, ReadState = 1;

    // Of the data: return code FFh, transport size, length, then the system state list (SZL) and its entries.
    private const int ListOffset = 4, EntryLengthOffset = 8, EntriesOffset = 12;
    private const byte ModuleIdentification = 0x11, ComponentIdentification = 0x1C;      // low octet of the list's number
    private const int TextOffset = 2, OrderNumberOctets = 20, ModuleEntry = 28, VersionOffset = 24, ComponentEntry = 34, ComponentText = 32;

    public static Kind KindOf(ReadOnlySpan<byte> parameters) =>
        (parameters[GroupOffset] >> 4) switch { 4 => Kind.Request, 8 => Kind.Response, _ => Kind.Push };

    public static bool Succeeded(ReadOnlySpan<byte> parameters) =>
        parameters.Length < ResponseOctets || ReadUInt16BigEndian(parameters[ErrorOffset..]) == 0;

    /// <summary>Notes a request; true when it is an operation.</summary>
    public static bool NoteRequest(ReadOnlySpan<byte> parameters, Notes notes)
    {
        int group = parameters[GroupOffset] & 0x0F, function = parameters[FunctionOffset];
        var (effect, what) = Meaning(group, function);
        if (effect < Effect.Admin) notes.Effect(effect);
        else notes.Operation(effect, $"{what} (user data {group}/{function:X2}h)");
        return effect >= Effect.Admin;
    }

    /// <summary>Order number, firmware, names and serial number in lists xx11h and xx1Ch.</summary>
    public static void NoteIdentity(ReadOnlySpan<byte> parameters, ReadOnlySpan<byte> data, Notes notes)
    {
        if ((parameters[GroupOffset] & 0x0F) != SystemState || parameters[FunctionOffset] != ReadState || data.Length < EntriesOffset
            || data[0] != S7Functions.ItemDone)
            return;
        int list = data[ListOffset + 1], length = ReadUInt16BigEndian(data[EntryLengthOffset..]);
        for (var entry = data[EntriesOffset..]; length is ModuleEntry or ComponentEntry && entry.Length >= length; entry = entry[length..])
        {
            if (list == ModuleIdentification && length == ModuleEntry) NoteModule(entry, notes);
            if (list == ComponentIdentification && length == ComponentEntry) NoteComponent(entry, notes);
        }
    }

    private static (Effect Effect, string What) Meaning(int group, int function) => (group, function) switch
    {
        (1, 0x08 or 0x09) => (Effect.Control, function == 0x08 ? "modifies variables" : "forces variables"),
        (1, 0x0C) => (Effect.Admin, "resets memory"),
        (1, 0x0A or 0x0B or 0x0D or 0x0E or 0x0F or 0x12) => (Effect.Program, "debugs the program"),
        (2, _) => (Effect.Read, ""),
        (5, _) => (Effect.Admin, "password"),
        (7, 0x02 or 0x04) => (Effect.Admin, "sets the clock"),
        (7, _) => (Effect.Read, ""),
        _ => (Effect.Identify, ""),
    };

    private static void NoteModule(ReadOnlySpan<byte> entry, Notes notes)
    {
        var index = ReadUInt16BigEndian(entry);
        if (index == 1) notes.SenderFact(FactKind.Model, Printable.Run(entry.Slice(TextOffset, OrderNumberOctets)).Trim((byte)' '));
        Span<byte> text = stackalloc byte[16];
        var version = entry[VersionOffset..];
        if (index == 7 && version[0] == 'V' && Utf8.TryWrite(text, $"V{version[1]}.{version[2]}.{version[3]}", out var written))
            notes.SenderFact(FactKind.Firmware, text[..written]);
    }

    private static void NoteComponent(ReadOnlySpan<byte> entry, Notes notes)
    {
        FactKind? kind = ReadUInt16BigEndian(entry) switch { 1 or 2 => FactKind.Name, 5 => FactKind.Serial, 7 => FactKind.Model, _ => null };
        var text = Printable.Run(entry.Slice(TextOffset, ComponentText)).Trim((byte)' ');
        if (kind is { } known && !text.IsEmpty) notes.SenderFact(known, text);
    }
}
