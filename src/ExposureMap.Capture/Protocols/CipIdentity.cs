using System.Text.Unicode;
using ExposureMap.Graph.Observation;
using static System.Buffers.Binary.BinaryPrimitives;

namespace ExposureMap.Capture.Protocols;

/// <summary>The Identity object as ListIdentity and Get Attributes All of class 1 give it. CIP Networks Library volume 1, 5A-2.</summary>
internal static class CipIdentity
{
    private const int TypeOffset = 2, RevisionOffset = 6, SerialOffset = 10, NameOffset = 14;

    public static void Note(ReadOnlySpan<byte> identity, Notes notes)
    {
        if (identity.Length <= NameOffset) return;
        int vendor = ReadUInt16LittleEndian(identity);
        Span<byte> text = stackalloc byte[48];
        if (Utf8.TryWrite(text, $"{VendorName(vendor)}", out var written)) notes.SenderFact(FactKind.Vendor, text[..written]);
        if (Utf8.TryWrite(text, $"{identity[RevisionOffset]}.{identity[RevisionOffset + 1]:D3}", out written))
            notes.SenderFact(FactKind.Firmware, text[..written]);
        if (Utf8.TryWrite(text, $"{ReadUInt32LittleEndian(identity[SerialOffset..]):x8}", out written))
            notes.SenderFact(FactKind.Serial, text[..written]);
        if (Role(ReadUInt16LittleEndian(identity[TypeOffset..])) is { } role) notes.SenderFact(FactKind.Role, role);
        var name = identity.Slice(NameOffset + 1, Math.Min(identity[NameOffset], identity.Length - NameOffset - 1));
        if (!name.IsEmpty) notes.SenderFact(FactKind.Model, name);
    }

    /// <summary>ODVA vendor ids of the field's common makers.</summary>
    private static string VendorName(int vendor) => vendor switch
    {
        1 => "Rockwell Automation",
        40 => "WAGO",
        47 => "Omron",
        243 => "Schneider Electric",
        _ => "other ODVA vendor",
    };

    /// <summary>Volume 1, table 6-7.1.</summary>
    private static string? Role(int deviceType) => deviceType switch
    {
        0x02 => "drive",
        0x0C => "communications adapter",
        0x0E => "plc",
        0x18 => "hmi",
        0x2C => "switch",
        _ => null,
    };
}
