using ExposureMap.Capture.Protocols;

namespace ExposureMap.Capture.Conversations;

/// <summary>
/// Cuts one direction of a TCP stream into messages. Keeps at most the head of one message that is split over segments, never a stream.
/// </summary>
internal struct MessageFramer
{
    /// <summary>The most that is kept of a split message head, in octets.</summary>
    public const int MaximumHead = 8192;

    /// <summary>Given back as soon as the head is whole: at most times a conversation keeps nothing.</summary>
    private int _head;
    private int _count;
    private int _skip;

    /// <summary>While a head is shorter than this, waiting for the rest of it costs little.</summary>
    public const int SmallHead = 512;

    /// <summary>Where the split head is kept, 0 for nowhere.</summary>
    public readonly int Head => _head;

    public readonly bool HasKept => _count > 0;

    /// <summary>Octets kept of a split head.</summary>
    public readonly int Kept => _count;

    /// <summary>Octets are missing here: what was begun is lost, unless they all belong to what is skipped anyway.</summary>
    public void Lose(uint octets)
    {
        _count = 0;
        _skip = octets <= (uint)_skip ? _skip - (int)octets : 0;
    }

    /// <summary>The kept head with the segment's beginning appended, for asking again what protocol it is.</summary>
    public ReadOnlySpan<byte> KeptWith(ReadOnlySpan<byte> segment, KeptHeads heads) => Keep(segment, MaximumHead, heads);

    /// <summary>Keeps the end of a datagram, which the next one goes on with. It may lie in the kept head already.</summary>
    public void KeepLast(ReadOnlySpan<byte> datagram, int octets, KeptHeads heads)
    {
        var last = datagram[^Math.Min(octets, datagram.Length)..];
        if (_count == 0)
        {
            Keep(last, MaximumHead, heads);
            return;
        }

        last.CopyTo(heads[_head]);
        _count = last.Length;
    }

    /// <summary>Forgets the kept head.</summary>
    public void Drop(KeptHeads heads)
    {
        heads.GiveBack(_head);
        (_head, _count) = (0, 0);
    }

    /// <summary>Feeds the next octets in order; calls <see cref="IProtocol.Read"/> for each message whose head is there.</summary>
    public void Feed(ReadOnlySpan<byte> segment, IProtocol protocol, Notes notes, KeptHeads heads)
    {
        while (!segment.IsEmpty)
        {
            if (_skip > 0)
            {
                var skipped = Math.Min(_skip, segment.Length);
                _skip -= skipped;
                segment = segment[skipped..];
                continue;
            }

            var before = _count;
            var headLimit = Math.Min(protocol.HeadOctets, MaximumHead);
            var head = segment;
            if (before > 0) head = Keep(segment, headLimit, heads);

            var length = protocol.Measure(head);
            if (length < 0 || length == 0 && head.Length >= headLimit)
            {
                Drop(heads);                                         // not a message: wait for the next segment to begin one
                if (before == 0) return;
                continue;                                         // perhaps only the kept part was none
            }

            var wanted = Math.Min(length, headLimit);
            if (length == 0 || head.Length < wanted)
            {
                if (before == 0) Keep(segment, headLimit, heads);
                return;
            }

            protocol.Read(head[..wanted], notes);
            Drop(heads);
            var used = Math.Max(length - before, 0);
            _skip = Math.Max(0, used - segment.Length);
            segment = segment[Math.Min(used, segment.Length)..];
        }
    }

    private ReadOnlySpan<byte> Keep(ReadOnlySpan<byte> octets, int limit, KeptHeads heads)
    {
        var taken = Math.Min(octets.Length, Math.Max(0, limit - _count));
        var head = heads.Reserve(ref _head, _count, _count + taken);
        octets[..taken].CopyTo(head.AsSpan(_count));
        _count += taken;
        return head.AsSpan(0, _count);
    }
}
