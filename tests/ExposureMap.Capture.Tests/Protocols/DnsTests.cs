using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class DnsTests : ProtocolContract
{
    private const string Question = "03 777777 07 6578616D706C65 00 0001 0001";              // www.example A IN

    internal override IProtocol Protocol { get; } = new Dns();

    /// <summary>RFC 1035 section 4.1: a query for www.example, answered by an alias to a.example and its address 10.5.5.5.</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Udp, 53)
        .Client("1234 0100 0001 0000 0000 0000" + Question)
        .Server("1234 8180 0001 0002 0000 0000" + Question + "C00C 0005 0001 00000E10 0004 01 61 C010 C029 0001 0001 00000E10 0004 0A050505");

    [Fact]
    public void Read_AnswerOverAlias_NamesTheAddressAsAskedFor()
    {
        var notes = Sample.Read(Protocol);

        Assert.Contains((Address.IPv4(0x0A050505), FactKind.Name, "www.example"), notes.Facts);
        Assert.Contains(notes.Facts, fact => fact is { Kind: FactKind.Role, Value: "dns server" });
        Assert.Equal([(true, Party.Client), (false, Party.Server)], notes.Parties);
    }

    [Fact]
    public void Recognise_Query_IsCertainOnAnyPort() =>
        Assert.Equal(Verdict.Certain, Protocol.Recognise(Sample.Messages[0].Octets, new(Transport.Udp, 40000, 5300)));

    [Theory]
    [InlineData("1234 0100 0001 0000 0000 0000 03 777777 00 0001 0007")]                     // no such class
    [InlineData("1234 0140 0001 0000 0000 0000 03 777777 00 0001 0001")]                     // bit Z
    [InlineData("1234 0100 0001 0000 0000 0000 C00C 0001 0001")]                             // points to itself
    [InlineData("4001 0001 B374 6D65 6574 6572 0101 FF00")]                                  // CoAP
    public void Recognise_AlmostDns_IsNone(string hex) =>
        Assert.Equal(Verdict.None, Protocol.Recognise(Exchange.Octets(hex), new(Transport.Udp, 40000, 40001)));

    [Fact]
    public void Read_Update_IsAWrite() =>
        Assert.Equal(1,
            new Exchange(Transport.Udp, 53).Client("0001 2800 0001 0000 0000 0000 02 6F74 00 0006 0001").Read(Protocol).Effects[Effect.Write]);

    [Fact]
    public void Read_OnTcp_PassesTheLengthOver()
    {
        var notes = new Exchange(Transport.Tcp, 53)
            .Server("002D 1234 8180 0001 0001 0000 0000" + Question + "C00C 0001 0001 00000E10 0004 0A050505").Read(Protocol);

        Assert.Contains((Address.IPv4(0x0A050505), FactKind.Name, "www.example"), notes.Facts);
    }

    [Fact]
    public void ReadName_PointersInACircle_EndsWithNothing()
    {
        var offset = 12;
        Assert.Equal(-1, DnsName.Read(Exchange.Octets("000000000000000000000000 0161 C00C"), ref offset, new byte[DnsName.MaximumOctets]));
    }
}
