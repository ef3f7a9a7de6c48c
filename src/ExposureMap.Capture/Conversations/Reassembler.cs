using ExposureMap.Capture.Frames;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Conversations;

/// <summary>
/// Puts IP datagrams together (RFC 791 section 3.2, RFC 8200 section 4.5). Bounded in datagrams and octets; what does not become complete in time,
/// or is pushed out by others, is given back as lost. Of octets that overlap the first ones count.
/// </summary>
internal sealed class Reassembler
{
    private const int MaximumDatagrams = 1024;
    private const int MaximumPieces = 64 * 1024 / 8;
    private const int MaximumLength = 65535;
    private const long Timeout = 30_000_000_000;                  // nanoseconds; RFC 8200 allows 60 s, Zeek and Linux use 30 s

    internal sealed class Datagram
    {
        public Frame First;
        public long Started;
        public long Fragments;
        public long FrameNumber;
        public required string Capture;
        public byte[] Octets = [];
        public int Length = -1;
        public readonly List<(int From, int To)> Pieces = [];
    }

    private readonly Dictionary<(AddressNumber, AddressNumber, uint, byte, ushort), Datagram> _datagrams = [];
    private readonly Queue<((AddressNumber, AddressNumber, uint, byte, ushort) Key, Datagram Datagram)> _order = [];

    /// <summary>Adds a fragment. Returns the whole payload when it was the last missing one; it is valid until the next call.</summary>
    public ReadOnlySpan<byte> Add(scoped in Frame frame, scoped ReadOnlySpan<byte> payload, ushort scope, long at, long number, string capture)
    {
        var key = (frame.Source, frame.Target, frame.Identification, frame.IpProtocol, scope);
        if (!_datagrams.TryGetValue(key, out var datagram))
        {
            datagram = new Datagram { First = frame, Started = at, FrameNumber = number, Capture = capture };
            _datagrams.Add(key, datagram);
            _order.Enqueue((key, datagram));
        }

        datagram.Fragments++;
        var end = frame.FragmentOffset + payload.Length;
        if (end > MaximumLength || datagram.Pieces.Count == MaximumPieces) return [];
        if (!frame.MoreFragments) datagram.Length = end;
        Place(datagram, frame.FragmentOffset, payload);
        if (datagram.Length < 0 || datagram.Pieces is not [(0, var covered), ..] || covered < datagram.Length) return [];
        _datagrams.Remove(key);
        return datagram.Octets.AsSpan(0, datagram.Length);
    }

    /// <summary>Datagrams that are over their time, or one too many.</summary>
    public bool TryTakeLost(long now, bool all, out Datagram lost)
    {
        while (_order.TryPeek(out var oldest))
        {
            var isDone = !_datagrams.TryGetValue(oldest.Key, out var current) || current != oldest.Datagram;
            if (!isDone && !all && now - oldest.Datagram.Started < Timeout && _datagrams.Count <= MaximumDatagrams) break;
            _order.Dequeue();
            if (isDone) continue;
            _datagrams.Remove(oldest.Key);
            lost = oldest.Datagram;
            return true;
        }

        lost = null!;
        return false;
    }

    private static void Place(Datagram datagram, int from, scoped ReadOnlySpan<byte> payload)
    {
        var to = from + payload.Length;
        if (datagram.Octets.Length < to) Array.Resize(ref datagram.Octets, Math.Max(to, Math.Min(MaximumLength, 2 * datagram.Octets.Length)));
        var at = from;
        foreach (var piece in datagram.Pieces)                    // sorted and disjoint: copy only between them
        {
            if (piece.To <= at) continue;
            if (piece.From >= to) break;
            if (piece.From > at) payload[(at - from)..(piece.From - from)].CopyTo(datagram.Octets.AsSpan(at));
            at = Math.Max(at, piece.To);
        }

        if (at < to) payload[(at - from)..].CopyTo(datagram.Octets.AsSpan(at));
        Merge(datagram.Pieces, from, to);
    }

    private static void Merge(List<(int From, int To)> pieces, int from, int to)
    {
        var index = pieces.FindIndex(piece => piece.To >= from);
        if (index < 0) index = pieces.Count;
        while (index < pieces.Count && pieces[index].From <= to)
        {
            (from, to) = (Math.Min(from, pieces[index].From), Math.Max(to, pieces[index].To));
            pieces.RemoveAt(index);
        }

        pieces.Insert(index, (from, to));
    }
}
