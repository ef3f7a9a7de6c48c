using ExposureMap.Capture.Frames;
using Xunit;

namespace ExposureMap.Capture.Tests.Frames;

/// <summary>What the decoder makes of octets, and the innermost packet that most vectors wrap: UDP 40000 to 502 with three octets.</summary>
internal static class Decoded
{
    public static readonly byte[] Payload = [1, 2, 3];

    public static byte[] Inner => Wire.IPv4(PacketDotNet.ProtocolType.Udp, Wire.Udp(40000, 502, Payload));

    public static byte[] InnerSix => Wire.IPv6(PacketDotNet.ProtocolType.Udp, Wire.Udp(40000, 502, Payload));

    public static Frame Of(byte[] octets, ushort linkType = Wire.EthernetLink)
    {
        Frame frame = default;
        FrameDecoder.Decode(octets, linkType, ref frame);
        AssertInBounds(frame, octets);
        return frame;
    }

    public static void AssertInBounds(in Frame frame, byte[] octets)
    {
        Assert.True(frame.PayloadOffset >= 0 && frame.PayloadLength >= 0 && frame.PayloadOffset + frame.PayloadLength <= octets.Length,
            "payload out of bounds");
        Assert.True(frame.WirePayloadLength >= frame.PayloadLength, "more payload captured than there was");
    }

    /// <summary>The frame holds <see cref="Inner"/> in this scope.</summary>
    public static Frame IsInner(byte[] octets, ushort linkType = Wire.EthernetLink, string tunnel = "", int vlan = -1, int innerVlan = -1)
    {
        var frame = Of(octets, linkType);
        Assert.Equal((FrameStatus.Transport, false), (frame.Status, frame.IsCut));
        Assert.Equal((frame.IpVersion == 6 ? "2001:db8::1" : Wire.Client, frame.IpVersion == 6 ? "2001:db8::2" : Wire.Server),
            (frame.SourceAddress.ToString(), frame.TargetAddress.ToString()));
        Assert.Equal((17, 40000, 502), (frame.IpProtocol, frame.SourcePort, frame.TargetPort));
        Assert.Equal(Payload, frame.Payload(octets).ToArray());
        Assert.Equal((tunnel, vlan, innerVlan), (frame.Scope.Tunnel, frame.Scope.Vlans.Outer, frame.Scope.Vlans.Inner));
        return frame;
    }
}
