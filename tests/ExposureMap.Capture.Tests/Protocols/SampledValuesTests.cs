using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class SampledValuesTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new SampledValues();

    protected override Exchange Sample { get; } =
    new Exchange(Transport.Ethernet, 0x88BA).Client("4000 0021 0000 0000 60 17 80 01 01 A2 12 30 10 80 04 4D553031 82 02 0001 83 04 00000001");

    [Fact]
    public void Read_Message_ReportsAndNamesTheMergingUnit()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal(1, notes.Effects[Effect.Report]);
        Assert.Contains(notes.Facts, fact => fact is { Kind: FactKind.Name, Value: "MU01" });
    }

    [Fact]
    public void Recognise_Goose_IsSomethingElse() =>
        Assert.Equal(Verdict.None,
            Protocol.Recognise(Exchange.Octets("0001 0010 0000 0000 61 06 80 04 49454431"), new(Transport.Ethernet, 0x88BA, 0x88BA)));
}
