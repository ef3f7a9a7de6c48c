using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class ProfinetDcpTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new ProfinetDcp();

    /// <summary>Identify all and its answer, a set of the IP address and its answer (IEC 61158-6-10, 4.3).</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Ethernet, 0x8892)
        .Client("FEFE 05 00 00000001 0001 0004 FFFF 0000")
        .Server("FEFF 05 01 00000001 0000 0030 0201 0008 0000 455432303053 0202 0006 0000 74657374 0204 0004 0000 0100 0102 000E 0001 C0A80005 FFFFFF00 C0A80001")
        .Client("FEFD 04 00 00000002 0000 0012 0102 000E 0001 C0A80006 FFFFFF00 C0A80001")
        .Server("FEFD 04 01 00000002 0000 0008 0504 0003 0102 00 00");

    [Fact]
    public void Read_IdentifyAnswer_TellsTheStation()
    {
        var facts = Sample.Read(Protocol).Facts.Select(fact => (fact.Kind, fact.Value)).ToList();

        Assert.Contains((FactKind.Model, "ET200S"), facts);
        Assert.Contains((FactKind.Name, "test"), facts);
        Assert.Contains((FactKind.Role, "profinet device"), facts);
        Assert.Contains((FactKind.OwnedBy, "02:00:00:00:00:02"), facts);
    }

    [Fact]
    public void Read_SetIpAddress_IsAdminAndAnswered()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal([(Effect.Admin, "sets the IP address")], notes.Operations);
        Assert.Equal([true], notes.Answers);
    }

    [Fact]
    public void Read_Blink_DoesNothing() =>
        Assert.Empty(new Exchange(Transport.Ethernet, 0x8892).Client("FEFD 04 00 00000002 0000 0008 0503 0004 0000 0100").Read(Protocol).Operations);

    [Fact]
    public void Recognise_CyclicFrame_IsSomethingElse() =>
        Assert.Equal(Verdict.None,
            Protocol.Recognise(Exchange.Octets("8000 05 00 00000001 0001 0004 FFFF 0000"), new(Transport.Ethernet, 0x8892, 0x8892)));
}
