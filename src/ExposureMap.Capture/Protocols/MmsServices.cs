using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// MMS services by their number in ConfirmedServiceRequest (ISO 9506-2:2003, 7.2), and the object names that say what a write does.
/// </summary>
internal static class MmsServices
{
    private const byte VisibleString = 0x1A;
    private const int MostNames = 64;
    // ISO 9506-2: Identifier is at most 32, IEC 61850-8-1 uses up to 64 and more in paths
    private const int MaximumName = 64;
    private const int VendorName = 0x80, ModelName = 0x81, Revision = 0x82;              // Identify-Response, 9.4

    public static Effect EffectOf(int service) => service switch
    {
        0 or 1 or 2 or 6 or 12 or 15 or 37 or 45 or 71 or 77 => Effect.Identify,
        3 or 4 or 65 or 66 or 67 or 68 or 72 or 73 or 74 => Effect.Read,
        5 or (>= 7 and <= 11) or 13 or 14 or 16 => Effect.Write,
        (>= 26 and <= 36) or 38 or 39 or 46 or 75 or 76 => Effect.Program,
        >= 40 and <= 44 => Effect.Admin,
        _ => Effect.Read,
    };

    /// <summary>By the functional constraint in the item's name (IEC 61850-7-2, table 20): control, report control, all others.</summary>
    public static Effect EffectOfWrite(ReadOnlySpan<byte> name)
    {
        if (name.IndexOf("$CO$"u8) >= 0 || name.EndsWith("$Oper"u8) || name.EndsWith("$SBOw"u8) || name.EndsWith("$Cancel"u8)) return Effect.Control;
        return name.IndexOf("$RP$"u8) >= 0 || name.IndexOf("$BR$"u8) >= 0 ? Effect.Admin : Effect.Write;
    }

    /// <summary>
    /// Of the objects that a write names (10.8: the variables come first, then the data), the first one of the gravest effect; empty when there is
    /// none.
    /// </summary>
    public static ReadOnlySpan<byte> GravestName(ReadOnlySpan<byte> content)
    {
        if (!Ber.TryTake(ref content, out _, out var variables)) return [];
        ReadOnlySpan<byte> gravest = [];
        for (var left = MostNames; left > 0 && TakeName(ref variables) is { IsEmpty: false } name; left--)
        {
            if (gravest.IsEmpty || EffectOfWrite(name) > EffectOfWrite(gravest)) gravest = name;
        }

        return gravest;
    }

    /// <summary>The next object's name: the last of the visible strings that follow each other directly, domain and item.</summary>
    private static ReadOnlySpan<byte> TakeName(scoped ref ReadOnlySpan<byte> content)
    {
        for (var start = content.IndexOf(VisibleString); start >= 0; start = content.IndexOf(VisibleString))
        {
            var domain = NameAt(content, start);
            var item = domain.IsEmpty ? [] : NameAt(content, start + 2 + domain.Length);
            content = content[(start + 1 + domain.Length + item.Length)..];
            if (!domain.IsEmpty) return item.IsEmpty ? domain : item;
        }

        return [];
    }

    public static string Verb(int service) => service switch
    {
        26 or 27 or 28 or 32 or 34 => "downloads a domain",
        29 or 30 or 31 or 33 or 35 => "uploads a domain",
        36 => "deletes a domain",
        40 => "starts a program",
        41 => "stops a program",
        42 => "resumes a program",
        43 => "resets a program",
        44 => "kills a program",
        46 => "obtains a file",
        75 => "renames a file",
        76 => "deletes a file",
        _ => "defines or deletes objects",
    };

    public static void NoteIdentity(ReadOnlySpan<byte> content, Notes notes)
    {
        while (Ber.TryTake(ref content, out var tag, out var value))
        {
            FactKind? kind = tag switch { VendorName => FactKind.Vendor, ModelName => FactKind.Model, Revision => FactKind.Firmware, _ => null };
            if (kind is { } known && !value.IsEmpty) notes.SenderFact(known, value);
        }
    }

    /// <summary>Objects that every TASE.2 implementation has (IEC 60870-6-802, clause 6 and 8).</summary>
    public static bool NamesTase2(ReadOnlySpan<byte> message) =>
        message.IndexOf("TASE2_Version"u8) >= 0 || message.IndexOf("Bilateral_Table_ID"u8) >= 0 || message.IndexOf("Next_DSTransfer_Set"u8) >= 0
        || message.IndexOf("Supported_Features"u8) >= 0 || message.IndexOf("Transfer_Set_Name"u8) >= 0;

    private static ReadOnlySpan<byte> NameAt(ReadOnlySpan<byte> content, int offset)
    {
        if (offset + 2 >= content.Length || content[offset] != VisibleString) return [];
        int length = content[offset + 1];
        if (length is 0 or > 2 * MaximumName || offset + 2 + length > content.Length) return [];
        var name = content.Slice(offset + 2, length);
        return Printable.Run(name).Length == length ? name : [];
    }
}
