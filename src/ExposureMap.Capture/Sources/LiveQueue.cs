namespace ExposureMap.Capture.Sources;

/// <summary>Batches between the capture's thread, which never waits, and its reader. A fixed number of them goes round.</summary>
internal sealed class LiveQueue(int batches)
{
    private readonly object _gate = new();                     // a monitor: its reader waits on it
    private readonly Queue<FrameBatch> _full = new();
    private readonly Stack<FrameBatch> _free = new();
    private int _made;

    public bool IsEmpty
    {
        get
        {
            lock (_gate) return _full.Count == 0;
        }
    }

    public void Put(FrameBatch batch)
    {
        lock (_gate)
        {
            _full.Enqueue(batch);
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>An empty batch, or null when all are full.</summary>
    public FrameBatch? Free()
    {
        lock (_gate)
        {
            if (_free.TryPop(out var batch)) return batch;
            if (_made == batches) return null;
            _made++;
        }

        return new FrameBatch();
    }

    /// <summary>Gives the batch the oldest waiting frames, waiting for some; false when none came in time.</summary>
    public bool Take(FrameBatch batch, int milliseconds)
    {
        lock (_gate)
        {
            if (_full.Count == 0) Monitor.Wait(_gate, milliseconds);
            if (!_full.TryDequeue(out var full)) return false;
            batch.Exchange(full);
            full.Clear();
            _free.Push(full);
            return true;
        }
    }
}
