using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>The procedures of ANSI C12.19-2012 section 9.1, table 7, and what they do to a meter.</summary>
internal static class TableProcedures
{
    /// <summary>Of a table's number and of a procedure's: bits 0-10 number, 11 the maker's own.</summary>
    public const int NumberMask = 0x07FF;
    public const ushort Makers = 0x0800;

    /// <summary>What a maker's own procedure does only the maker says: a remote disconnect is usually one.</summary>
    public static void Note(ushort selector, Notes notes)
    {
        var number = selector & NumberMask;
        if ((selector & Makers) != 0)
        {
            notes.Operation(Effect.Control, $"manufacturer procedure {number}");
            return;
        }

        var (effect, what) = number switch
        {
            0 => (Effect.Admin, "cold start"),
            1 => (Effect.Admin, "warm start"),
            2 => (Effect.Write, "save configuration"),
            3 => (Effect.Write, "clear data"),
            4 or 5 => (Effect.Write, "list pointers"),
            6 => (Effect.Admin, "change end device mode"),
            7 or 8 => (Effect.Write, "clear status flags"),
            9 => (Effect.Write, "remote reset"),
            10 or 32 => (Effect.Admin, "set date and time"),
            11 => (Effect.Identify, "diagnostics"),
            >= 12 and <= 15 => (Effect.Program, "activate or clear pending tables"),
            18 or 19 => (Effect.Admin, "log in or out"),
            21 => (Effect.Control, "direct load control"),
            22 => (Effect.Control, "modify credit"),
            16 or 17 or 20 or (>= 28 and <= 31) => (Effect.Admin, "profile or call"),
            _ => (Effect.Write, "unknown"),
        };
        notes.Operation(effect, $"standard procedure {number} ({what})");
    }
}
