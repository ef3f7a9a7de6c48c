using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class RdpTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Rdp();

    /// <summary>MS-RDPBCGR section 4.1.1 and 4.1.2: a request with a cookie and a negotiation, its answer, then TLS.</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 3389)
        .Client("03 00 002C 27 E0 0000 0000 00 436F6F6B69653A206D737473686173683D656C746F6E730D0A 01 00 0800 00000000")
        .Server("03 00 0013 0E D0 0000 1234 00 02 00 0800 00000000")
        .Client(TlsTests.ClientHello);

    [Fact]
    public void Read_Cookie_TellsWhoAsks()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal((Effect.Admin, "asks for a desktop as eltons"), notes.Operations[0]);
        Assert.Equal(["ssl"], notes.Carried);
        Assert.Equal((false, Party.Server), notes.Parties[1]);
    }

    /// <summary>MS-RDPEUDP section 4.1: SYN and SYN with ACK, filled up with zeros; then what only a conversation that began so can be.</summary>
    [Fact]
    public void Read_Datagrams_TellWhoAsks()
    {
        var fill = new string('0', 2 * 1216);
        var exchange = new Exchange(Transport.Udp, 3389).Client("FFFFFFFF 0040 1801 78D5A6B2 04D0 04D0" + fill)
            .Server("78D5A6B2 0040 1005 DCFD0F12 04D0 04D0" + fill);
        var notes = exchange.Read(Protocol);

        Assert.All(exchange.Messages, message => Assert.Equal(Verdict.Certain, Protocol.Recognise(message.Octets, new(Transport.Udp, 40000, 3389))));
        Assert.Equal([(true, Party.Client), (false, Party.Server)], notes.Parties);
        Assert.Equal(Verdict.None, Protocol.Recognise(Exchange.Octets("C10B1494 03FF 0004 00010100"), new(Transport.Udp, 40000, 3389)));
    }

    [Theory]
    [InlineData("03 00 0013 0E E0 0000 0000 00 01 00 0800 03000000", 502, Verdict.Certain)]
    [InlineData("03 00 0016 11 E0 0000 0001 00 C1020100 C2020102 C0010A", 102, Verdict.None)]      // S7
    [InlineData("03 00 000B 06 E0 0000 0000 00", 3389, Verdict.Weak)]
    [InlineData("03 00 000B 06 E0 0000 0000 00", 102, Verdict.None)]
    public void Recognise_ConnectionRequests(string hex, int port, Verdict expected) =>
        Assert.Equal(expected, Protocol.Recognise(Exchange.Octets(hex), new(Transport.Tcp, 40000, (ushort)port)));
}
