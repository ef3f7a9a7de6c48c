using ExposureMap.Graph.Map;
using Microsoft.Data.Sqlite;

namespace ExposureMap.Store;

/// <summary>
/// The map for one question. What every question reads comes first and at once; links are read beside what is made of that, by another thread; times
/// when they are asked for; and rows of conduits and effects blob by blob, for those that an answer names.
/// </summary>
internal sealed partial class MapStore
{
    private readonly Lock _reading = new();                       // one connection, several threads
    private SqliteTransaction? _view;                             // what is fetched later is of the same save

    /// <summary>The map as it was saved last, readable as long as the store is open. A store that gave a view is not saved to.</summary>
    public MapRecord View() => Locked(() =>
    {
        _view = _connection.BeginTransaction(deferred: true);
        var texts = StoredText.Texts(_connection);
        if (texts.IsEmpty) return MapRecord.Empty;
        var services = StoredText.Services(_connection);
        var (endpoints, facts) = (StoredRows.Read<EndpointRow>(_connection, "endpoint"), Facts(texts.Count));
        var (effects, isKnown) = (Later<EffectRow>("effect"), new RowBounds(endpoints.Count, services.Count, texts.Count));
        var conduits = Later<ConduitRow>("conduit", (in ConduitRow row) => isKnown.Admits(row) && row.Effects < effects.Count);
        var links = new Lazy<Rows<LinkRow>>(() => Locked(() => StoredLinks.Read(_connection, conduits.Count, isKnown)));
        var blocks =
            new Lazy<List<ContactBlock>>(() => Locked(() => StoredContacts.Blocks(_connection, conduits.Count).Select(one => one.Block).ToList()));
        _ = Task.Run(() => links.Value);                          // what goes wrong there is told to who asks for them
        var contacts = ContactLog.Of(Deferred(blocks), StoredContacts.Bounds(_connection, conduits.Count));
        return new MapRecord(endpoints, conduits, effects, contacts, texts, services, new FactTable(facts, texts),
            StoredNotes.ReadOperations(_connection), StoredNotes.ReadCoverage(_connection))
        {
            StoredLinks = (conduits, links),
        };
    });

    private static IEnumerable<T> Deferred<T>(Lazy<List<T>> list)
    {
        foreach (var one in list.Value) yield return one;
    }

    private Rows<T> Later<T>(string room, Sound<T>? isSound = null) where T : unmanaged
    {
        var places = StoredRows.Places<T>(_connection, room);
        return new(places.Sum(place => place.Rows), StoredRows.ChunksPerBlob,
            blob => Locked(() => StoredRows.ReadBlob(_connection, room, blob, places[blob], isSound)));
    }

    private T Locked<T>(Func<T> work)
    {
        lock (_reading) return Guard(work);
    }
}
