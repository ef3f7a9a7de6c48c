using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class TdsTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Tds();

    /// <summary>MS-TDS section 4.1 and 4.2, shortened: PRELOGIN and its answer; LOGIN7 from EWS1; a batch that starts a program.</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 1433)
        .Client("12 01 001A 0000 00 00 00 000B 0006 01 0011 0001 FF 0F0007D00000 02")
        .Server("04 01 001A 0000 01 00 00 000B 0006 01 0011 0001 FF 0F0007D00000 03")
        .Client("10 01 0038 0000 01 00 30000000 04000074 00100000 00000007 00000000 00000000 E0 03 00 00 00000000 00000000 2800 0400 4500570053003100")
        .Client("01 01 0030 0000 01 00 65007800650063002000 780070005F0063006D0064007300680065006C006C00 2000270020002700");

    [Fact]
    public void Read_CommandShell_IsAProgram()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal([(Effect.Program, "lets the database run a program or write a file")], notes.Operations);
        Assert.Contains((Address.IPv4(0x0A000001), FactKind.Name, "EWS1"), notes.Facts);
        Assert.Equal((false, Party.Server), notes.Parties[1]);
    }

    [Theory]
    [InlineData("12 01 001A 0000 00 00 00 000B 0006 01 0011 0001 FF 0F0007D00000 02", Verdict.Certain)]
    [InlineData("12 01 001A 0000 00 00 01 000B 0006 01 0011 0001 FF 0F0007D00000 02", Verdict.None)]
    [InlineData("01 01 0012 0000 01 00 5300450000000000", Verdict.None)]                     // a batch on any port proves nothing
    // 2.2.5.3: but its headers do
    [InlineData("01 01 0026 0000 01 00 16000000 12000000 0200 0000000000000000 01000000 7300650074002000", Verdict.Certain)]
    public void Recognise_Packets(string hex, Verdict expected) =>
        Assert.Equal(expected, Protocol.Recognise(Exchange.Octets(hex), new(Transport.Tcp, 40000, 40001)));
}
