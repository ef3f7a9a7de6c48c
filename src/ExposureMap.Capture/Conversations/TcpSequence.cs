namespace ExposureMap.Capture.Conversations;

/// <summary>What a TCP segment is, held against what was seen before.</summary>
internal enum SegmentOrder : byte
{
    /// <summary>Begins where the last one ended.</summary>
    Next,

    /// <summary>Begins later: octets between are missing.</summary>
    AfterGap,

    /// <summary>Fills a gap that was seen before.</summary>
    FillsGap,

    /// <summary>Brings nothing new: a retransmission or a keep-alive.</summary>
    Old,
}

/// <summary>
/// The sequence space of one direction (RFC 9293 section 3.4, numbers wrap): the next octet expected and the last few gaps.
/// </summary>
internal struct TcpSequence
{
    private const uint LargestGap = 1 << 30;                      // no window is larger, RFC 7323 section 2.3

    private uint _next;
    private uint _gapStart;
    private uint _gapEnd;
    private uint _unacknowledged;
    private uint _found;
    private bool _isKnown;

    public readonly bool IsKnown => _isKnown;

    public readonly uint Next => _next;

    /// <summary>The octets between the last gap's ends; 0 without one.</summary>
    public readonly uint Gap => _gapEnd - _gapStart;

    /// <summary>How many octets of the last segment that filled a gap belong into it; what follows them was seen before.</summary>
    public uint Filled { get; private set; }

    public void Begin(uint next)
    {
        _next = next;
        _gapStart = _gapEnd = _unacknowledged = _found = 0;
        _isKnown = true;
    }

    /// <param name="overlap">How many leading octets of the segment were seen before (of a segment that also brings new ones).</param>
    public SegmentOrder Take(uint sequence, int length, out int overlap)
    {
        overlap = 0;
        if (!_isKnown) Begin(sequence);
        var ahead = (int)(sequence - _next);
        if (ahead == 0)
        {
            _next += (uint)length;
            return SegmentOrder.Next;
        }

        if (ahead > 0)
        {
            (_gapStart, _gapEnd) = (_next, sequence);
            _unacknowledged = Gap > LargestGap ? 0 : _unacknowledged + Gap;
            _next = sequence + (uint)length;
            return SegmentOrder.AfterGap;
        }

        if (ahead + length > 0)
        {
            overlap = -ahead;
            _next = sequence + (uint)length;
            return SegmentOrder.Next;
        }

        if (Gap == 0 || (int)(sequence - _gapStart) < 0 || (int)(_gapEnd - sequence) <= 0) return SegmentOrder.Old;
        Filled = Math.Min((uint)length, _gapEnd - sequence);
        var before = Math.Min(Filled, _unacknowledged);
        _unacknowledged -= before;
        _found += Filled - before;
        if (sequence == _gapStart) _gapStart = sequence + Filled;
        else _gapEnd = sequence;
        return SegmentOrder.FillsGap;
    }

    /// <summary>The octets of gaps that the receiver has, so that only the capture lost them; each is told once.</summary>
    public uint TakeLost(uint acknowledgment)
    {
        if (_unacknowledged == 0 || (int)(acknowledgment - _next) < 0) return 0;
        var lost = _unacknowledged;
        _unacknowledged = 0;
        return lost;
    }

    /// <summary>The octets told as lost that came late after all; each is told once.</summary>
    public uint TakeFound()
    {
        var found = _found;
        _found = 0;
        return found;
    }

    /// <summary>Octets up to here were acknowledged without having been captured; should they still come, they fill a gap.</summary>
    public void Lose(uint upTo)
    {
        (_gapStart, _gapEnd) = (_next, upTo);
        _next = upTo;
    }
}
