using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

/// <summary>Vectors: HCF_SPEC-085 (HART-IP header), HCF_SPEC-81 (frame), HCF_SPEC-127 (universal commands).</summary>
public sealed class HartIpTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new HartIp();

    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 5094)
        .Client("01 00 00 00 0001 000D 01 000927C0").Server("01 01 00 00 0001 000D 01 000927C0")
        // command 18: write tag, descriptor, date
        .Client("01 00 03 00 0002 0026 82 A64E0B6FE4 12 15 000000000000000000000000000000000000000000 ED")
        .Server("01 01 03 00 0002 0013 86 A64E0B6FE4 12 02 0700 F9")                                       // response code 7: write protected
        .Client("01 00 01 00 0003 0008");

    [Fact]
    public void Read_WriteToAWriteProtectedDevice_IsRefused()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal([(Effect.Write, "HART command 18")], notes.Operations);
        Assert.Equal([false], notes.Answers);
        Assert.Equal(1, notes.Functions["hart.18"]);
        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Device, "hart device 264e0b6fe4"), notes.Facts);
    }

    [Theory]
    [InlineData("01 00 03 00 0002 000D 02 80 00 00 82", Verdict.Certain)]
    [InlineData("01 00 03 00 0002 000D 02 80 00 00 83", Verdict.None)]
    [InlineData("01 00 02 00 0002 0008", Verdict.Weak)]
    [InlineData("01 00 00 00 0001 000D 01 000927C0", Verdict.Certain)]
    [InlineData("01 00 06 00 0002 0008", Verdict.None)]
    public void Recognise_Message_IsJudgedByLengthAndCheck(string hex, Verdict expected) =>
        Assert.Equal(expected, Protocol.Recognise(Exchange.Octets(hex), new(Transport.Udp, 50000, 40000)));
}
