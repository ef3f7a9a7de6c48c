using ExposureMap.Capture.Frames;
using PacketDotNet;
using Xunit;
using static ExposureMap.Capture.Tests.Wire;

namespace ExposureMap.Capture.Tests.Frames;

/// <summary>IEEE 802.11-2020 section 9.2.4: frames captured on the air, and those an access point hands to its controller.</summary>
public sealed class WirelessTests
{
    private const ushort Air = 105, Radiotap = 127, Ppi = 192;
    private const string Duration = "0000", Sequence = "1000", Snap = "AAAA03 000000 0800";
    private const string Receiver = "020000000001", Transmitter = "020000000002", Third = "020000000003", Fourth = "020000000004";

    /// <summary>Table 9-30: who sends to whom depends on the two bits that tell of the distribution system.</summary>
    [Theory]
    [InlineData("0800", "", 2, 1)]                                // between two stations
    [InlineData("0801", "", 2, 3)]                                // station to access point
    [InlineData("0802", "", 3, 1)]                                // access point to station
    [InlineData("0803", Fourth, 4, 3)]                            // between access points
    [InlineData("8801", "0000", 2, 3)]                            // QoS
    [InlineData("8881", "0000 00000000", 2, 3)]                   // QoS and HT control
    public void Decode_DataFrame_HasItsStations(string control, string further, int source, int target)
    {
        var frame = Decoded.IsInner(Aired(control, further), Air);

        Assert.Equal((0x020000000000UL + (ulong)source, 0x020000000000UL + (ulong)target), (frame.SourceMac, frame.TargetMac));
    }

    /// <summary>radiotap.org: the header says how long it is. PPI: so does its, and what it is followed by.</summary>
    [Fact]
    public void Decode_CaptureHeaders_AreSkipped()
    {
        Decoded.IsInner([.. Hex("00 00 0C00 04000000 02000000"), .. Aired("0801")], Radiotap);
        Decoded.IsInner([.. Hex("00 00 0C00 69000000 00000000"), .. Aired("0801")], Ppi);
        Decoded.IsInner([.. Hex("00 00 0800 65000000"), .. Decoded.Inner], Ppi);
    }

    /// <summary>Section 9.3.2.2: target, source and length before each unit.</summary>
    [Fact]
    public void Decode_SeveralUnitsInAFrame_ReadsTheFirst()
    {
        byte[] unit = [.. Hex(Snap), .. Decoded.Inner];

        Decoded.IsInner([.. Head("8801", "8000"), .. Hex($"{Third}{Transmitter}{unit.Length:X4}"), .. unit, .. new byte[20]], Air);
    }

    [Theory]
    [InlineData("8000")]                                          // beacon
    [InlineData("0841")]                                          // protected data
    [InlineData("4801")]                                          // data frame without data
    public void Decode_WhatIsAboutTheAirOrEncrypted_IsALinkFrameWithoutPayload(string control)
    {
        var frame = Decoded.Of(Aired(control), Air);

        Assert.Equal((FrameStatus.Link, 0, (byte)0, 0x020000000002UL), (frame.Status, frame.PayloadLength, frame.IpVersion, frame.SourceMac));
    }

    /// <summary>
    /// RFC 5415 section 4.3: header of 16 octets with radio address, binding 1 and T: IEEE 802.11. Frame control as the standard has it, and swapped.
    /// </summary>
    [Theory]
    [InlineData("0801")]
    [InlineData("0108")]
    public void Decode_CapwapData_HasTheStationsPacket(string control) =>
        Decoded.IsInner(CarriedUdp([.. Hex("00 20 43 10 0000 0000 06 020000000009 00"), .. Aired(control)]), tunnel: "capwap");

    /// <summary>Without T the access point has made an Ethernet frame of it.</summary>
    [Fact]
    public void Decode_CapwapEthernet_HasTheStationsPacket() =>
        Decoded.IsInner(CarriedUdp([.. Hex("00 10 42 00 0000 0000"), .. Ethernet(0x0800, Decoded.Inner)]), tunnel: "capwap");

    [Theory]
    [InlineData("00 10 43 08 0000 0000 00000000")]                // keep-alive
    [InlineData("01 000000 16FEFF00000000")]                      // DTLS
    public void Decode_CapwapWithoutAFrame_IsAPlainDatagram(string payload)
    {
        var frame = Decoded.Of(CarriedUdp(Hex(payload)));

        Assert.Equal((FrameStatus.Transport, 5247, ""), (frame.Status, frame.TargetPort, frame.Scope.Tunnel));
    }

    private static byte[] CarriedUdp(byte[] payload) => Ethernet(0x0800, IPv4(ProtocolType.Udp, Udp(50000, 5247, payload)));

    private static byte[] Aired(string control, string further = "") => [.. Head(control, further), .. Hex(Snap), .. Decoded.Inner];

    private static byte[] Head(string control, string further) => Hex(control + Duration + Receiver + Transmitter + Third + Sequence + further);
}
