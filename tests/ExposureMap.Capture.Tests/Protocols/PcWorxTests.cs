using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

/// <summary>Vectors: the hello of the engineering tool.</summary>
public sealed class PcWorxTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new PcWorx();

    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 1962)
        .Client("0101 001A 00000000 78800003 000C494245544830314E305F4D00")
        .Server("8101 0014 00000000 00000000 00000000 00000001");

    [Fact]
    public void Read_Hello_IsAdminByTheClient()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal(1, notes.Effects[Effect.Admin]);
        Assert.Equal([(true, Party.Client), (false, Party.Server)], notes.Parties);
    }

    [Theory]
    [InlineData("0101 001A 00000000 78800003 000C494245544830314E305F4D00", Verdict.Certain)]
    [InlineData("8101 0014 00000000 00000000 00000000 00000001", Verdict.None)]
    public void Recognise_Payload_IsJudgedByStructure(string hex, Verdict expected) =>
        Assert.Equal(expected, Protocol.Recognise(Exchange.Octets(hex), new(Transport.Tcp, 50000, 40000)));
}
