using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

/// <summary>Vectors: ROC Plus Protocol Specification, sections 2 and 3.</summary>
public sealed class RocPlusTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new RocPlus();

    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 4000)
        .Client("01 02 03 04 06 00 3A2F").Server("03 04 01 02 06 02 1122 10CE")
        .Client("01 02 03 04 B5 04 01050607 854D").Server("03 04 01 02 FF 01 02 A59D");

    [Fact]
    public void Read_RefusedParameterWrite_IsWriteNotAccepted()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal([(Effect.Write, "writes parameters (opcode 181) on unit 1 group 2")], notes.Operations);
        Assert.Equal([false], notes.Answers);
        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Device, "roc-plus unit 1 group 2"), notes.Facts);
    }

    [Theory]
    [InlineData("01 02 03 04 CB 02 0001 0DD0", Verdict.Certain)]
    [InlineData("01 02 03 04 CB 02 0001 0DD1", Verdict.None)]
    [InlineData("01 02 03 04 05 02 0001 0DD0", Verdict.None)]
    [InlineData("01 02 03 04 CB 02 00", Verdict.None)]
    public void Recognise_Message_IsJudgedByItsCheck(string hex, Verdict expected) =>
        Assert.Equal(expected, Protocol.Recognise(Exchange.Octets(hex), new(Transport.Udp, 50000, 40000)));

    [Fact]
    public void Read_FileTransfer_IsProgram() =>
        Assert.Equal(Effect.Program,
            Assert.Single(new Exchange(Transport.Tcp, 4000).Client("01 02 03 04 CB 02 0001 0DD0").Read(Protocol).Operations).Effect);
}
