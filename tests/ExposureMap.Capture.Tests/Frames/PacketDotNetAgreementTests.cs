using System.Net;
using CsCheck;
using ExposureMap.Capture.Frames;
using ExposureMap.Capture.Sources;
using ExposureMap.Graph.Observation;
using PacketDotNet;
using Xunit;
using static ExposureMap.Capture.Tests.Wire;

namespace ExposureMap.Capture.Tests.Frames;

/// <summary>
/// An independent decoder beside ours: where PacketDotNet reads a frame without trouble, addresses, protocol and ports are the same.
/// </summary>
public sealed class PacketDotNetAgreementTests(ITestOutputHelper output)
{
    /// <summary>Per capture, so that one large capture does not take all the time.</summary>
    private const int MostFramesOfCapture = 2_000;

    private sealed record Reading(Address Source, Address Target, int Protocol, int SourcePort, int TargetPort);

    private static readonly Gen<IPAddress> IPv4Address = Gen.Byte.Array[4].Select(octets => new IPAddress(octets));
    private static readonly Gen<IPAddress> IPv6Address = Gen.Byte.Array[16].Select(octets => new IPAddress(octets));

    [Fact]
    public void Decode_FramesBuiltAtRandom_AgreesWithTheirBuilder() =>
        Gen.Select(Gen.Bool, Gen.Select(IPv4Address, IPv4Address, IPv6Address, IPv6Address), Gen.Bool, Gen.UShort,
            Gen.UShort[1, 1100], Gen.Byte.Array[0, 64])
            .Sample(
                (isV6, addresses, isTcp, sourcePort, targetPort, payload) =>
                {
                    var transport = isTcp ? Tcp(sourcePort, targetPort, "A", 1, 1, payload) : Udp(sourcePort, targetPort, payload);
                    var protocol = isTcp ? ProtocolType.Tcp : ProtocolType.Udp;
                    var octets = isV6
                        ? Ethernet(0x86DD, IPv6(protocol, transport, addresses.Item3.ToString(), addresses.Item4.ToString()))
                        : Ethernet(0x0800, IPv4(protocol, transport, addresses.Item1.ToString(), addresses.Item2.ToString()));
                    var (from, to) = isV6 ? (addresses.Item3, addresses.Item4) : (addresses.Item1, addresses.Item2);
                    Assert.Equal(new Reading(Of(from), Of(to), (int)protocol, sourcePort, targetPort), Ours(Decoded.Of(octets)));
                    Assert.Equal(payload, Decoded.Of(octets).Payload(octets).ToArray());
                },
                iter: 20_000, threads: 1);

    [Fact]
    public void Decode_FramesOfRealCaptures_AgreesWithPacketDotNet()
    {
        if (Repository.SharedCaptures is not { } captures)
        {
            Assert.Skip("../shared/captures is missing: real captures");
            return;
        }

        var differences = new SortedDictionary<string, (int Count, string First)>(StringComparer.Ordinal);
        long compared = 0, unread = 0;
        foreach (var path in Directory.EnumerateFiles(Path.Combine(captures, "pcaps"), "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal))
        {
            foreach (var (octets, linkType, number) in FramesOf(path))
            {
                var frame = Decoded.Of(octets, linkType);
                if (frame.Status != FrameStatus.Transport || frame.IsCut || !frame.Scope.Tunnel.Equals("", StringComparison.Ordinal)) continue;
                if (Theirs(octets, linkType) is not { } theirs)
                {
                    unread++;
                    continue;
                }

                compared++;
                if (theirs == Ours(frame)) continue;
                var kind = KindOf(theirs, Ours(frame), octets);
                var (count, first) = differences.GetValueOrDefault(kind);
                differences[kind] = (count + 1, first ?? $"{Path.GetFileName(path)} frame {number}: {Ours(frame)} but {theirs}");
            }
        }

        output.WriteLine($"{compared} frames compared, {unread} that PacketDotNet does not read");
        foreach (var (kind, (count, first)) in differences) output.WriteLine($"{count} {kind}, first {first}");
        Assert.True(compared > 10_000);
        Assert.DoesNotContain("ours", differences.Keys);
    }

    /// <summary>Its known mistake (IPv6 extension headers are measured by the first one's length) is told from ours.</summary>
    private static string KindOf(Reading theirs, Reading ours, byte[] octets) =>
        theirs.Source == ours.Source && theirs.Target == ours.Target && ours.Source.Family == Graph.Observation.AddressFamily.IPv6
            && octets.Length > 20 ? "IPv6 extension headers" : "ours";

    private static Reading Ours(in Frame frame) =>
        new(frame.SourceAddress, frame.TargetAddress, frame.IpProtocol, frame.SourcePort, frame.TargetPort);

    /// <summary>On a copy, at most eight layers, only members that read what stands in the header. Null where it does not get to the ports.</summary>
    private static Reading? Theirs(byte[] octets, ushort linkType)
    {
        try
        {
            var packet = Packet.ParsePacket((LinkLayers)linkType, octets.ToArray());
            IPPacket? ip = null;
            for (var depth = 0; depth < 8 && packet is not null; depth++)
            {
                if (packet is IPPacket found) ip = found;
                if (packet is TransportPacket transport && ip is not null) return Read(ip, transport);
                packet = packet.HasPayloadPacket ? packet.PayloadPacket : null;
            }
        }
        catch (Exception refused) when (refused is not OutOfMemoryException)
        {
            return null;                                          // its lazy parsing throws many kinds
        }

        return null;
    }

    private static Reading? Read(IPPacket ip, TransportPacket transport) => transport switch
    {
        TcpPacket tcp => new(Of(ip.SourceAddress), Of(ip.DestinationAddress), 6, tcp.SourcePort, tcp.DestinationPort),
        UdpPacket udp => new(Of(ip.SourceAddress), Of(ip.DestinationAddress), 17, udp.SourcePort, udp.DestinationPort),
        _ => null,
    };

    private static Address Of(IPAddress address) =>
        address.GetAddressBytes() is { Length: 4 } four
            ? Graph.Observation.Address.IPv4(four)
            : Graph.Observation.Address.IPv6(address.GetAddressBytes());

    private static List<(byte[] Octets, ushort LinkType, long Number)> FramesOf(string path)
    {
        var frames = new List<(byte[], ushort, long)>();
        try
        {
            using var source = CaptureFile.OpenFile(path);
            var batch = new FrameBatch();
            while (frames.Count < MostFramesOfCapture && source.Read(batch, CancellationToken.None))
            {
                foreach (ref readonly var record in batch.Records)
                {
                    if (frames.Count < MostFramesOfCapture) frames.Add((batch.Octets(record).ToArray(), record.LinkType, record.Number));
                }
            }
        }
        catch (CaptureException)
        {
            // no capture: the reader's own tests say so
        }

        return frames;
    }
}
