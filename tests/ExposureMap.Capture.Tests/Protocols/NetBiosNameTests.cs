using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class NetBiosNameTests : ProtocolContract
{
    /// <summary>RFC 1001 section 14.1: "PLANT-DC1" padded to fifteen, then the sixteenth octet.</summary>
    private static string Encoded(string name, byte kind) =>
        "20" + string.Concat((name.PadRight(15) + (char)kind).Select(letter => $"{'A' + (letter >> 4):X2}{'A' + (letter & 15):X2}")) + "00";

    internal override IProtocol Protocol { get; } = new NetBiosName();

    /// <summary>RFC 1002 section 4.2.2 and 4.2.18: a registration, then a node status request and its list.</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Udp, 137)
        .Client("8001 2910 0001 0000 0000 0001" + Encoded("EWS-1", 0x00) + "0020 0001 C00C 0020 0001 000493E0 0006 0000 0A000001")
        .Client("8002 0000 0001 0000 0000 0000 20 434B" + string.Concat(Enumerable.Repeat("41", 30)) + "00 0021 0001")
        .Server("8002 8400 0000 0001 0000 0000 20 434B" + string.Concat(Enumerable.Repeat("41", 30)) + "00 0021 0001 00000000 0037 03"
            + "504C414E542D444331202020202020 00 0400 504C414E5420202020202020202020 1C 8400 504C414E542D444331202020202020 20 0400");

    [Fact]
    public void Read_Registration_NamesTheAddress() =>
        Assert.Contains((Address.IPv4(0x0A000001), FactKind.Name, "EWS-1"), Sample.Read(Protocol).Facts);

    [Fact]
    public void Read_StatusList_TellsNameAndRoles()
    {
        var notes = Sample.Read(Protocol);
        var server = Address.IPv4(0x0A000002);

        Assert.Contains((server, FactKind.Name, "PLANT-DC1"), notes.Facts);
        Assert.Contains((server, FactKind.Role, "domain controller"), notes.Facts);
        Assert.Contains((server, FactKind.Role, "file server"), notes.Facts);
        Assert.DoesNotContain(notes.Facts, fact => fact.Value == "PLANT");                   // a group's name is nobody's
    }

    [Fact]
    public void Read_QueryForAName_NamesNobody() =>
        Assert.Empty(
            new Exchange(Transport.Udp, 137).Client("8001 0110 0001 0000 0000 0000" + Encoded("EWS-1", 0x00) + "0020 0001").Read(Protocol).Facts);
}
