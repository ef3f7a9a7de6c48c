using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

/// <summary>Vectors: IEEE C37.118.2-2011 sections 6.2 to 6.5 and annex B.</summary>
public sealed class C37118Tests : ProtocolContract
{
    private const string DataOn = "AA41 0012 0007 65920080 00000000 0002 6C4E";
    private const string OneStation = "AA31 004A 0007 65920080 00000000 000F4240 0001 53544154494F4E204120202020202020 0007 0000 0001 0000 0000"
        + "56412020202020202020202020202020 00000000 0000 0001 001E 46F2";

    internal override IProtocol Protocol { get; } = new C37118();

    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 4712).Client(DataOn).Server(OneStation)
        .Server("AA01 0016 0007 65920081 00000000 0000 00000000 0E7A");

    [Fact]
    public void Read_DataOn_IsAdminAndDataIsReport()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal([(Effect.Admin, "turns on data of stream 7")], notes.Operations);
        Assert.Equal(1, notes.Effects[Effect.Report]);
        Assert.Equal((true, Party.Client), notes.Parties[0]);
    }

    [Fact]
    public void Read_Configuration_TellsTheStation()
    {
        var facts = Sample.Read(Protocol).Facts;

        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Name, "STATION A"), facts);
        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Device, "c37118 pmu 7"), facts);
    }

    [Theory]
    [InlineData(DataOn, Verdict.Certain)]
    [InlineData("AA41 0012 0007 65920080 00000000 0002 6C4F", Verdict.None)]
    [InlineData("AA41 0012 0007", Verdict.NeedMore)]
    [InlineData("AA61 0012 0007 65920080 00000000 0002 6C4E", Verdict.None)]
    public void Recognise_Frame_IsJudgedByItsCheck(string hex, Verdict expected) =>
        Assert.Equal(expected, Protocol.Recognise(Exchange.Octets(hex), new(Transport.Tcp, 50000, 40000)));
}
