using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using Microsoft.Data.Sqlite;

namespace ExposureMap.Store;

/// <summary>
/// The map in one SQLite file. Rows lie in blobs, as they do in memory: opening eight million conduits reads two thousand blobs, and saving writes
/// the blobs that changed since the last save, in one transaction. Killed at any moment, the file holds the last saved map.
/// </summary>
internal sealed partial class MapStore : IDisposable
{
    /// <summary>Changes whenever rows or tables change their meaning.</summary>
    private const long Version = 3;
    private const int SqliteFull = 13;

    private readonly SqliteConnection _connection;
    private readonly string _path;
    private IDisposable? _lease;
    private MapRecord _saved = MapRecord.Empty;
    private StoredContacts _contacts = new();

    private MapStore(string path, SqliteConnection connection) => (_path, _connection) = (path, connection);

    /// <summary>Opens for writing; makes the file when it is not there.</summary>
    /// <exception cref="StoreException">Somebody else is writing to it, or it is no map.</exception>
    public static MapStore Open(string path)
    {
        var lease = WriteLease.Take(path);
        try
        {
            var store = Open(path, SqliteOpenMode.ReadWriteCreate);
            store._lease = lease;
            return store;
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    /// <summary>Opens for queries; a running service may go on writing meanwhile.</summary>
    /// <exception cref="StoreException">There is no such file, or it is no map.</exception>
    public static MapStore OpenForQueries(string path)
    {
        if (!File.Exists(path))
            throw new StoreException(
                $"{path}: there is no such map. 'exposuremap analyze CAPTURE --map {path}' makes one; queries also take captures as arguments.");
        if (new FileInfo(path).Length == 0) throw new StoreException($"{path}: is empty, not a map. Nothing was changed.");
        return Open(path, SqliteOpenMode.ReadWrite);              // WAL needs write access to its index
    }

    private static MapStore Open(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        try
        {
            connection.Open();
            var store = new MapStore(path, connection);
            store.Prepare();
            return store;
        }
        catch (StoreException)
        {
            connection.Dispose();
            throw;
        }
        catch (SqliteException damaged)
        {
            connection.Dispose();
            throw new StoreException($"{path}: cannot be opened as a map: {damaged.Message}", damaged);
        }
    }

    /// <summary>Reads the whole map as it was saved last.</summary>
    public MapRecord Load() => Guard(() =>
    {
        using var transaction = _connection.BeginTransaction(deferred: true);
        var texts = StoredText.Texts(_connection);
        if (texts.IsEmpty) return _saved = MapRecord.Empty;       // nothing was saved yet, not even the text number 0
        var (endpoints, effects, services) =
            (StoredRows.Read<EndpointRow>(_connection, "endpoint"), StoredRows.Read<EffectRow>(_connection, "effect"),
                StoredText.Services(_connection));
        var isKnown = new RowBounds(endpoints.Count, services.Count, texts.Count);
        var conduits = StoredRows.Read<ConduitRow>(_connection, "conduit", (in ConduitRow row) => isKnown.Admits(row) && row.Effects < effects.Count);
        _contacts = StoredContacts.Read(_connection, conduits.Count, out var contacts);
        _saved = new MapRecord(
            endpoints,
            conduits,
            effects,
            contacts,
            texts,
            services,
            new FactTable(Facts(texts.Count), texts),
            StoredNotes.ReadOperations(_connection),
            StoredNotes.ReadCoverage(_connection));
        return _saved;
    });

    /// <summary>Saves what changed since the last <see cref="Save"/> or <see cref="Load"/>.</summary>
    public void Save(MapRecord record) => Guard(() =>
    {
        using var transaction = _connection.BeginTransaction();
        if (record.Rebuilds != _saved.Rebuilds) Clear();
        StoredRows.Write(_connection, "endpoint", record.Endpoints, _saved.Endpoints);
        StoredRows.Write(_connection, "conduit", record.Conduits, _saved.Conduits);
        StoredLinks.Write(_connection, record, _saved.Conduits);
        StoredRows.Write(_connection, "effect", record.Effects, _saved.Effects);
        StoredRows.Write(_connection, "fact", record.Facts.Rows, _saved.Facts.Rows);
        var contacts = _contacts.Write(_connection, record.Contacts);
        StoredText.Write(_connection, record, _saved);
        StoredNotes.Write(_connection, record, _saved);
        transaction.Commit();
        (_saved, _contacts) = (record, contacts);
        return true;
    });

    /// <summary>Rows only grow, unless some expired: then all have new numbers, and nothing that is there may stay.</summary>
    private void Clear()
    {
        Execute("DELETE FROM chunk; DELETE FROM operation;");
        (_saved, _contacts) = (MapRecord.Empty, new());
    }

    /// <summary>The text of the configuration the map was last made with, so that queries read it the same way; null without one.</summary>
    public string? Configuration
    {
        get
        {
            using var select = Command("SELECT value FROM remembered WHERE name = 'configuration'");
            return select.ExecuteScalar() as string;
        }

        set
        {
            using var insert =
                Command("INSERT OR REPLACE INTO remembered VALUES ('configuration', $value)", ("$value", (object?)value ?? DBNull.Value));
            insert.ExecuteNonQuery();
        }
    }

    public void Dispose()
    {
        lock (_reading)
        {
            _view?.Dispose();
            _connection.Dispose();
            _lease?.Dispose();
        }
    }

    private Rows<FactRow> Facts(int texts)
    {
        var rows = StoredRows.Read<FactRow>(_connection, "fact");
        for (var row = 0; row < rows.Count; row++)
        {
            ref readonly var fact = ref rows[row];
            if (fact.Before >= row || (uint)fact.Value >= (uint)texts || (uint)fact.Source >= (uint)texts || (uint)fact.Capture >= (uint)texts)
                throw new IOException($"row {row} of fact is damaged.");
        }

        return rows;
    }

    private void Prepare()
    {
        RefuseOthers();
        Execute("PRAGMA page_size=16384; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=5000;");
        Execute("""
            CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS remembered (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS chunk (room TEXT NOT NULL, number INTEGER NOT NULL, rows INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (room, number));
            CREATE TABLE IF NOT EXISTS text (number INTEGER PRIMARY KEY, value TEXT NOT NULL);
            CREATE TABLE IF NOT EXISTS service (number INTEGER PRIMARY KEY, transport INTEGER NOT NULL, port INTEGER NOT NULL, name TEXT NOT NULL);
            CREATE TABLE IF NOT EXISTS operation (conduit INTEGER NOT NULL, place INTEGER NOT NULL, effect INTEGER NOT NULL, what TEXT NOT NULL, frame INTEGER NOT NULL,
                at INTEGER NOT NULL, accepted INTEGER, capture TEXT NOT NULL, PRIMARY KEY (conduit, place)) WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS coverage (capture TEXT PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL, frames INTEGER NOT NULL, dropped INTEGER NOT NULL,
                missed INTEGER NOT NULL, problem TEXT, digest TEXT NOT NULL) WITHOUT ROWID;
            """);
        using var insert = Command("INSERT OR IGNORE INTO meta VALUES ('version', $version)", ("$version", Version));
        insert.ExecuteNonQuery();
    }

    /// <summary>Before anything is written: another program's database, or a map of another version.</summary>
    private void RefuseOthers()
    {
        using var tables = Command("SELECT coalesce(sum(name = 'meta'), -1) FROM sqlite_master WHERE type = 'table'");
        var marks = (long)tables.ExecuteScalar()!;
        if (marks < 0) return;                                    // a new file
        if (marks == 0) throw new StoreException($"{_path}: is a database of another program, not a map. Nothing was changed.");
        using var select = Command("SELECT value FROM meta WHERE key = 'version'");
        if (select.ExecuteScalar() is long found && found != Version)
            throw new StoreException(
                $"{_path}: was written by another version of this program (format {found}, this one reads {Version}). Nothing was changed.");
    }

    private void Execute(string sql)
    {
        using var command = Command(sql);
        command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value);
        return command;
    }

    private T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException failed) when (failed.SqliteErrorCode == SqliteFull)
        {
            throw new StoreException($"{_path}: the disk is full; the map as it was saved before is still there.", failed);
        }
        catch (Exception failed) when (failed is SqliteException or InvalidCastException or ArgumentException or IOException)
        {
            throw new StoreException($"{_path}: {failed.Message} What was saved before is unchanged.", failed);
        }
    }
}
