using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

/// <summary>Vectors: EN 13757-2 section 5 (frames), EN 13757-3 section 6.3 (long header).</summary>
public sealed class MBusTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new MBus();

    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 10001)
        .Client("10 40 05 45 16").Server("E5")
        .Client("10 7B 05 80 16").Server("68 15 15 68 08 05 72 78563412 2423 01 07 55 00 0000 0C13 27048502 08 16")
        .Client("68 09 09 68 53 05 51 0C13 00000000 C8 16").Server("E5");

    [Fact]
    public void Read_SendData_IsAnAcceptedWrite()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal([(Effect.Write, "sends data to device 5 (CI 81)")], notes.Operations);
        Assert.Equal([true], notes.Answers);
        Assert.Equal(1, notes.Effects[Effect.Read]);
        Assert.Equal((true, Party.Client), notes.Parties[0]);
    }

    [Fact]
    public void Read_Response_TellsTheMeterBehindTheGateway()
    {
        var facts = Sample.Read(Protocol).Facts;

        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Device, "mbus device 5"), facts);
        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Device, "mbus meter 12345678 HYD"), facts);
    }

    [Theory]
    [InlineData("68 04 04 68 73 05 C0 01 39 16", Verdict.Certain)]                 // firmware image
    [InlineData("68 04 04 68 73 05 C0 01 38 16", Verdict.None)]                    // wrong checksum
    [InlineData("68 04 07 00 00 00", Verdict.None)]                                // IEC 60870-5-104 STARTDT
    [InlineData("10 5B 01 5C 16", Verdict.Weak)]
    [InlineData("68 09 09 68 53 05", Verdict.NeedMore)]
    public void Recognise_Frame_IsJudgedByChecksum(string hex, Verdict expected) =>
        Assert.Equal(expected, Protocol.Recognise(Exchange.Octets(hex), new(Transport.Tcp, 50000, 40000)));

    [Fact]
    public void Read_ImageTransfer_IsProgram() =>
        Assert.Equal([(Effect.Program, "firmware image to device 5")],
            new Exchange(Transport.Tcp, 10001).Client("68 04 04 68 73 05 C0 01 39 16").Read(Protocol).Operations);
}
