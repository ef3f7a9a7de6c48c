using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// QUIC, RFC 9000 section 17.2 and RFC 8999, and Google's before it: told by version and long header; of its content only the ClientHello can be
/// read.
/// </summary>
internal sealed class Quic : IProtocol
{
    private const byte LongHeader = 0x80, FixedBit = 0x40, PacketType = 0x30;
    private const int VersionOffset = 1, TargetLengthOffset = 5;
    private const uint One = 1, Two = 0x6B3343CF, TwoDraft = 0x709A50C4;                   // RFC 9000 section 15, RFC 9369 section 3.1
    private const uint LastDraft = 0xFF00_0022, FirstDraft = 0xFF00_0000, FirstTwoDraft = 0xFF02_0000;
    private const uint ReservedMask = 0x0F0F0F0F, Reserved = 0x0A0A0A0A;                 // section 15: versions that make the server offer its own
    private const uint Facebook = 0xFACEB0;                                              // mvfst, its last octet is the version
    private const int MaximumConnectionId = 20;
    private const int LeastIdentifier = 8;                       // section 7.2: the client's first choice of its peer's

    private const int HandshakeHead = 4;                         // RFC 8446 section 4
    // Memory.First: opening costs some microseconds, and whoever likes can send what does not open
    private const ulong MostTries = 3;

    // Google's versions up to Q043: flags, connection id, version. "QUIC Wire Layout Specification" (2016), Public Packet Header.
    private const byte PublicVersion = 0x01, PublicReset = 0x02, PublicIdentifier = 0x08, PublicReserved = 0xC0;
    private const int PublicVersionOffset = 9, PublicHeader = 14;

    public string Name => "quic";

    public ReadOnlySpan<Transport> Transports => [Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [443];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < 20) return Verdict.None;
        if ((payload[0] & LongHeader) == 0) return IsPublicHeader(payload) ? Verdict.Certain : Verdict.None;
        if ((payload[0] & FixedBit) == 0) return Verdict.None;
        // Q046: two lengths in one octet
        if (IsGoogle(payload[VersionOffset..])) return payload[TargetLengthOffset] is 0x50 or 0x05 or 0x08 or 0x00 ? Verdict.Certain : Verdict.None;
        var version = BinaryPrimitives.ReadUInt32BigEndian(payload[VersionOffset..]);
        var isReserved = (version & ReservedMask) == Reserved;
        if (!isReserved && !IsVersion(version)) return Verdict.None;
        var reader = new Cursor(payload[TargetLengthOffset..]);
        int target = reader.U8();
        reader.Skip(target);
        int source = reader.U8();
        reader.Skip(source);
        if (!reader.Ok || target > MaximumConnectionId || source > MaximumConnectionId) return Verdict.None;
        if (isReserved)
            return payload.Length >= QuicInitial.MinimumDatagram && target >= LeastIdentifier && (payload[0] & PacketType) == 0
                ? Verdict.Certain
                : Verdict.None;
        return (payload.Length >= QuicInitial.MinimumDatagram || carrier.Uses(443)) && target + source >= LeastIdentifier
            ? Verdict.Certain
            : Verdict.Weak;
    }

    public int Measure(ReadOnlySpan<byte> stream) => stream.Length;

    public int HeadOctets => QuicInitial.MaximumHello;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        notes.Effect(Effect.Opaque);
        if (message.Length < QuicInitial.MinimumDatagram || (message[0] & LongHeader) == 0 || notes.Memory.First >= MostTries
            || !notes.Keeps(Effect.Identify))
            return;
        notes.Memory.First++;
        Span<byte> hello = stackalloc byte[QuicInitial.MaximumHello];
        hello = hello[..QuicInitial.Open(message, hello)];
        if (hello.Length <= HandshakeHead + ClientHello.LeastOctets || hello[0] != Tls.ClientHelloType) return;
        var end = HandshakeHead + new Cursor(hello[1..]).U24();
        if (hello.Length < end && message.Length <= QuicInitial.MaximumDatagram)
        {
            notes.AwaitRest(message.Length);
            return;
        }

        notes.Memory.First = MostTries;
        ClientHello.Read(hello[HandshakeHead..Math.Min(hello.Length, end)], HelloCarrier.Quic, notes);
    }

    private static bool IsVersion(uint version) =>
        version is One or Two or TwoDraft or (>= FirstDraft and <= LastDraft) or FirstTwoDraft or FirstTwoDraft + 1 || version >> 8 == Facebook;

    /// <summary>Q009 to Q050, T050 and T051: letter, 0, two digits.</summary>
    private static bool IsGoogle(ReadOnlySpan<byte> version) =>
        version[0] is (byte)'Q' or (byte)'T' && version[1] == '0' && char.IsAsciiDigit((char)version[2]) && char.IsAsciiDigit((char)version[3]);

    private static bool IsPublicHeader(ReadOnlySpan<byte> payload) =>
        payload.Length >= PublicHeader
        && (payload[0] & (PublicVersion | PublicReset | PublicIdentifier | PublicReserved)) == (PublicVersion | PublicIdentifier)
        && payload[PublicVersionOffset] == 'Q' && IsGoogle(payload[PublicVersionOffset..]);
}
