using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ExposureMap.Graph.Map;
using Microsoft.Data.Sqlite;

namespace ExposureMap.Store;

/// <summary>False of a row that refers to what is not there.</summary>
internal delegate bool Sound<T>(in T row) where T : unmanaged;

/// <summary>Row tables as blobs of <see cref="Rows{T}.ChunkSize"/> rows, little-endian as in memory.</summary>
internal static class StoredRows
{
    /// <summary>Where a chunk lies, and how many rows it has.</summary>
    public readonly record struct Place(long Id, int Rows);

    public static Rows<T> Read<T>(SqliteConnection connection, string room, Sound<T>? isSound = null) where T : unmanaged
    {
        var places = Places<T>(connection, room);
        return new([.. places.Select((place, chunk) => ReadChunk(connection, room, chunk, place, isSound))], places.Sum(place => place.Rows));
    }

    /// <summary>The chunks of a room by number: all full but the last.</summary>
    public static Place[] Places<T>(SqliteConnection connection, string room) where T : unmanaged
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT rowid, rows, number FROM chunk WHERE room = $room ORDER BY number";
        command.Parameters.AddWithValue("$room", room);
        using var reader = command.ExecuteReader();
        var places = new List<Place>();
        while (reader.Read())
        {
            if (reader.GetInt64(2) != places.Count || places.Count > 0 && places[^1].Rows != Rows<T>.ChunkSize) throw new IOException($"chunk {places.Count} of {room} is missing.");
            places.Add(new(reader.GetInt64(0), reader.GetInt32(1)));
        }

        return [.. places];
    }

    public static T[] ReadChunk<T>(SqliteConnection connection, string room, int chunk, Place place, Sound<T>? isSound) where T : unmanaged
    {
        using var body = new SqliteBlob(connection, "chunk", "body", place.Id, readOnly: true);
        if (place.Rows is < 0 or > Rows<T>.ChunkSize || body.Length != place.Rows * Unsafe.SizeOf<T>()) throw new IOException($"chunk {chunk} of {room} is damaged.");
        var rows = place.Rows == Rows<T>.ChunkSize ? GC.AllocateUninitializedArray<T>(place.Rows) : new T[Rows<T>.ChunkSize];
        body.ReadExactly(MemoryMarshal.AsBytes(rows.AsSpan(0, place.Rows)));
        for (var row = 0; row < place.Rows && isSound is not null; row++)
            if (!isSound(rows[row])) throw new IOException($"row {row} of chunk {chunk} of {room} is damaged.");
        return rows;
    }

    /// <summary>Writes the chunks that are other objects than in what was saved last: those the writer touched since.</summary>
    public static void Write<T>(SqliteConnection connection, string room, Rows<T> rows, Rows<T> saved) where T : unmanaged =>
        Write(connection, room, rows, chunk => chunk < saved.Chunks && ReferenceEquals(rows.Chunk(chunk), saved.Chunk(chunk)));

    public static void Write<T>(SqliteConnection connection, string room, Rows<T> rows, Predicate<int> isSaved) where T : unmanaged
    {
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT OR REPLACE INTO chunk VALUES ($room, $number, $rows, $body)";
        command.Parameters.AddWithValue("$room", room);
        var number = command.Parameters.Add("$number", SqliteType.Integer);
        var count = command.Parameters.Add("$rows", SqliteType.Integer);
        var body = command.Parameters.Add("$body", SqliteType.Blob);
        for (var chunk = 0; chunk < rows.Chunks; chunk++)
        {
            if (isSaved(chunk)) continue;
            var filled = Math.Min(Rows<T>.ChunkSize, rows.Count - chunk * Rows<T>.ChunkSize);
            number.Value = chunk;
            count.Value = filled;
            body.Value = MemoryMarshal.AsBytes(rows.Chunk(chunk).AsSpan(0, filled)).ToArray();
            command.ExecuteNonQuery();
        }
    }
}
