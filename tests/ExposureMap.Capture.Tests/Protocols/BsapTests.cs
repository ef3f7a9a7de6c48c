using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

/// <summary>
/// Vectors: Network 3000 communications reference, message formats; serial frames closed by the CRC over all octets after DLE STX up to ETX.
/// </summary>
public sealed class BsapTests : ProtocolContract
{
    private const string ReadBySignalName = "0E00 0100 0600 01000000 00000000 14000000 0C 01000000 A0 00 04 03D0010F 0101 5800";

    internal override IProtocol Protocol { get; } = new Bsap();

    protected override Exchange Sample { get; } = new Exchange(Transport.Udp, 1234)
        .Client(ReadBySignalName)
        .Server("0E00 0100 0500 01000000 01000000 0D000000 0C 01000000 00 00 01 00")
        .Client("0E00 0000 0000 00000000 01000000")
        .Client("10 02 01 05 A0 1010 00 03 00 84 03 01 00 10 03 C6A2");

    [Fact]
    public void Read_DatabaseFunctions_AreReadAndWrite()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal(1, notes.Effects[Effect.Read]);
        Assert.Equal([(Effect.Write, "writes signals (database function 132)")], notes.Operations);
        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Device, "bsap node 1"), notes.Facts);
        Assert.Contains((false, Party.Server), notes.Parties);
    }

    [Theory]
    [InlineData(ReadBySignalName, Verdict.Certain)]
    [InlineData("0E00 0100 0600 01000000 00000000 13000000 0C 01000000 A0 00 04 03D0010F 0101 5800", Verdict.None)]
    [InlineData("0E00 0000 0000 00000000 01000000", Verdict.Weak)]
    [InlineData("10 02 00 05 03 1010 00 A0 00 00 10 03 01A3", Verdict.Certain)]
    [InlineData("10 02 00 05 03 1010 00 A0 00 00 10 03 01A4", Verdict.None)]
    public void Recognise_Message_IsJudgedByLengthsOrCheck(string hex, Verdict expected) =>
        Assert.Equal(expected, Protocol.Recognise(Exchange.Octets(hex), new(Transport.Udp, 50000, 40000)));
}
