using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class IpmiTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Ipmi();

    /// <summary>IPMI v2.0 section 13: get channel authentication capabilities and its answer; chassis control, power cycle (28.3).</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Udp, 623)
        .Client("06 00 FF 07 00 00000000 00000000 09 20 18 C8 81 00 38 8E 04 B5")
        .Server("06 00 FF 07 00 00000000 00000000 10 81 1C 63 20 00 38 00 01 84 1A 03 00000000 82")
        .Client("06 00 FF 07 00 00000001 00000001 08 20 00 E0 81 04 02 02 77");

    [Fact]
    public void Read_ChassisControl_IsAControl()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal([(Effect.Control, "chassis control 2")], notes.Operations);
        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Role, "management controller"), notes.Facts);
    }
}
