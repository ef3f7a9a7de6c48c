using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class StpTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Stp();

    /// <summary>IEEE 802.1D clause 9.3.3, a rapid spanning tree BPDU.</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Ethernet, 0)
        .Client("424203 0000 02 02 3C 8000020000000099 00004E20 80000200000000AA 8001 0100 1400 0200 0F00 00");

    [Fact]
    public void Read_Sender_IsASwitch()
    {
        var notes = Sample.Read(Protocol);

        Assert.Contains(notes.Facts, fact => fact is { Kind: FactKind.Role, Value: "switch" });
        Assert.Contains(notes.Facts, fact => fact is { Kind: FactKind.Fingerprint, Value: "stp bridge 80000200000000aa" });
    }
}
