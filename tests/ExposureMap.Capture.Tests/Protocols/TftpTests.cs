using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class TftpTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Tftp();

    /// <summary>RFC 1350 figure 5-1.</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Udp, 69)
        .Client("0001 72746B2E636667 00 6F63746574 00").Client("0002 66772E62696E 00 6F63746574 00");

    [Fact]
    public void Read_Requests_NameTheFile() =>
        Assert.Equal([(Effect.Read, "reads file rtk.cfg"), (Effect.Write, "writes file fw.bin")], Sample.Read(Protocol).Operations);

    [Fact]
    public void Recognise_OtherMode_IsNone() =>
        Assert.Equal(Verdict.None, Protocol.Recognise(Exchange.Octets("0001 72746B2E636667 00 6F63746578 00"), new(Transport.Udp, 40000, 69)));

    /// <summary>RFC 1350 section 5 and RFC 2347: what a server begins with, and what else looks a little like it.</summary>
    [Theory]
    [InlineData("0003 0001 4142", true)]
    [InlineData("0003 0001", true)]                                       // an empty file
    [InlineData("0003 0002 4142", false)]
    [InlineData("0004 0000", true)]
    [InlineData("0004 0000 00", false)]
    [InlineData("0005 0001 4E6F 00", true)]
    [InlineData("0006 626C6B73697A65 00 31343638 00", true)]
    [InlineData("0103 0001 4142", false)]
    [InlineData("0003 00", false)]
    public void Continues_FirstMessageOfTheServer(string hex, bool expected) => Assert.Equal(expected, Protocol.Continues(Exchange.Octets(hex)));
}
