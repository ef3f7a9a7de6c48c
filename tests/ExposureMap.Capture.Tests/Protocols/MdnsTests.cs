using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class MdnsTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Mdns();

    /// <summary>RFC 6762 section 18: hmi.local is asked for; answered with the cache-flush bit, a TXT model and an SRV record.</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Udp, 5353)
        .Client("0000 0000 0001 0000 0000 0000 03 686D69 05 6C6F63616C 00 0001 0001")
        .Server("0000 8400 0000 0003 0000 0000 03 686D69 05 6C6F63616C 00 0001 8001 00000078 0004 0A000002"
            + "C00C 0010 8001 00000078 000A 09 6D6F64656C3D544637"
            + "01 78 0C 5F736D617274656E65726779 04 5F746370 C010 0021 8001 00000078 0008 0000 0000 01BB C00C");

    [Fact]
    public void Read_Answer_NamesTheSender()
    {
        var notes = Sample.Read(Protocol);

        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Name, "hmi.local"), notes.Facts);
        Assert.Contains(notes.Facts, fact => fact is { Kind: FactKind.Model, Value: "TF7" });
        Assert.Contains(notes.Facts, fact => fact is { Kind: FactKind.Role, Value: "ieee 2030.5 device" });
    }

    [Fact]
    public void Recognise_OnAnotherPort_IsNone() =>
        Assert.Equal(Verdict.None, Protocol.Recognise(Sample.Messages[0].Octets, new(Transport.Udp, 40000, 53)));
}
