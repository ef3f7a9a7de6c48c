using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class LdapTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Ldap();

    /// <summary>
    /// RFC 4511: anonymous bind (4.2), root DSE search and its entry (4.5) as Active Directory writes lengths, a modify and its refusal (4.6).
    /// </summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 389)
        .Client("30 0C 02 01 01 60 07 02 01 03 04 00 80 00").Server("30 0C 02 01 01 61 07 0A 01 00 04 00 04 00")
        .Client("30 25 02 01 02 63 20 04 00 0A 01 00 0A 01 00 02 01 00 02 01 00 01 01 00 87 0B 6F626A656374436C617373 30 00")
        .Server("30 84 00000026 02 01 02 64 84 0000001D 04 00 30 19 30 17 04 0B 646E73486F73744E616D65 31 08 04 06 6463312E6F74")
        .Client("30 0B 02 01 03 66 06 04 02 6F75 30 00").Server("30 0C 02 01 03 67 07 0A 01 32 04 00 04 00");

    [Fact]
    public void Read_Dialogue_TellsNameEffectsAndAnswer()
    {
        var notes = Sample.Read(Protocol);

        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Name, "dc1.ot"), notes.Facts);
        Assert.Equal(1, notes.Effects[Effect.Read]);
        Assert.Equal(1, notes.Effects[Effect.Write]);
        Assert.Equal([false], notes.Answers);
    }

    [Theory]
    [InlineData("30 0C 02 01 01 60 07 02 01 03 04 00 80 00", Verdict.Certain)]
    [InlineData("30 0C 02 01 00 04 06 7075626C6963 A0 00", Verdict.None)]                    // SNMP's beginning
    [InlineData("30 0D 02 01 01 60 07 02 01 03 04 00 80 00 55", Verdict.None)]               // one octet too many
    public void Recognise_Messages(string hex, Verdict expected) =>
        Assert.Equal(expected, Protocol.Recognise(Exchange.Octets(hex), new(Transport.Tcp, 40000, 40001)));
}
