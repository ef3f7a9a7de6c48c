using System.Runtime.InteropServices;

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

/// <summary>How a segment's payload stands in its stream.</summary>
/// <param name="Overlap">How many leading octets were seen before (of a segment that also brings new ones).</param>
/// <param name="Filled">Of a segment that fills a gap, how many octets belong into it; what follows them was seen before.</param>
/// <param name="Found">How many of those had been told as lost.</param>
internal readonly record struct Segment(SegmentOrder Order, int Overlap = 0, uint Filled = 0, uint Found = 0);

/// <summary>
/// The sequence space of one direction (RFC 9293 section 3.4, numbers wrap): the next octet expected and the last few gaps.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct TcpSequence
{
    private const uint LargestGap = 1 << 30;                      // no window is larger, RFC 7323 section 2.3

    private uint _next;
    private uint _gapStart;
    private uint _gapEnd;
    private uint _unacknowledged;
    private bool _isKnown;

    public readonly bool IsKnown => _isKnown;

    public readonly uint Next => _next;

    /// <summary>The octets between the last gap's ends; 0 without one.</summary>
    public readonly uint Gap => _gapEnd - _gapStart;

    public void Begin(uint next)
    {
        _next = next;
        _gapStart = _gapEnd = _unacknowledged = 0;
        _isKnown = true;
    }

    public Segment Take(uint sequence, int length)
    {
        if (!_isKnown) Begin(sequence);
        var ahead = (int)(sequence - _next);
        if (ahead == 0)
        {
            _next += (uint)length;
            return new(SegmentOrder.Next);
        }

        if (ahead > 0)
        {
            (_gapStart, _gapEnd) = (_next, sequence);
            _unacknowledged = Gap > LargestGap ? 0 : _unacknowledged + Gap;
            _next = sequence + (uint)length;
            return new(SegmentOrder.AfterGap);
        }

        if (ahead + length > 0)
        {
            _next = sequence + (uint)length;
            return new(SegmentOrder.Next, Overlap: -ahead);
        }

        if (Gap == 0 || (int)(sequence - _gapStart) < 0 || (int)(_gapEnd - sequence) <= 0) return new(SegmentOrder.Old);
        var filled = Math.Min((uint)length, _gapEnd - sequence);
        var before = Math.Min(filled, _unacknowledged);
        _unacknowledged -= before;
        if (sequence == _gapStart) _gapStart = sequence + filled;
        else _gapEnd = sequence;
        return new(SegmentOrder.FillsGap, Filled: filled, Found: filled - before);
    }

    /// <summary>The octets of gaps that the receiver has, so that only the capture lost them; each is told once.</summary>
    public uint TakeLost(uint acknowledgment)
    {
        if (_unacknowledged == 0 || (int)(acknowledgment - _next) < 0) return 0;
        var lost = _unacknowledged;
        _unacknowledged = 0;
        return lost;
    }

    /// <summary>Octets up to here were acknowledged without having been captured; should they still come, they fill a gap.</summary>
    public void Lose(uint upTo)
    {
        (_gapStart, _gapEnd) = (_next, upTo);
        _next = upTo;
    }
}
