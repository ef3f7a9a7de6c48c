using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class SnmpTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Snmp();

    /// <summary>RFC 1157 section 4.1: sysName and its answer "SW7"; a set of sysContact (1.3.6.1.2.1.1.4.0) that is refused.</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Udp, 161)
        .Client("30 26 02 01 01 04 06 7075626C6963 A0 19 02 01 01 02 01 00 02 01 00 30 0E 30 0C 06 08 2B06010201010500 05 00")
        .Server("30 29 02 01 01 04 06 7075626C6963 A2 1C 02 01 01 02 01 00 02 01 00 30 11 30 0F 06 08 2B06010201010500 04 03 535737")
        .Client("30 28 02 01 01 04 07 70726976617465 A3 1A 02 01 02 02 01 00 02 01 00 30 0F 30 0D 06 08 2B06010201010400 04 01 78")
        .Server("30 28 02 01 01 04 07 70726976617465 A2 1A 02 01 02 02 01 06 02 01 01 30 0F 30 0D 06 08 2B06010201010400 04 01 78");

    [Fact]
    public void Read_Dialogue_TellsNameEffectsAndAnswer()
    {
        var notes = Sample.Read(Protocol);

        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Name, "SW7"), notes.Facts);
        Assert.Equal([(Effect.Write, "sets 1.3.6.1.2.1.1.4.0")], notes.Operations);
        Assert.Equal([false], notes.Answers);
        Assert.Equal(1, notes.Functions[".3"]);
    }

    /// <summary>RFC 3412 section 6: version 3 with authPriv.</summary>
    [Fact]
    public void Read_Encrypted_IsOpaque() =>
        Assert.Equal(1,
            new Exchange(Transport.Udp, 161).Client("30 1C 02 01 03 30 0D 02 01 01 02 02 05C0 04 01 07 02 01 03 04 02 3000 04 04 01020304")
                .Read(Protocol).Effects[Effect.Opaque]);
}
