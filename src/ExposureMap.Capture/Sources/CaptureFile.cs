namespace ExposureMap.Capture.Sources;

/// <summary>
/// A capture in a file, pipe or standard input, told by its first octets: pcap, pcapng or snoop, plain or compressed by gzip or zstd.
/// Octets are read straight into the batch's buffer and frames stay where they land; only the tail of a cut record is copied, to the next batch.
/// </summary>
public sealed class CaptureFile : IFrameSource
{
    /// <summary>Octets per read: the buffer then stays in the processor's second cache while it is parsed and decoded.</summary>
    private const int ReadLength = 256 * 1024;

    /// <summary>The first reads are shorter, so that a first frame is had cheaply (of a thousand files, or of a slow pipe).</summary>
    private const int FirstReadLength = 16 * 1024;

    private readonly CaptureInput _input;
    private readonly Stream _octets;
    private readonly CaptureFormat _format;
    private byte[] _rest;                                      // read but not parsed: the beginning of a record
    private int _restLength;
    private long _parsed;                                      // octets of the unpacked input before the rest
    private int _readLength = FirstReadLength;
    private bool _ended;

    private CaptureFile(string path, CaptureInput input, Stream octets, CaptureFormat format, ReadOnlySpan<byte> rest)
    {
        Name = path;
        _input = input;
        _octets = octets;
        _format = format;
        _parsed = format.HeaderLength;
        _rest = rest.ToArray();
        _restLength = rest.Length;
    }

    /// <summary>The path as it was given; "-" for standard input.</summary>
    public string Name { get; }

    public string? Problem { get; private set; }

    public (long Read, long Total) Progress => (_input.OctetsRead, _input.Total);

    internal bool CanReopen => _input.CanReopen;

    internal long Frames => _format.Frames;

    /// <summary>Opens a file or, for "-", standard input.</summary>
    /// <exception cref="CaptureException">It is not there, not readable or not a capture.</exception>
    public static IFrameSource Open(string path) => OpenFile(path);

    internal static CaptureFile OpenFile(string path)
    {
        var input = CaptureInput.Open(path);
        Stream octets = input;
        try
        {
            octets = Compression.Unpack(input);
            Span<byte> head = stackalloc byte[CaptureFormat.HeadLength];
            head = head[..octets.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
            var format = CaptureFormat.Recognise(head, out var reason)
                ?? throw new CaptureException($"{path}: {reason}") { IsForeign = reason is CaptureFormat.Foreign or CaptureFormat.Empty };
            return new CaptureFile(path, input, octets, format, head[format.HeaderLength..]);
        }
        catch (Exception error)
        {
            octets.Dispose();
            if (Compression.IsUnreadable(error))
                throw new CaptureException($"{path}: cannot be read: {error.Message}", error) { IsForeign = octets != input };
            throw;
        }
    }

    public bool Read(FrameBatch batch, CancellationToken stop)
    {
        batch.Clear();
        batch.Capture = Name;
        _input.Stop = stop;
        var (start, end) = (0, _restLength);
        _rest.AsSpan(0, _restLength).CopyTo(batch.Buffer);
        while (!_ended && batch.Count == 0 && !stop.IsCancellationRequested)
        {
            if (start > 0)                                     // no frame points into the buffer yet
            {
                batch.Buffer.AsSpan(start, end - start).CopyTo(batch.Buffer);
                (start, end) = (0, end - start);
            }

            var read = Fill(batch.Buffer.AsSpan(end));
            if (read == 0 && stop.IsCancellationRequested) break;
            if (read == 0) End(end - start);
            end += read;
            start = Parse(batch, start, end);
        }

        Keep(batch.Buffer.AsSpan(start, end - start));
        return batch.Count > 0;
    }

    public void Dispose() => _octets.Dispose();

    private int Parse(FrameBatch batch, int start, int end)
    {
        while (!_ended)
        {
            var passed = (int)Math.Min(_format.Skip, end - start);
            _format.Skip -= passed;
            var next = _format.Skip > 0 ? start + passed : _format.Parse(batch, start + passed, end);
            _parsed += next - start;
            start = next;
            if (_format.Damage is { } damage) Stop($"{damage}, at octet {_parsed}");
            if (_format.Skip == 0 || start == end) break;
        }

        return start;
    }

    private int Fill(Span<byte> room)
    {
        try
        {
            var read = _octets.Read(room[..Math.Min(room.Length, _readLength)]);
            _readLength = Math.Min(_readLength * 2, ReadLength);
            if (_octets == _input || !Compression.IsBomb(_parsed, _input.OctetsRead)) return read;
            Stop($"unpacks to more than {_parsed} octets from {_input.OctetsRead}, as no capture does: given up");
        }
        catch (Exception error) when (Compression.IsUnreadable(error))
        {
            Stop($"cannot be read on after octet {_parsed}: {error.Message}");
        }

        return 0;
    }

    private void End(int unparsed)
    {
        if (unparsed > 0 || _format.Skip > 0)
            Stop($"cut short in the middle of the record after frame {_format.Frames}, which begins at octet {_parsed}");
        _ended = true;
    }

    private void Stop(string what)
    {
        var unpacked = _octets == _input ? "" : " (octets counted unpacked)";
        Problem ??= FormattableString.Invariant($"{Name}: {what}{unpacked}; the {_format.Frames} frames before were read");
        _ended = true;
    }

    private void Keep(ReadOnlySpan<byte> rest)
    {
        if (_rest.Length < rest.Length) _rest = new byte[Math.Max(rest.Length, 4096)];
        rest.CopyTo(_rest);
        _restLength = rest.Length;
    }
}
