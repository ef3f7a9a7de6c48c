using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

/// <summary>Vectors: type, length, data, CRC-16 as published.</summary>
public sealed class TriStationTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new TriStation();

    protected override Exchange Sample { get; } = new Exchange(Transport.Udp, 1502)
        .Client("06 00 00 00 00 88")
        .Client("0500060000001300000094BE")
        .Client("0500060000000100000091C6");

    [Fact]
    public void Read_DownloadToASafetyController_IsProgram()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal([(Effect.Program, "downloads to the safety controller (command 1)")], notes.Operations);
        Assert.Equal(1, notes.Effects[Effect.Identify]);
    }

    [Theory]
    [InlineData("06 00 00 00 00 88", Verdict.Certain)]
    [InlineData("06 00 00 00 00 89", Verdict.None)]
    [InlineData("07 00 00 00 00 88", Verdict.None)]
    public void Recognise_Payload_IsJudgedByStructure(string hex, Verdict expected) =>
        Assert.Equal(expected, Protocol.Recognise(Exchange.Octets(hex), new(Transport.Udp, 50000, 40000)));
}
