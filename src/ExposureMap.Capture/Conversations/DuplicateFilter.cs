using System.IO.Hashing;
using System.Runtime.CompilerServices;
using ExposureMap.Capture.Frames;

namespace ExposureMap.Capture.Conversations;

/// <summary>What a packet is to one seen a moment ago.</summary>
internal enum Likeness : byte
{
    New,

    /// <summary>The same frame again: a mirror of two ports or of both directions.</summary>
    Copy,

    /// <summary>The same packet with a smaller TTL and other MACs: seen before and after a router.</summary>
    RoutedCopy,
}

/// <summary>
/// Recognises packets that a mirror delivers more than once, by what routing does not change. A true retransmission has another IP identification.
/// </summary>
internal sealed class DuplicateFilter
{
    /// <summary>
    /// Copies come within this time of packet time, in nanoseconds (20 ms; 5 ms where no identification tells retransmissions apart).
    /// </summary>
    private const long Window = 20_000_000;
    private const long WindowWithoutIdentification = 5_000_000;
    private const int Places = 8192;                              // a power of two
    private const int HashedPayload = 96;
    private const int MaximumHops = 8;

    private struct Entry
    {
        public ulong Hash;
        public long At;
        public ulong SourceMac;
        public ulong TargetMac;
        public byte TimeToLive;

        /// <summary>The conversation's row, 0 when it found no place, and its number: the row may be another one's by now.</summary>
        public int Row;
        public long Number;
    }

    private readonly Entry[] _entries = new Entry[Places];

    /// <summary>
    /// The router's MAC addresses on both sides when the last answer was <see cref="Likeness.RoutedCopy"/>: where it took the packet and where it
    /// sent it.
    /// </summary>
    public (ulong In, ulong Out) Router { get; private set; }

    /// <summary>What the packet and its copies have in common; 0 when copies cannot be told from a retransmission.</summary>
    public static ulong HashOf(in Frame frame, ReadOnlySpan<byte> octets) => CanBeTold(frame) ? Hash(frame, octets) : 0;

    /// <summary>This hash will be checked soon.</summary>
    public void Expect(ulong hash) => Cache.Fetch(ref Unsafe.As<Entry, byte>(ref _entries[hash & (Places - 1)]), 1);

    /// <param name="hash">By <see cref="HashOf"/>.</param>
    /// <param name="original">Row and number of the conversation that the packet's first copy belongs to.</param>
    public Likeness Check(in Frame frame, ulong hash, long at, out (int Row, long Number) original)
    {
        original = default;
        if (hash == 0) return Likeness.New;
        ref var entry = ref _entries[hash & (Places - 1)];
        var window = frame.Identification == 0 ? WindowWithoutIdentification : Window;
        if (entry.Hash == hash && entry.Row != 0 && Math.Abs(at - entry.At) <= window)
        {
            var hops = entry.TimeToLive - frame.TimeToLive;
            original = (entry.Row, entry.Number);
            if (hops == 0) return Likeness.Copy;
            if (Math.Abs(hops) <= MaximumHops && (entry.SourceMac != frame.SourceMac || entry.TargetMac != frame.TargetMac))
            {
                Router = hops switch
                {
                    1 => (entry.TargetMac, frame.SourceMac),
                    -1 => (frame.TargetMac, entry.SourceMac),
                    _ => default,
                };
                return Likeness.RoutedCopy;
            }

            original = default;
        }

        (entry.Hash, entry.At, entry.SourceMac, entry.TargetMac, entry.TimeToLive, entry.Row) =
            (hash, at, frame.SourceMac, frame.TargetMac, frame.TimeToLive, 0);
        return Likeness.New;
    }

    public void Remember(ulong hash, ref Flow flow)
    {
        if (hash == 0) return;
        ref var entry = ref _entries[hash & (Places - 1)];
        (entry.Row, entry.Number) = (flow.Row, flow.Number);
    }

    /// <summary>Without an identification a bare ACK sent twice looks the same; a segment with data or a SYN does not come twice that fast.</summary>
    private static bool CanBeTold(in Frame frame) =>
        frame.IpVersion != 0 && (frame.Identification != 0 || frame.WirePayloadLength > 0 || (frame.TcpFlags & TcpFlags.Syn) != 0);

    private static ulong Hash(in Frame frame, ReadOnlySpan<byte> octets)
    {
        var payload = frame.Payload(octets);
        var hash = XxHash3.HashToUInt64(payload[..Math.Min(payload.Length, HashedPayload)], frame.Identification);
        hash = Mix(hash, frame.Source.Low, frame.Target.Low);
        hash = Mix(hash, frame.Source.High ^ (ulong)frame.SourcePort << 16 ^ frame.TargetPort, frame.Target.High ^ (uint)frame.IpLength);
        return Mix(hash, (ulong)frame.Sequence << 32 | frame.Acknowledgment,
            (ulong)frame.TcpFlags << 32 | (ulong)frame.Window << 8 | frame.IpProtocol);
    }

    private static ulong Mix(ulong hash, ulong left, ulong right)
    {
        var high = Math.BigMul(hash ^ left ^ 0x9E3779B97F4A7C15, right ^ 0xD6E8FEB86659FD93, out ulong low);
        return high ^ low;
    }
}
