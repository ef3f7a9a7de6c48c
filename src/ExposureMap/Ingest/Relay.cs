using System.Runtime.ExceptionServices;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Ingest;

/// <summary>
/// Passes what it hears on to another observer, in the same order, on a thread of its own: the map grows on one processor while conversations are
/// followed on another. Bounded: who tells faster than the other hears, waits, asleep and not spinning.
/// </summary>
internal sealed class Relay : IObserver, IDisposable
{
    private const int PerBatch = 256;
    private const int BatchesAhead = 4;                         // few: what waits survives collections

    private readonly record struct Word(Conversation? Now, Conversation? Before, AssetFact? Fact);

    private readonly record struct Batch(Word[] Words, int Count);

    private readonly IObserver _listener;
    private readonly object _turn = new();                      // held to change what follows; told when it changed
    private readonly Queue<Batch> _told = new(BatchesAhead);
    private readonly Stack<Word[]> _heard = new(BatchesAhead);
    private bool _isEnded;

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
        Dispose();
        if (_failure is not null) ExceptionDispatchInfo.Throw(_failure);
    }

    public void Dispose()
    {
        lock (_turn)
        {
            _isEnded = true;
            Monitor.Pulse(_turn);
        }

        _thread.Join();
    }

    private void Add(in Word word)
    {
        _batch[_count++] = word;
        if (_count == PerBatch) HandOver();
    }

    private void HandOver()
    {
        lock (_turn)
        {
            while (_told.Count == BatchesAhead) Monitor.Wait(_turn);
            _told.Enqueue(new(_batch, _count));
            Monitor.Pulse(_turn);
            (_batch, _count) = (_heard.TryPop(out var heard) ? heard : new Word[PerBatch], 0);
        }
    }

    private void Listen()
    {
        while (Next() is { Words: not null } batch)
        {
            try
            {
                if (_failure is null) Tell(batch.Words.AsSpan(0, batch.Count));
            }
            catch (Exception failure)
            {
                _failure = failure;                               // thrown again by End; until then nobody waits for a full queue
            }

            Array.Clear(batch.Words);
            lock (_turn) _heard.Push(batch.Words);
        }
    }

    /// <summary>None when it has ended and all was heard.</summary>
    private Batch Next()
    {
        lock (_turn)
        {
            while (_told.Count == 0 && !_isEnded) Monitor.Wait(_turn);
            var isThere = _told.TryDequeue(out var next);
            Monitor.Pulse(_turn);
            return isThere ? next : default;
        }
    }

    private void Tell(ReadOnlySpan<Word> batch)
    {
        foreach (ref readonly var word in batch)
        {
            if (word.Now is not null) _listener.OnConversation(word.Now, word.Before);
            else _listener.OnFact(word.Fact!);
        }
    }
}
