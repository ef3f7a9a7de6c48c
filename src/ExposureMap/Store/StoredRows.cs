using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ExposureMap.Graph.Map;
using Microsoft.Data.Sqlite;

namespace ExposureMap.Store;

/// <summary>Row tables as blobs of <see cref="Rows{T}.ChunkSize"/> rows, little-endian as in memory.</summary>
internal static class StoredRows
{
    public static Rows<T> Read<T>(SqliteConnection connection, string room) where T : unmanaged
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT rowid, rows, body FROM chunk WHERE room = $room ORDER BY number";     // with the row's id a blob is read in place
        command.Parameters.AddWithValue("$room", room);
        using var reader = command.ExecuteReader();
        var chunks = new List<T[]>();
        var count = 0;
        while (reader.Read())
        {
            var rows = reader.GetInt32(1);
            using var body = reader.GetStream(2);
            if (rows is < 0 or > Rows<T>.ChunkSize || body.Length != rows * Unsafe.SizeOf<T>()) throw new IOException($"chunk {chunks.Count} of {room} is damaged.");
            var chunk = rows == Rows<T>.ChunkSize ? GC.AllocateUninitializedArray<T>(rows) : new T[Rows<T>.ChunkSize];
            body.ReadExactly(MemoryMarshal.AsBytes(chunk.AsSpan(0, rows)));
            chunks.Add(chunk);
            count += rows;
        }

        return new([.. chunks], count);
    }

    /// <summary>Writes the chunks that are other objects than in what was saved last: those the writer touched since.</summary>
    public static void Write<T>(SqliteConnection connection, string room, Rows<T> rows, Rows<T> saved) where T : unmanaged
    {
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT OR REPLACE INTO chunk VALUES ($room, $number, $rows, $body)";
        command.Parameters.AddWithValue("$room", room);
        var number = command.Parameters.Add("$number", SqliteType.Integer);
        var count = command.Parameters.Add("$rows", SqliteType.Integer);
        var body = command.Parameters.Add("$body", SqliteType.Blob);
        for (var chunk = 0; chunk < rows.Chunks; chunk++)
        {
            if (chunk < saved.Chunks && ReferenceEquals(rows.Chunk(chunk), saved.Chunk(chunk))) continue;
            var filled = Math.Min(Rows<T>.ChunkSize, rows.Count - chunk * Rows<T>.ChunkSize);
            number.Value = chunk;
            count.Value = filled;
            body.Value = MemoryMarshal.AsBytes(rows.Chunk(chunk).AsSpan(0, filled)).ToArray();
            command.ExecuteNonQuery();
        }
    }
}
