using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

/// <summary>Vectors: ANSI C12.18-2006 sections 4.3 (services) and 5.3.2 (packets), ANSI C12.19 tables and procedures.</summary>
public sealed class C1218Tests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new C1218();

    /// <summary>Identification, logon as user 2, table 1 read, procedure 21 of table 7, refused. Acknowledgments stand before the answers.</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 10001)
        .Client("EE 00 00 00 0001 20 1310").Server([0x06, .. Packet(0, "00 00 01 00 00")])
        .Client(Packet(0x20, "50 0002 41444D494E2020202020")).Server([0x06, .. Packet(0x20, "00")])
        .Client(Packet(0, "30 0001")).Server([0x06, .. Packet(0, "00 0020 41434D45 4D582D3120202020 01020304 30303030303030303030313233343536 55")])
        .Client(Packet(0x20, "40 0007 0004 1500 07 01 99")).Server([0x06, .. Packet(0x20, "03")]);

    [Fact]
    public void Read_Services_AreThoseOfC1222()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal([(Effect.Admin, "logs on as user 2"), (Effect.Control, "standard procedure 21 (direct load control)")], notes.Operations);
        Assert.Equal([true, false], notes.Answers);
        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Vendor, "ACME"), notes.Facts);
        Assert.Equal([(true, Party.Client), (false, Party.Server)], notes.Parties[..2]);
        Assert.Equal((1, 1), (notes.Functions[".32"], notes.ResponderFunctions[".3"]));
    }

    /// <summary>Section 5.3.2: of a message in several packets only the first one begins with a service.</summary>
    [Fact]
    public void Read_FurtherPacketOfAMessage_IsNoService()
    {
        var notes = new Exchange(Transport.Tcp, 10001).Client([.. Packet(0xC0, "40 0040 0004 0102"), .. Packet(0xA0, "2103 99")]).Read(Protocol);

        Assert.Equal([(Effect.Write, "writes standard table 64")], notes.Operations);
        Assert.Equal(".64", Assert.Single(notes.Functions).Key);
    }

    [Theory]
    [InlineData("EE 00 00 00 0001 20 1310", Verdict.Certain)]
    [InlineData("06 EE 00 00 00 0001 20 1310", Verdict.Certain)]
    [InlineData("EE 00 00 00 0001 20 1311", Verdict.None)]
    [InlineData("EE 00 00 00 0001 20", Verdict.NeedMore)]
    [InlineData("EE", Verdict.NeedMore)]
    [InlineData("EE 00 01", Verdict.None)]                               // C12.22's format
    [InlineData("EE 00 00 00 FFFF", Verdict.None)]
    [InlineData("06", Verdict.None)]
    public void Recognise_Segment_IsBelievedForItsCheck(string hex, Verdict expected) =>
        Assert.Equal(expected, Protocol.Recognise(Exchange.Octets(hex), new(Transport.Tcp, 40000, 40001)));

    private static byte[] Packet(byte control, string data)
    {
        var octets = Exchange.Octets(data);
        byte[] packet = [0xEE, 0, control, 0, 0, (byte)octets.Length, .. octets];
        var check = FrameCheck.Hdlc(packet);
        return [.. packet, (byte)check, (byte)(check >> 8)];
    }
}
