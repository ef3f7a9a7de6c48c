using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ExposureMap.Graph.Map;
using Microsoft.Data.Sqlite;

namespace ExposureMap.Store;

/// <summary>False of a row that refers to what is not there.</summary>
internal delegate bool Sound<T>(in T row) where T : unmanaged;

/// <summary>Row tables as blobs, little-endian as in memory, each of the rows of some chunks.</summary>
internal static class StoredRows
{
    public const int ChunksPerBlob = 4;

    /// <summary>Where a blob lies, and how many rows it has.</summary>
    public readonly record struct Place(long Id, int Rows);

    public static Rows<T> Read<T>(SqliteConnection connection, string room, Sound<T>? isSound = null) where T : unmanaged
    {
        var places = Places<T>(connection, room);
        return new([.. places.SelectMany((place, blob) => ReadBlob(connection, room, blob, place, isSound))], places.Sum(place => place.Rows));
    }

    /// <summary>The blobs of a room by number: all full but the last.</summary>
    public static Place[] Places<T>(SqliteConnection connection, string room) where T : unmanaged
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT rowid, rows, number FROM chunk WHERE room = $room ORDER BY number";
        command.Parameters.AddWithValue("$room", room);
        using var reader = command.ExecuteReader();
        var places = new List<Place>();
        while (reader.Read())
        {
            if (reader.GetInt64(2) != places.Count || places.Count > 0 && places[^1].Rows != RowsPerBlob<T>())
                throw new IOException($"chunk {places.Count} of {room} is missing.");
            places.Add(new(reader.GetInt64(0), reader.GetInt32(1)));
        }

        return [.. places];
    }

    public static T[][] ReadBlob<T>(SqliteConnection connection, string room, int blob, Place place, Sound<T>? isSound) where T : unmanaged
    {
        using var body = new SqliteBlob(connection, "chunk", "body", place.Id, readOnly: true);
        if (place.Rows < 0 || place.Rows > RowsPerBlob<T>() || body.Length != place.Rows * Unsafe.SizeOf<T>())
            throw new IOException($"chunk {blob} of {room} is damaged.");
        var chunks = new T[(place.Rows + Rows<T>.ChunkSize - 1) / Rows<T>.ChunkSize][];
        for (var chunk = 0; chunk < chunks.Length; chunk++)
        {
            var filled = Math.Min(Rows<T>.ChunkSize, place.Rows - chunk * Rows<T>.ChunkSize);
            chunks[chunk] = filled == Rows<T>.ChunkSize ? GC.AllocateUninitializedArray<T>(filled) : new T[Rows<T>.ChunkSize];
            body.ReadExactly(MemoryMarshal.AsBytes(chunks[chunk].AsSpan(0, filled)));
            for (var row = 0; row < filled && isSound is not null; row++)
                if (!isSound(chunks[chunk][row]))
                    throw new IOException($"row {chunk * Rows<T>.ChunkSize + row} of chunk {blob} of {room} is damaged.");
        }

        return chunks;
    }

    /// <summary>Writes the blobs of which a chunk is another object than in what was saved last: those the writer touched since.</summary>
    public static void Write<T>(SqliteConnection connection, string room, Rows<T> rows, Rows<T> saved) where T : unmanaged =>
        Write(connection, room, rows, chunk => IsSame(rows, saved, chunk));

    public static bool IsSame<T>(Rows<T> rows, Rows<T> saved, int chunk) where T : unmanaged =>
        chunk < saved.Chunks && ReferenceEquals(rows.Chunk(chunk), saved.Chunk(chunk));

    /// <param name="isSaved">Of a chunk.</param>
    public static void Write<T>(SqliteConnection connection, string room, Rows<T> rows, Predicate<int> isSaved) where T : unmanaged
    {
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT OR REPLACE INTO chunk VALUES ($room, $number, $rows, $body)";
        command.Parameters.AddWithValue("$room", room);
        var number = command.Parameters.Add("$number", SqliteType.Integer);
        var count = command.Parameters.Add("$rows", SqliteType.Integer);
        var body = command.Parameters.Add("$body", SqliteType.Blob);
        var full = new byte[Math.Min(rows.Count, RowsPerBlob<T>()) * Unsafe.SizeOf<T>()];
        for (var first = 0; first < rows.Chunks; first += ChunksPerBlob)
        {
            if (Enumerable.Range(first, Math.Min(ChunksPerBlob, rows.Chunks - first)).All(chunk => isSaved(chunk))) continue;
            var filled = Math.Min(RowsPerBlob<T>(), rows.Count - first * Rows<T>.ChunkSize);
            var octets = filled * Unsafe.SizeOf<T>() == full.Length ? full : new byte[filled * Unsafe.SizeOf<T>()];
            Copy(rows, first, octets);
            number.Value = first / ChunksPerBlob;
            count.Value = filled;
            body.Value = octets;
            command.ExecuteNonQuery();
        }
    }

    private static int RowsPerBlob<T>() where T : unmanaged => ChunksPerBlob * Rows<T>.ChunkSize;

    private static void Copy<T>(Rows<T> rows, int chunk, Span<byte> octets) where T : unmanaged
    {
        for (; !octets.IsEmpty; chunk++)
        {
            var source = MemoryMarshal.AsBytes(rows.Chunk(chunk).AsSpan());
            source = source[..Math.Min(source.Length, octets.Length)];
            source.CopyTo(octets);
            octets = octets[source.Length..];
        }
    }
}
