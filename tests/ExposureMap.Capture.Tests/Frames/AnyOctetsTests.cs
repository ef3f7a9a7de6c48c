using CsCheck;
using ExposureMap.Capture.Frames;
using PacketDotNet;
using Xunit;
using static ExposureMap.Capture.Tests.Wire;

namespace ExposureMap.Capture.Tests.Frames;

/// <summary>Whatever octets come: no exception, nothing read outside of them, always one status, no allocation.</summary>
public sealed class AnyOctetsTests
{
    private const long Frames = 200_000;

    private static readonly ushort[] LinkTypes =
        [0, 1, 6, 9, 10, 12, 50, 51, 100, 101, 104, 105, 107, 108, 109, 113, 117, 127, 178, 192, 197, 204, 206, 219, 228, 229, 239, 240,
            241, 242, 258, 276, 9999];

    /// <summary>Frames of every layer, to cut and to change.</summary>
    private static readonly byte[][] Seeds =
    [
        Ethernet(0x0800, IPv4(ProtocolType.Tcp, Tcp(40000, 502, "SA", 1, 2, Decoded.Payload))),
        Ethernet(0x8100, Hex("000A 8100 0014 86DD", Decoded.InnerSix)),
        Ethernet(0x86DD,
            IPv6(ProtocolType.IPv6HopByHopOptions,
                [.. Hex("2B 00 0104 00000000 33 00 00 00 00000000 11 01 0000 00000001 00000001"), .. Udp(1, 2, Decoded.Payload)])),
        Ethernet(0x0800, IPv4(ProtocolType.Gre, Hex("1000 88BE 00000001 1001 000A 00000000", Ethernet(0x0800, Decoded.Inner)))),
        Ethernet(0x0800,
            IPv4(ProtocolType.Gre,
                Hex("B000 22EB 0000 0000 0000002A 00000001 2001 000A 00000000 0000 0001 0000000000000000", Ethernet(0x0800, Decoded.Inner)))),
        Ethernet(0x0800, IPv4(ProtocolType.Udp, Udp(50000, 4789, Hex("08000000 00002A 00", Ethernet(0x0800, Decoded.Inner))))),
        Ethernet(0x0800, IPv4(ProtocolType.Udp, Udp(50000, 6081, Hex("02 00 6558 00002A 00 0102 80 01 DEADBEEF", Ethernet(0x0800, Decoded.Inner))))),
        Ethernet(0x0800, IPv4(ProtocolType.Udp, Udp(50000, 2152, Hex("34 FF 0028 00000001 0000 00 85 01 1000 00", Decoded.Inner)))),
        Ethernet(0x0800,
            IPv4((ProtocolType)132,
                Hex("9C40 0964 00000001 00000000 03 00 0010 00000001 0000FFFF 0000 0000 00 03 0013 00000001 0000 0000 0000002E 010203 00"))),
        Ethernet(0x8864, Hex("11 00 1234 0021 0021", Decoded.Inner)),
        Ethernet(0x8847, Hex("00064 0 FF 000C8 1 FE", Decoded.Inner)),
        Ethernet(0x894F, Hex("0FC2 01 01 000005 FF", Decoded.Inner)),
        Ethernet(0x88E7, Hex("00 00002A", Ethernet(0x0800, Decoded.Inner))),
        Hex("02 00 0000 0500 0A00 00 000000 2300 0900", Decoded.Inner),
        Hex("00 00 0C00 04000000 02000000 8881 0000 020000000001 020000000002 020000000003 1000 8000 00000000 020000000003 020000000002 0027 AAAA03 000000 0800", Decoded.Inner),
        Hex("00 00 0800 69000000 0803 0000 020000000001 020000000002 020000000003 1000 020000000004 AAAA03 000000 0800", Decoded.Inner),
        Ethernet(0x0800,
            IPv4(ProtocolType.Udp,
                Udp(50000, 5247,
                    Hex("00 10 43 00 0000 0000 0108 0000 020000000001 020000000002 020000000003 1000 AAAA03 000000 0800", Decoded.Inner)))),
    ];

    private static readonly Gen<byte[]> Random = Gen.Byte.Array[0, 200];

    /// <summary>A seed with up to eight octets changed, cut anywhere, behind another layer's header or not.</summary>
    private static readonly Gen<byte[]> Mutated =
        Gen.Select(Gen.Int[0, Seeds.Length - 1], Gen.Select(Gen.Int[0, 199], Gen.Byte).Array[0, 8], Gen.Double.Unit, Gen.Int[0, 3])
        .Select((seed, changes, cut, wraps) =>
        {
            var octets = Seeds[seed].ToArray();
            foreach (var (place, value) in changes) octets[place % octets.Length] = value;
            if (cut < 0.3) octets = octets[..(int)(cut / 0.3 * octets.Length)];
            for (var wrap = 0; wrap < wraps; wrap++) octets = [.. Seeds[3][..50], .. octets];
            return octets;
        });

    [Fact]
    public void Decode_AnyOctetsOnAnyLink_NeitherThrowsNorLeavesThem() =>
        Gen.Select(Gen.OneOf(Random, Mutated, Mutated, Mutated), Gen.Int[0, LinkTypes.Length - 1].Select(place => LinkTypes[place]))
            .Sample((octets, linkType) => Read(octets, linkType), iter: Frames, threads: 1);

    /// <summary>The frame lies in the middle of a larger buffer: what is read beyond it would change the answer.</summary>
    [Fact]
    public void Decode_SameFrameInAnotherBuffer_GivesTheSame() =>
        Gen.Select(Mutated, Gen.Int[0, LinkTypes.Length - 1].Select(place => LinkTypes[place])).Sample(
            (octets, linkType) =>
            {
                Frame alone = default, within = default;
                FrameDecoder.Decode(octets, linkType, ref alone);
                byte[] buffer = [.. Enumerable.Repeat((byte)0x45, 64), .. octets, .. Enumerable.Repeat((byte)0x45, 64)];
                FrameDecoder.Decode(buffer.AsSpan(64, octets.Length), linkType, ref within);
                Assert.Equal(Text(alone), Text(within));
            },
            iter: 20_000, threads: 1);

    [Fact]
    public void Decode_AnyFrame_DoesNotAllocate()
    {
        Frame frame = default;
        foreach (var seed in Seeds) FrameDecoder.Decode(seed, EthernetLink, ref frame);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 1000; round++)
        {
            foreach (var seed in Seeds) FrameDecoder.Decode(seed, EthernetLink, ref frame);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
    }

    private static void Read(byte[] octets, ushort linkType)
    {
        var frame = Decoded.Of(octets, linkType);
        _ = frame.Payload(octets).Length;
        if (frame.Status == FrameStatus.Fragment)
        {
            if (frame.FragmentOffset == 0) FrameDecoder.DecodeCutFragment(octets, ref frame);
            else FrameDecoder.DecodeDatagram(octets, ref frame);
            Decoded.AssertInBounds(frame, octets);
        }

        Assert.True(Enum.IsDefined(frame.Status));
        if (frame.Status == FrameStatus.Transport) Assert.True(frame.IpVersion is 4 or 6);
    }

    private static string Text(in Frame frame) =>
        $"{frame.Status} {frame.IsCut} {frame.SourceAddress} {frame.TargetAddress} {frame.IpProtocol} {frame.SourcePort} {frame.TargetPort} {frame.Scope.Tunnel} {frame.PayloadOffset} {frame.PayloadLength} {frame.WirePayloadLength}";
}
