using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using ExposureMap.SampleMaker.Network;

namespace ExposureMap.Bench.Captures;

/// <summary>
/// Writes captures that are the same on every machine: 200 thousand conversations among 20 thousand hosts, each frame of a random one, ten in a
/// hundred with a VLAN tag, five with IPv6, one ARP; or a scan of one SYN for each target. Checksums are left 0: none of the tools asks for them
/// here.
/// </summary>
internal sealed class CaptureSample : IDisposable
{
    public static readonly DateTimeOffset Begin = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);

    private const int Hosts = 20_000;
    private const int Servers = 4_000;
    private const int Conversations = 200_000;
    private const int NanosecondsPerFrame = 10_000;
    private const int PcapHeader = 24, RecordHeader = 16, Ethernet = 14, Vlan = 4, IPv4 = 20, IPv6 = 40, Tcp = 20, Udp = 8;
    private const byte Syn = 2, Ack = 16, PushAck = 24;

    private struct Talk
    {
        public Dialogue Dialogue;
        public int Client, Server, Steps;
        public ushort ClientPort;
        public uint ClientNext, ServerNext;
        public bool IsV6, IsTagged;
    }

    private readonly Chance _chance;
    private readonly FileStream _file;
    private readonly byte[] _frame = new byte[2048];
    private long _frames;

    private CaptureSample(string path, ulong seed)
    {
        _chance = new(seed);
        _file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 20);
        Span<byte> header = stackalloc byte[PcapHeader];
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0xA1B2C3D4);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], 0x0004_0002);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], 262_144);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], 1);
        _file.Write(header);
    }

    /// <param name="kind"><c>small</c>: frames of 64 to 200 octets; <c>mixed</c>: up to 1514; <c>scan</c>: SYNs, with some conversations among
    /// them.</param>
    /// <param name="seed">Another one makes other conversations among the same hosts.</param>
    public static void Write(string path, string kind, long frames, ulong seed = 2026)
    {
        using var sample = new CaptureSample(path, seed);
        if (kind == "scan") sample.Scan(frames);
        else sample.Converse(sample.Talks(Dialogue.Mix(kind == "small" ? 126 : 1448), Conversations), frames);
    }

    public void Dispose() => _file.Dispose();

    private void Converse(Talk[] talks, long frames)
    {
        for (long frame = 0; frame < frames; frame++)
        {
            if (_chance.Below(100) == 0) Arp(_chance.Below(Hosts), _chance.Below(Hosts));
            else Continue(ref talks[_chance.Below(talks.Length)]);
        }
    }

    /// <summary>One frame in a hundred is of 1000 real conversations; all others are SYNs of one scanner, each to another address.</summary>
    private void Scan(long frames)
    {
        var talks = Talks(Dialogue.Mix(126), 1000);
        for (long frame = 0; frame < frames; frame++)
        {
            if (frame % 100 == 99) Continue(ref talks[_chance.Below(talks.Length)]);
            else Send(66, (uint)(0x0B000000 + frame), false, false, true, 40_000, 502, 7, 0, Syn, []);
        }
    }

    private Talk[] Talks(ImmutableArray<Dialogue> dialogues, int count)
    {
        var byWeight = dialogues.SelectMany(dialogue => Enumerable.Repeat(dialogue, dialogue.Weight)).ToArray();
        var talks = new Talk[count];
        for (var index = 0; index < count; index++)
        {
            talks[index] = new Talk
            {
                Dialogue = byWeight[_chance.Below(byWeight.Length)],
                Client = Servers + _chance.Below(Hosts - Servers),
                Server = _chance.Below(Servers),
                ClientPort = (ushort)(32768 + _chance.Below(28_000)),
                ClientNext = _chance.Number(),
                ServerNext = _chance.Number(),
                IsV6 = _chance.Below(20) == 0,
                IsTagged = _chance.Below(10) == 0,
            };
        }

        return talks;
    }

    private void Continue(ref Talk talk)
    {
        var step = talk.Steps++;
        if (talk.Dialogue.IsStream && step < 3)
        {
            Send(ref talk, fromClient: step != 1, step == 0 ? Syn : step == 1 ? (byte)(Syn | Ack) : Ack, []);
            if (step == 0) talk.ClientNext++;
            if (step == 1) talk.ServerNext++;
            return;
        }

        if (talk.Dialogue.IsStream) step -= 3;
        var opening = talk.Dialogue.Opening;
        var exchange = talk.Dialogue.Exchange;
        var (fromClient, payload) = step < opening.Length ? opening[step] : exchange[(step - opening.Length) % exchange.Length];
        Send(ref talk, fromClient, PushAck, payload);
        if (fromClient) talk.ClientNext += (uint)payload.Length;
        else talk.ServerNext += (uint)payload.Length;
    }

    private void Send(ref Talk talk, bool fromClient, byte flags, ReadOnlySpan<byte> payload)
    {
        var stream = talk.Dialogue.IsStream;
        var port = talk.Dialogue.Port;
        if (fromClient)
            Send(talk.Client, AddressOf(talk.Server), talk.IsV6, talk.IsTagged, stream, talk.ClientPort, port, talk.ClientNext,
                talk.ServerNext, flags, payload);
        else Send(talk.Server, AddressOf(talk.Client), talk.IsV6, talk.IsTagged, stream, port, talk.ClientPort, talk.ServerNext,
            talk.ClientNext, flags, payload);
    }

    private static uint AddressOf(int host) => 0x0A000000u + (uint)(host / 200 << 8) + (uint)(host % 200) + 10;

    private void Send(int from, uint to, bool isV6, bool isTagged, bool isStream, ushort fromPort, ushort toPort, uint sequence, uint acknowledgment,
        byte flags, ReadOnlySpan<byte> payload)
    {
        var frame = _frame.AsSpan();
        var at = Link(frame, to, AddressOf(from), isTagged, isV6 ? 0x86DD : 0x0800);
        var transport = payload.Length + (isStream ? Tcp : Udp);
        at += isV6
            ? Version6(frame[at..], AddressOf(from), to, isStream, transport)
            : Version4(frame[at..], AddressOf(from), to, isStream, transport);
        var header = frame[at..];
        header[..Tcp].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(header, fromPort);
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], toPort);
        if (isStream)
        {
            BinaryPrimitives.WriteUInt32BigEndian(header[4..], sequence);
            BinaryPrimitives.WriteUInt32BigEndian(header[8..], acknowledgment);
            (header[12], header[13], header[14]) = (Tcp / 4 << 4, flags, 0xFA);
        }
        else BinaryPrimitives.WriteUInt16BigEndian(header[4..], (ushort)transport);

        at += transport - payload.Length;
        payload.CopyTo(frame[at..]);
        Record(at + payload.Length);
    }

    /// <summary>Ethernet: target, source, tag, type (IEEE 802.3 clause 3.1.1, IEEE 802.1Q clause 9.6).</summary>
    private static int Link(Span<byte> frame, uint to, uint from, bool isTagged, int type)
    {
        BinaryPrimitives.WriteUInt64BigEndian(frame, 0x0200_0000_0000_0000 | (ulong)to << 16);
        BinaryPrimitives.WriteUInt64BigEndian(frame[6..], 0x0200_0000_0000_0000 | (ulong)from << 16);
        var at = Ethernet;
        if (isTagged)
        {
            BinaryPrimitives.WriteUInt32BigEndian(frame[12..], 0x8100_0064);
            at += Vlan;
        }

        BinaryPrimitives.WriteUInt16BigEndian(frame[(at - 2)..], (ushort)type);
        return at;
    }

    private int Version4(Span<byte> header, uint from, uint to, bool isStream, int length)
    {
        header[..IPv4].Clear();
        header[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)(IPv4 + length));
        BinaryPrimitives.WriteUInt16BigEndian(header[4..], (ushort)_frames);
        (header[8], header[9]) = (64, isStream ? (byte)6 : (byte)17);
        BinaryPrimitives.WriteUInt32BigEndian(header[12..], from);
        BinaryPrimitives.WriteUInt32BigEndian(header[16..], to);
        return IPv4;
    }

    private static int Version6(Span<byte> header, uint from, uint to, bool isStream, int length)
    {
        header[..IPv6].Clear();
        header[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(header[4..], (ushort)length);
        (header[6], header[7]) = (isStream ? (byte)6 : (byte)17, 64);
        BinaryPrimitives.WriteUInt128BigEndian(header[8..], new UInt128(0xFD00_0000_0000_0001, from));
        BinaryPrimitives.WriteUInt128BigEndian(header[24..], new UInt128(0xFD00_0000_0000_0001, to));
        return IPv6;
    }

    private void Arp(int from, int to)
    {
        var frame = _frame.AsSpan();
        var at = Link(frame, uint.MaxValue, AddressOf(from), false, 0x0806);
        Convert.FromHexString("00010800060400010200").CopyTo(frame[at..]);
        BinaryPrimitives.WriteUInt64BigEndian(frame[(at + 8)..], 0x0200_0000_0000_0000 | (ulong)AddressOf(from) << 16);
        BinaryPrimitives.WriteUInt32BigEndian(frame[(at + 14)..], AddressOf(from));
        frame.Slice(at + 18, 28).Clear();
        BinaryPrimitives.WriteUInt32BigEndian(frame[(at + 24)..], AddressOf(to));
        Record(at + 46);
    }

    private void Record(int length)
    {
        const int Shortest = 60;
        if (length < Shortest) _frame.AsSpan(length, Shortest - length).Clear();
        length = Math.Max(length, Shortest);
        Span<byte> header = stackalloc byte[RecordHeader];
        var at = _frames++ * NanosecondsPerFrame;
        BinaryPrimitives.WriteUInt32LittleEndian(header, (uint)(Begin.ToUnixTimeSeconds() + at / 1_000_000_000));
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], (uint)(at % 1_000_000_000 / 1000));
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], length);
        BinaryPrimitives.WriteInt32LittleEndian(header[12..], length);
        _file.Write(header);
        _file.Write(_frame.AsSpan(0, length));
    }
}
