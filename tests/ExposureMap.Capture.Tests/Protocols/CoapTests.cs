using System.Text;
using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

/// <summary>Vectors: RFC 7252 section 3 and appendix A; OMA LwM2M registration and device management paths.</summary>
public sealed class CoapTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Coap();

    protected override Exchange Sample { get; } = new Exchange(Transport.Udp, 5683)
        .Client([0x42, 0x02, 0x00, 0x01, 0xAA, 0xBB, 0xB2, .. "rd"u8, 0x48, .. "ep=meter"u8, 0x05, .. "lt=60"u8])
        .Server("62 41 0001 AABB")
        .Client([0x41, 0x03, 0x00, 0x02, 0x01, 0xB1, .. "5"u8, 0x01, .. "0"u8, 0x01, .. "1"u8, 0xFF, .. "coap://fw"u8])
        .Server("61 44 0002 01");

    [Fact]
    public void Read_LwM2mFirmware_IsProgramAndAccepted()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal([(Effect.Program, "firmware update (LwM2M object 5, resource 1)")], notes.Operations);
        Assert.Contains((Address.IPv4(0x0A000001), FactKind.Name, "meter"), notes.Facts);
        Assert.Equal(["lwm2m"], notes.Carried);
        Assert.True(notes.Answers[^1]);
    }

    [Theory]
    [InlineData("43 01 05CA 721633 BB 2E77656C6C2D6B6E6F776E 04 636F7265", 40000, Verdict.Certain)]      // GET /.well-known/core
    [InlineData("62 41 0001 AABB", 5683, Verdict.Weak)]
    [InlineData("62 41 0001 AABB", 40000, Verdict.None)]
    [InlineData("43 01 05CA 721633 DB 2E77656C6C2D6B6E6F776E 04 636F7265", 5683, Verdict.None)]          // option 24 does not exist
    [InlineData("40 00 0001", 5683, Verdict.Weak)]
    public void Recognise_Datagram_NeedsAPathAwayFromThePort(string hex, int port, Verdict expected) =>
        Assert.Equal(expected, Protocol.Recognise(Exchange.Octets(hex), new(Transport.Udp, 50000, (ushort)port)));

    [Theory]
    [InlineData(0x02, "3", "4", Effect.Admin, "reboot or reset (LwM2M object 3, resource 4)")]
    [InlineData(0x02, "3312", "5850", Effect.Control, "executes LwM2M object 3312, resource 5850")]
    [InlineData(0x03, "1", "2", Effect.Write, "writes LwM2M object 1, resource 2")]
    public void Read_Request_IsJudgedByObject(byte code, string target, string resource, Effect effect, string what)
    {
        byte[] request = [0x40, code, 0, 1, (byte)(0xB0 | target.Length), .. Encoding.ASCII.GetBytes(target), 0x01, (byte)'0', (byte)resource.Length,
            .. Encoding.ASCII.GetBytes(resource)];

        Assert.Equal([(effect, what)], new Exchange(Transport.Udp, 5683).Client(request).Read(Protocol).Operations);
    }

    /// <summary>
    /// RFC 8323: capabilities and settings (7.01), then a registration with token AABB and what the server answers, all in one stream.
    /// </summary>
    private static readonly Exchange Stream = new Exchange(Transport.Tcp, 5683)
        .Client("30 E1 22 0480" + "D2 05 02 AABB B2 7264 48 65703D6D65746572 05 6C743D3630").Server("30 E1 22 0480" + "02 41 AABB")
        .Server("91 03 01 B4 33333132 01 30 FF 31").Client("01 44 01");

    protected override Exchange[] OtherSamples => [Stream];

    [Fact]
    public void Read_Stream_IsCutByItsLengths()
    {
        var notes = Stream.Read(Protocol);

        Assert.Equal((1, 1, 1, 1), (notes.Functions[".225"], notes.Functions[".2"], notes.ResponderFunctions[".65"], notes.ResponderFunctions[".3"]));
        Assert.Equal([(Effect.Write, "writes LwM2M object 3312, resource -1")], notes.Operations);
        Assert.Contains((Address.IPv4(0x0A000001), FactKind.Name, "meter"), notes.Facts);
        Assert.Equal([true, true], notes.Answers);
    }

    [Theory]
    [InlineData("D2 05 02 AABB B2 7264 48 65703D6D65746572 05 6C743D3630", 40000, Verdict.Certain)]
    [InlineData("30 E1 22 0480 D2 05 02 AABB B2 7264 48 65703D6D65746572 05 6C743D3630", 40000, Verdict.Certain)]
    [InlineData("30 E1 22 0480", 40000, Verdict.None)]
    [InlineData("30 E1 22 0480", 5683, Verdict.Weak)]
    [InlineData("D2 06 02 AABB B2 7264 48 65703D6D65746572 05 6C743D3630", 40000, Verdict.None)]     // says that it is longer
    [InlineData("D2 06 02 AABB B2 7264 48 65703D6D65746572 05 6C743D3630", 5683, Verdict.NeedMore)]
    [InlineData("50 01 B1 33 01 30 00", 40000, Verdict.None)]                                        // GET /3/0: too little to tell
    [InlineData("D9 04 02 AABB B2 7264 48 65703D6D65746572 05 6C743D3630", 5683, Verdict.None)]      // a token of nine octets
    public void Recognise_Segment_NeedsAWholeRequestWithAPath(string hex, int port, Verdict expected) =>
        Assert.Equal(expected, Protocol.Recognise(Exchange.Octets(hex), new(Transport.Tcp, 50000, (ushort)port)));

    /// <summary>RFC 8323 section 3.2: lengths of 12, 13, 269 and 65805 octets and their next.</summary>
    [Theory]
    [InlineData("C0 02", 14)]
    [InlineData("D0 FF 02", 3 + 13 + 255)]
    [InlineData("E0 0001 02", 4 + 270)]
    [InlineData("F1 00000000 02 00", 7 + 65805)]
    [InlineData("F0 FFFFFFFF 02", -1)]
    [InlineData("E0 00", 0)]
    [InlineData("00 60", -1)]
    public void Measure_Stream_CountsExtendedLengths(string hex, int expected) => Assert.Equal(expected, Protocol.Measure(Exchange.Octets(hex)));
}
