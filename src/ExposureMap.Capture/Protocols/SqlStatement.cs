using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>What a statement sent to a database does, by its first word (ISO/IEC 9075-2) and by the procedures that start programs.</summary>
internal static class SqlStatement
{
    /// <summary>
    /// T-SQL and PL/SQL procedures, PostgreSQL's COPY ... PROGRAM and MySQL's INTO OUTFILE: the database runs programs or writes files for its user.
    /// </summary>
    public static void Note(ReadOnlySpan<byte> statement, Notes notes)
    {
        statement = statement.TrimStart(" \t\r\n(;"u8);
        if (TextHead.Contains(statement, "xp_cmdshell"u8) || TextHead.Contains(statement, "sp_OACreate"u8)
            || TextHead.Contains(statement, " FROM PROGRAM "u8)
            || TextHead.Contains(statement, "sys_exec("u8) || TextHead.Contains(statement, "INTO OUTFILE"u8))
            notes.Operation(Effect.Program, $"lets the database run a program or write a file");
        else if (IsOneOf(statement, "SELECT"u8, "SHOW"u8, "EXPLAIN"u8, "WITH"u8)) notes.Effect(Effect.Read);
        else if (IsOneOf(statement, "INSERT"u8, "UPDATE"u8, "DELETE"u8, "MERGE"u8) || TextHead.StartsWith(statement, "REPLACE"u8))
            notes.Effect(Effect.Write);
        else if (IsOneOf(statement, "CREATE"u8, "ALTER"u8, "DROP"u8, "GRANT"u8)) notes.Effect(Effect.Admin);
    }

    /// <summary>The same for UTF-16 little-endian, as TDS sends it.</summary>
    public static void NoteUtf16(ReadOnlySpan<byte> statement, Notes notes)
    {
        Span<byte> buffer = stackalloc byte[512];
        var text = new ValueText(buffer);
        text.AppendUtf16(statement[..Math.Min(statement.Length, 2 * buffer.Length)]);
        Note(text.Value, notes);
    }

    private static bool IsOneOf(ReadOnlySpan<byte> statement, ReadOnlySpan<byte> one, ReadOnlySpan<byte> two, ReadOnlySpan<byte> three,
        ReadOnlySpan<byte> four) =>
        TextHead.StartsWith(statement, one) || TextHead.StartsWith(statement, two) || TextHead.StartsWith(statement, three)
        || TextHead.StartsWith(statement, four);
}
