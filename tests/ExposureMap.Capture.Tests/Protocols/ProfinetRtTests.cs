using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class ProfinetRtTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new ProfinetRt();

    protected override Exchange Sample { get; } = new Exchange(Transport.Ethernet, 0x8892)
        .Client("8001 80808080" + "0000000000000000000000000000000000000000000000000000000000000000000000000000 1000 35 00")
        .Server("FC01 0001 0001 11 01 FFFF FFFE 0000 0000");

    [Fact]
    public void Read_CyclicData_IsReported() => Assert.Equal(2, Sample.Read(Protocol).Effects[Effect.Report]);

    [Fact]
    public void Recognise_OtherEtherType_IsSomethingElse() =>
        Assert.Equal(Verdict.None, Protocol.Recognise(Sample.Messages[0].Octets, new(Transport.Ethernet, 0x0800, 0x0800)));
}
