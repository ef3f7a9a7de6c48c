using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class NetBiosDatagramTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new NetBiosDatagram();

    /// <summary>RFC 1002 section 4.4.2 with a host announcement (MS-BRWS section 2.2.1) of Windows 6.1, a workstation and server.</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Udp, 138)
        .Client("11 02 0001 0A000001 008A 00BB 0000" + Encoded("PLANT-CL", 0x00) + Encoded("PLANT", 0x1D)
            + "FF534D42 25 000000000000000000000000000000000000000000000000000000 11 0000 2100 000000000000000000000000000000 0000 2100 5600 0300 0100 0100 0200 3200"
            + "5C4D41494C534C4F545C42524F57534500 01 00 80FC0A00 504C414E542D434C00000000000000 00 06 01 03100000 0F01 55AA 00");

    [Fact]
    public void Read_HostAnnouncement_TellsNameSystemAndRole()
    {
        var notes = Sample.Read(Protocol);

        Assert.Contains((Address.IPv4(0x0A000001), FactKind.Name, "PLANT-CL"), notes.Facts);
        Assert.Contains(notes.Facts, fact => fact is { Kind: FactKind.Firmware, Value: "Windows NT 6.1" });
        Assert.DoesNotContain(notes.Facts, fact => fact is { Kind: FactKind.Role, Value: "domain controller" });
    }

    private static string Encoded(string name, byte kind) =>
        "20" + string.Concat((name.PadRight(15) + (char)kind).Select(letter => $"{'A' + (letter >> 4):X2}{'A' + (letter & 15):X2}")) + "00";
}
