using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

/// <summary>Vectors: the hello of a Niagara station.</summary>
public sealed class FoxTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Fox();

    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 1911)
        .Client("666F7820612031202D3120666F782068656C6C6F0A7B0A666F782E76657273696F6E3D733A312E300A69643D693A310A686F73744E616D653D733A6577730A6170702E6E616D653D733A576F726B62656E63680A7D3B3B0A")
        .Server("666F7820612030202D3120666F782068656C6C6F0A7B0A666F782E76657273696F6E3D733A312E300A686F73744E616D653D733A6A6163652D310A6170702E76657273696F6E3D733A342E31300A6272616E6449643D733A61636D650A7D3B3B0A");

    [Fact]
    public void Read_Hello_TellsNameAndVersion()
    {
        var notes = Sample.Read(Protocol);

        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Name, "jace-1"), notes.Facts);
        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Firmware, "4.10"), notes.Facts);
        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Vendor, "acme"), notes.Facts);
    }

    [Theory]
    [InlineData("666F7820612031202D3120666F782068656C6C6F0A7B0A666F782E76657273696F6E3D733A312E300A69643D693A310A686F73744E616D653D733A6577730A6170702E6E616D653D733A576F726B62656E63680A7D3B3B0A", Verdict.Certain)]
    [InlineData("666F78", Verdict.NeedMore)]
    [InlineData("666F782068756E74696E67", Verdict.None)]
    [InlineData("666F78206120782079207A", Verdict.None)]
    public void Recognise_Payload_IsJudgedByStructure(string hex, Verdict expected) =>
        Assert.Equal(expected, Protocol.Recognise(Exchange.Octets(hex), new(Transport.Tcp, 50000, 40000)));
}
