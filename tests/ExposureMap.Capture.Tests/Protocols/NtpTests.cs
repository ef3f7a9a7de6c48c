using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class NtpTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Ntp();

    /// <summary>RFC 5905 figure 8: mode 3 and mode 4 of version 4.</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Udp, 123)
        .Client("23 00 06 EC 00000000 00000000 00000000 0000000000000000 0000000000000000 0000000000000000 ED000000 00000000")
        .Server("24 02 06 EC 00000100 00000100 0A000009 ED000000 00000000 ED000000 00000000 ED000001 00000000 ED000001 00000000");

    [Fact]
    public void Read_ServerMode_IsATimeServer() =>
        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Role, "ntp server"), Sample.Read(Protocol).Facts);

    [Fact]
    public void Read_ServerThatHasNoTime_IsNone() =>
        Assert.Empty(new Exchange(Transport.Udp, 123).Server("E4 10" + new string('0', 2 * 46)).Read(Protocol).Facts);
}
