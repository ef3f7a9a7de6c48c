using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Graph.Tests.Observation;

public class PivotTableTests
{
    [Theory]
    [InlineData("rdp", 3389, PivotRank.Interactive)]
    [InlineData("ssh", 2222, PivotRank.Interactive)]
    [InlineData("winrm", 5985, PivotRank.Execute)]
    [InlineData("smb", 445, PivotRank.Transfer)]
    [InlineData("smb,dce_rpc,svcctl", 445, PivotRank.Execute)]
    [InlineData("http", 80, PivotRank.Transfer)]
    [InlineData("ssl", 443, PivotRank.Transfer)]
    [InlineData("ssl,ldap", 636, PivotRank.None)]
    [InlineData("ssl,modbus", 802, PivotRank.Data)]
    [InlineData("tds", 1433, PivotRank.Data)]
    [InlineData("dns", 53, PivotRank.None)]
    [InlineData("modbus", 502, PivotRank.Data)]
    [InlineData("", 3389, PivotRank.Interactive)]      // nothing recognised: the port must do
    [InlineData("http", 3389, PivotRank.Transfer)]     // recognised: the port says nothing
    [InlineData("", 49999, PivotRank.Data)]
    public void Of_ServiceAlone_HasTheRankOfItsProtocol(string name, int port, PivotRank expected) =>
        Assert.Equal(expected, PivotTable.Default.Of(new(Transport.Tcp, (ushort)port, name), default));

    [Theory]
    [InlineData("dnp3", Effect.Control, PivotRank.Execute)]
    [InlineData("s7comm", Effect.Program, PivotRank.Execute)]
    [InlineData("enip,cip", Effect.Admin, PivotRank.Execute)]
    [InlineData("modbus", Effect.Write, PivotRank.Transfer)]
    [InlineData("modbus", Effect.Read, PivotRank.Data)]
    [InlineData("dlms", Effect.Opaque, PivotRank.Data)]
    [InlineData("snmp", Effect.Read, PivotRank.None)]
    [InlineData("snmp", Effect.Write, PivotRank.Transfer)]
    [InlineData("rdp", Effect.Read, PivotRank.Interactive)]   // an effect never lowers
    public void Of_EffectSeen_RaisesTheRank(string name, Effect effect, PivotRank expected)
    {
        EffectTally effects = default;
        effects[effect] = 1;

        Assert.Equal(expected, PivotTable.Default.Of(new(Transport.Tcp, 1, name), effects));
    }

    [Fact]
    public void Of_GroupOrLinkLayer_LeadsNowhere()
    {
        EffectTally effects = default;
        effects[Effect.Control] = 9;

        Assert.Equal(PivotRank.None, PivotTable.Default.Of(new(Transport.Udp, 20000, "dnp3"), effects, Address.IPv4(0xE0000005)));
        Assert.Equal(PivotRank.None, PivotTable.Default.Of(new(Transport.Ethernet, 0x88b8, "goose"), effects));
        Assert.Equal(PivotRank.Execute, PivotTable.Default.Of(new(Transport.Udp, 20000, "dnp3"), effects, Address.IPv4(0x0A000005)));
    }

    [Theory]
    [InlineData(7001, "", PivotRank.Execute)]
    [InlineData(7001, "ssl", PivotRank.Execute)]
    [InlineData(443, "ssl,acme", PivotRank.None)]
    [InlineData(443, "acme", PivotRank.None)]
    [InlineData(443, "ssl", PivotRank.Transfer)]
    public void Of_Override_WinsByPortThenByName(int port, string name, PivotRank expected)
    {
        var table = new PivotTable([KeyValuePair.Create("tcp/7001", PivotRank.Execute), KeyValuePair.Create("acme", PivotRank.None)]);

        Assert.Equal(expected, table.Of(new(Transport.Tcp, (ushort)port, name), default));
    }

    [Fact]
    public void TryParse_EveryWord_IsItsRank() =>
        Assert.All(Enum.GetValues<PivotRank>(), rank => Assert.True(PivotRankWords.TryParse(rank.Word(), out var parsed) && parsed == rank));
}
