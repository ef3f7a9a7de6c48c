using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class LldpTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Lldp();

    /// <summary>
    /// IEEE 802.1AB clause 8.5: chassis (MAC), port, time to live, system name SW1, description, capabilities (bridge), management address, end.
    /// </summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Ethernet, 0x88CC)
        .Client("0207 04 0200000000AA 0404 05 503031 0602 0078 0A03 535731 0C04 52534731 0E04 0014 0004 100C 05 01 0A0000FE 02 00000001 00 0000");

    [Fact]
    public void Read_Switch_TellsItself()
    {
        var notes = Sample.Read(Protocol);

        Assert.Contains(notes.Facts, fact => fact is { Kind: FactKind.Name, Value: "SW1" });
        Assert.Contains(notes.Facts, fact => fact is { Kind: FactKind.Model, Value: "RSG1" });
        Assert.Contains(notes.Facts, fact => fact is { Kind: FactKind.Fingerprint, Value: "lldp chassis 02:00:00:00:00:aa" });
        Assert.Equal("switch", Assert.Single(notes.Facts, fact => fact.Kind == FactKind.Role).Value);     // it could route, but does not
        Assert.Contains((Address.IPv4(0x0A0000FE), FactKind.OwnedBy, "02:00:00:00:00:01"), notes.Facts);
    }
}
