using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class RshTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Rsh();

    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 514).Client("1022\0op\0root\0reboot\0"u8);

    [Fact]
    public void Read_Command_IsAProgram() => Assert.Equal((Effect.Program, "runs reboot"), Assert.Single(Sample.Read(Protocol).Operations));
}
