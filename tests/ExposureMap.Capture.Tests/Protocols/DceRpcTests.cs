using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class DceRpcTests : ProtocolContract
{
    /// <summary>C706 section 12.6.4.3: bind of context 0 to svcctl (MS-SCMR section 1.9) over NDR.</summary>
    public const string Bind =
        "05 00 0B 03 10000000 4800 0000 01000000 B810 B810 00000000 01 000000 0000 01 00 81BB7A36 4498 F135 AD32 98F038001003 02000000"
        + "045D888A EB1C C911 9FE8 08002B104860 02000000";

    /// <summary>Section 12.6.4.9: operation 12, RCreateServiceW; then its response.</summary>
    public const string CreateService = "05 00 00 03 10000000 1800 0000 02000000 00000000 0000 0C00";

    private const string Response = "05 00 02 03 10000000 1C00 0000 02000000 04000000 0000 0000 00000000";

    internal override IProtocol Protocol { get; } = new DceRpc();

    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 135)
        .Client(Bind).Server("05 00 0C 03 10000000 1000 0000 01000000").Client(CreateService).Server(Response);

    [Fact]
    public void Read_ServiceControl_CreatesAService()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal(["svcctl"], notes.Carried);
        Assert.Equal([(Effect.Program, "creates a service")], notes.Operations);
        Assert.Equal([true], notes.Answers);
        Assert.Equal((true, Party.Client), notes.Parties[0]);
    }

    [Theory]
    [InlineData("99DC5695 8C82 CF11 A37E 00AA003240C7", "wmi")]
    [InlineData("A0010000 0000 0000 C000 000000000046", "dcom")]
    [InlineData("354251E3 064B D111 AB04 00C04FC2DCD2", "drsuapi")]
    [InlineData("523AC139 1E01 D011 9675 0020AFD8ADB3", "opc-da")]
    [InlineData("AC897857 3412 CDAB EF00 0123456789AC", "")]
    public void NameAt_Interface_IsKnown(string uuid, string expected) =>
        Assert.Equal(expected, DceRpcInterface.NameAt(DceRpcInterface.Find(Exchange.Octets(uuid))));

    [Fact]
    public void Recognise_ProfinetDatagram_IsLeftToProfinet()
    {
        var head = "04 00 20 00 10 00 00 00 0000A0DE 976C D111 8271 000100010001 0100A0DE 976C D111 8271 00A02442DF7D" + new string('0', 2 * 16)
            + "00000000 01000000 00000000 0000 FFFF FFFF 0000 0000 00 00";

        Assert.Equal(Verdict.None, Protocol.Recognise(Exchange.Octets(head), new(Transport.Udp, 40000, 40001)));
    }

    [Fact]
    public void Recognise_DatagramOfAnotherInterface_IsCertain()
    {
        var head = "04 00 20 00 10 00 00 00" + new string('0', 32) + "81BB7A36 4498 F135 AD32 98F038001003" + new string('0', 2 * 16)
            + "00000000 01000000 00000000 0000 FFFF FFFF 0000 0000 00 00";

        Assert.Equal(Verdict.Certain, Protocol.Recognise(Exchange.Octets(head), new(Transport.Udp, 40000, 40001)));
    }
}
