using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class CdpTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Cdp();

    /// <summary>Device id, one IPv4 address, capabilities (switch), software version and platform.</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Ethernet, 0)
        .Client("AAAA03 00000C 2000 02 B4 0000 0001 0007 535739 0002 0011 00000001 01 01 CC 0004 0A0000FD 0004 0008 00000028 0005 000B 494F53 20 31350A 0006 000C 4945333030302D38");

    [Fact]
    public void Read_Switch_TellsItself()
    {
        var notes = Sample.Read(Protocol);

        Assert.Contains(notes.Facts, fact => fact is { Kind: FactKind.Name, Value: "SW9" });
        Assert.Contains(notes.Facts, fact => fact is { Kind: FactKind.Model, Value: "IE3000-8" });
        Assert.Contains(notes.Facts, fact => fact is { Kind: FactKind.Firmware, Value: "IOS 15" });
        Assert.Contains(notes.Facts, fact => fact is { Kind: FactKind.Role, Value: "switch" });
        Assert.Contains((Address.IPv4(0x0A0000FD), FactKind.OwnedBy, "02:00:00:00:00:01"), notes.Facts);
    }
}
