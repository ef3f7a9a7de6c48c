using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Ingest;

/// <summary>
/// Passes what it hears on to another observer, in the same order, on a thread of its own: the map grows on one processor while conversations are
/// followed on another. Bounded: who tells faster than the other hears, waits.
/// </summary>
internal sealed class Relay : IObserver, IDisposable
{
    private const int PerBatch = 256;
    private const int BatchesAhead = 4;                         // few: what waits survives collections

    private readonly record struct Word(Conversation? Now, Conversation? Before, AssetFact? Fact);

    private readonly IObserver _listener;
    private readonly BlockingCollection<Word[]> _batches = new(BatchesAhead);
    private readonly Thread _thread;
    private Word[] _batch = new Word[PerBatch];
    private int _count;
    private Exception? _failure;

    public Relay(IObserver listener)
    {
        _listener = listener;
        _thread = new Thread(Listen) { Name = "map", IsBackground = true };
        _thread.Start();
    }

    public void OnConversation(Conversation now, Conversation? before) => Add(new(now, before, null));

    public void OnFact(AssetFact fact) => Add(new(null, null, fact));

    public bool IsSparing => _listener.IsSparing;

    /// <summary>Waits until all was heard; fails with what the listener failed with.</summary>
    public void End()
    {
        HandOver();
        _batches.CompleteAdding();
        _thread.Join();
        if (_failure is not null) ExceptionDispatchInfo.Throw(_failure);
    }

    public void Dispose()
    {
        _batches.CompleteAdding();
        _thread.Join();
        _batches.Dispose();
    }

    private void Add(in Word word)
    {
        _batch[_count++] = word;
        if (_count == PerBatch) HandOver();
    }

    private void HandOver()
    {
        _batches.Add(_count == PerBatch ? _batch : _batch[.._count]);
        (_batch, _count) = (new Word[PerBatch], 0);
    }

    private void Listen()
    {
        foreach (var batch in _batches.GetConsumingEnumerable())
        {
            try
            {
                if (_failure is null) Tell(batch);
            }
            catch (Exception failure)
            {
                _failure = failure;                               // thrown again by End; until then nobody waits for a full queue
            }
        }
    }

    private void Tell(Word[] batch)
    {
        foreach (var (now, before, fact) in batch)
        {
            if (now is not null) _listener.OnConversation(now, before);
            else _listener.OnFact(fact!);
        }
    }
}
