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
    public void Recognise_OtherMode_IsNone() => Assert.Equal(Verdict.None, Protocol.Recognise(Exchange.Octets("0001 72746B2E636667 00 6F63746578 00"), new(Transport.Udp, 40000, 69)));
}
