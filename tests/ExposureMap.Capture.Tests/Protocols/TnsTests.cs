using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class TnsTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Tns();

    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 1521)
        .Client([0, 0x6C, 0, 0, 1, 0, 0, 0, .. new byte[26], .. "(DESCRIPTION=(CONNECT_DATA=(SID=h)(CID=(PROGRAM=x)(HOST=EWS-1)(USER=op))))"u8])
        .Server("0020 0000 02 00 0000 013A 0C41 2000 7FFF 0001 0000 0020 4500 0000 0000 0000 0000");

    [Fact]
    public void Read_Connect_NamesTheClient()
    {
        var notes = Sample.Read(Protocol);

        Assert.Contains((Address.IPv4(0x0A000001), FactKind.Name, "EWS-1"), notes.Facts);
        Assert.Equal([(true, Party.Client), (false, Party.Server)], notes.Parties);
    }
}
