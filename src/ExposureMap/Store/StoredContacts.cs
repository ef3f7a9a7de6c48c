using ExposureMap.Graph.Map;
using Microsoft.Data.Sqlite;

namespace ExposureMap.Store;

/// <summary>
/// The log of contacts: its blocks as they lie in memory. Late contacts go into blocks between others, so a block's number says nothing of its
/// place; saving adds the blocks that are new and removes those they replaced. An object is the state that one save or load left behind.
/// </summary>
internal sealed class StoredContacts
{
    private const string Room = "contact";
    private const string BoundRoom = "contact bound";

    private readonly Dictionary<ContactBlock, long> _numbers = [];
    private Rows<ContactBound> _bounds = Rows<ContactBound>.Empty;
    private long _next;

    /// <param name="conduits">How many conduits there are: a contact of another one is damage.</param>
    public static StoredContacts Read(SqliteConnection connection, int conduits, out ContactLog contacts)
    {
        var stored = new StoredContacts { _bounds = Bounds(connection, conduits) };
        foreach (var (number, block) in Blocks(connection, conduits))
        {
            stored._numbers.Add(block, number);
            stored._next = number + 1;
        }

        contacts = ContactLog.Of(stored._numbers.Keys, stored._bounds);
        return stored;
    }

    public static IEnumerable<(long Number, ContactBlock Block)> Blocks(SqliteConnection connection, int conduits)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT rowid, number, body FROM chunk WHERE room = $room ORDER BY number";
        command.Parameters.AddWithValue("$room", Room);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var number = reader.GetInt64(1);
            using var body = reader.GetStream(2);
            var octets = new byte[body.Length];
            body.ReadExactly(octets);
            if (!ContactBlock.TryRead(octets, conduits, out var block)) throw new IOException($"chunk {number} of {Room} is damaged.");
            yield return (number, block);
        }
    }

    public static Rows<ContactBound> Bounds(SqliteConnection connection, int conduits)
    {
        var bounds = StoredRows.Read<ContactBound>(connection, BoundRoom);
        for (var row = 0; row < bounds.Count; row++)
            if ((uint)bounds[row].First.Edge >= (uint)conduits || bounds[row].Last.Edge != bounds[row].First.Edge)
                throw new IOException($"row {row} of {BoundRoom} is damaged.");
        return bounds;
    }

    public StoredContacts Write(SqliteConnection connection, ContactLog contacts)
    {
        StoredRows.Write(connection, BoundRoom, contacts.Bounds, _bounds);
        using var insert = Command(connection, "INSERT OR REPLACE INTO chunk VALUES ($room, $number, $rows, $body)");
        var number = insert.Parameters.Add("$number", SqliteType.Integer);
        var count = insert.Parameters.Add("$rows", SqliteType.Integer);
        var body = insert.Parameters.Add("$body", SqliteType.Blob);
        var after = new StoredContacts { _bounds = contacts.Bounds, _next = _next };
        foreach (var block in contacts.Blocks)
        {
            if (!_numbers.TryGetValue(block, out var place))
            {
                (number.Value, count.Value, body.Value) = (place = after._next++, block.Count, block.Stored.ToArray());
                insert.ExecuteNonQuery();
            }

            after._numbers.Add(block, place);
        }

        Remove(connection, after);
        return after;
    }

    private void Remove(SqliteConnection connection, StoredContacts after)
    {
        using var delete = Command(connection, "DELETE FROM chunk WHERE room = $room AND number = $number");
        var number = delete.Parameters.Add("$number", SqliteType.Integer);
        foreach (var (block, place) in _numbers)
        {
            if (after._numbers.ContainsKey(block)) continue;
            number.Value = place;
            delete.ExecuteNonQuery();
        }
    }

    private static SqliteCommand Command(SqliteConnection connection, string text)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // constants of this file
        command.CommandText = text;
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$room", Room);
        return command;
    }
}
