using ExposureMap.Graph.Map;
using Microsoft.Data.Sqlite;

namespace ExposureMap.Store;

/// <summary>The conduits as searches see them, chunk beside chunk: whenever a chunk of conduits is written, so is that of their links.</summary>
internal static class StoredLinks
{
    public const string Room = "link";

    public static Rows<LinkRow> Read(SqliteConnection connection, int conduits, RowBounds isKnown)
    {
        var links = StoredRows.Read(connection, Room, (in LinkRow row) => isKnown.Admits(row));
        return links.Count == conduits ? links : throw new IOException($"there are {links.Count} links of {conduits} conduits.");
    }

    public static void Write(SqliteConnection connection, MapRecord record, Rows<ConduitRow> saved)
    {
        var links = new Rows<LinkRow>(record.Conduits.Count, 1, chunk => [Chunk(record, chunk)]);
        StoredRows.Write(connection, Room, links, chunk => StoredRows.IsSame(record.Conduits, saved, chunk));
    }

    private static LinkRow[] Chunk(MapRecord record, int chunk)
    {
        var links = new LinkRow[Rows<LinkRow>.ChunkSize];
        var first = chunk * links.Length;
        for (var row = first; row < Math.Min(first + links.Length, record.Conduits.Count); row++)
            links[row - first] = LinkRow.Of(record.Conduits[row], record.Effects);
        return links;
    }
}
