using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Sources;

/// <summary>One file of a set: closed until its first frame's turn, then read a batch ahead.</summary>
internal sealed class CaptureSetMember : IDisposable
{
    private CaptureFile? _file;
    private FrameBatch? _batch;
    private int _position;                                     // of the next frame in the batch

    private CaptureSetMember(string name) => Name = name;

    public string Name { get; }

    /// <summary>Place in the set, which frames of merged batches name as their source.</summary>
    public int Index { get; set; }

    public long Total { get; private set; }

    /// <summary>The time of the frame that comes next; of a file without frames, never.</summary>
    public Timestamp Next { get; private set; } = Timestamp.Never;

    public string? Problem => _file?.Problem;

    public long OctetsRead => _file?.Progress.Read ?? 0;

    /// <summary>Looks at the file's first frame. What cannot be opened twice (a pipe) stays open.</summary>
    public static CaptureSetMember Probe(string path)
    {
        var member = new CaptureSetMember(path) { _file = CaptureFile.OpenFile(path) };
        member.Total = member._file.Progress.Total;
        member._batch = new FrameBatch();
        member.Advance(CancellationToken.None);
        if (!member._file.CanReopen) return member;
        member.Dispose();
        return member;
    }

    public void Reopen()
    {
        if (_file is not null) return;
        _file = CaptureFile.OpenFile(Name);
        _batch = new FrameBatch(0);
    }

    /// <summary>Makes sure that there is a next frame; false when the file has ended.</summary>
    public bool Advance(CancellationToken stop)
    {
        if (_position < _batch!.Count) return true;
        _position = 0;
        if (!_file!.Read(_batch, stop)) return false;
        Next = _batch.Records[0].At;
        return true;
    }

    /// <summary>True when the whole batch, untouched, may go before a time.</summary>
    public bool IsWholeUpTo(Timestamp limit)
    {
        if (_position > 0) return false;
        if (limit.IsNever) return true;
        foreach (ref readonly var record in _batch!.Records)
        {
            if (record.At > limit) return false;
        }

        return true;
    }

    public void HandOver(FrameBatch batch)
    {
        batch.Exchange(_batch!);
        _batch!.Clear();
        _position = 0;
    }

    /// <summary>Copies frames into a merged batch while they are not later than the limit; false when the batch is full.</summary>
    public bool CopyUpTo(Timestamp limit, FrameBatch batch)
    {
        var records = _batch!.Records;
        do
        {
            ref readonly var record = ref records[_position];
            var offset = batch.Count == 0 ? 0 : batch.Records[^1].Offset + batch.Records[^1].CapturedLength;
            if (offset + record.CapturedLength > batch.Buffer.Length) return false;
            _batch.Octets(record).CopyTo(batch.Buffer.AsSpan(offset));
            batch.Add(record with { Offset = offset, Source = Index });
            _position++;
            if (_position < records.Length) Next = records[_position].At;
        }
        while (_position < records.Length && Next <= limit);

        return true;
    }

    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
        _batch = null;
        _position = 0;
    }
}
