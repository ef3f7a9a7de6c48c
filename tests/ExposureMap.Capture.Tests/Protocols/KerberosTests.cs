using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class KerberosTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Kerberos();

    /// <summary>
    /// RFC 4120 section 5.4.1: AS-REQ with pvno 5, msg-type 10 and a NetBIOS address EWS-1; then an error (section 5.9.1), cut after msg-type.
    /// </summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Udp, 88)
        .Client("6A 2B 30 29 A1 03 02 01 05 A2 03 02 01 0A A4 1D 30 1B A9 19 30 17 A0 03 02 01 14 A1 12 04 10"
            + "45 57 53 2D 31 20 20 20 20 20 20 20 20 20 20 20")
        .Server("7E 0C 30 0A A0 03 02 01 05 A1 03 02 01 1E")
        .Server("6B 0C 30 0A A0 03 02 01 05 A1 03 02 01 0B");

    [Fact]
    public void Read_Request_NamesTheClientAndTheServersRole()
    {
        var notes = Sample.Read(Protocol);

        Assert.Contains((Address.IPv4(0x0A000001), FactKind.Name, "EWS-1"), notes.Facts);
        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Role, "kerberos key distribution center"), notes.Facts);
        Assert.Equal((true, Party.Client), notes.Parties[0]);
    }

    [Theory]
    [InlineData("6A 0C 30 0A A1 03 02 01 04 A2 03 02 01 0A")]                                // version 4
    [InlineData("6A 0C 30 0A A1 03 02 01 05 A2 03 02 01 0B")]                                // type and tag differ
    public void Recognise_AlmostKerberos_IsNone(string hex) =>
        Assert.Equal(Verdict.None, Protocol.Recognise(Exchange.Octets(hex), new(Transport.Udp, 40000, 88)));
}
