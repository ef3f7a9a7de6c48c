using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class RloginTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Rlogin();

    /// <summary>RFC 1282 section 2, its example.</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 513).Client([0, .. "bostic\0kbostic\0vt100/9600\0"u8]);

    [Fact]
    public void Read_Beginning_IsATerminal() =>
        Assert.Equal((Effect.Admin, "opens a terminal in the clear"), Assert.Single(Sample.Read(Protocol).Operations));
}
