using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

/// <summary>Vectors: ANSI C12.22-2012 section 5.3 (ACSE, EPSEM) and 5.2 (services), ANSI C12.19 tables and procedures.</summary>
public sealed class C1222Tests : ProtocolContract
{
    /// <summary>Called 1.3.6.1.4.1.739 and calling 1.3.6.1.4.1, calling invocation 5; and back with the called invocation.</summary>
    private const string ToMeter = "A20906072B060104018563 A60706052B06010401 A803020105";
    private const string FromMeter = "A20706052B06010401 A403020105 A60906072B060104018563 A803020106";

    private static readonly Address Meter = Address.IPv4(0x0A000002);

    internal override IProtocol Protocol { get; } = new C1222();

    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 1153)
        .Client("602E" + ToMeter + "BE13 2811 810F 80 0D 500002 41444D494E2020202020")                          // logon, user 2
        .Server("6027" + FromMeter + "BE07 2805 8103 80 01 00")
        .Client("6024" + ToMeter + "BE09 2807 8105 80 03 300001")                                               // full read, table 1
        .Server("604A" + FromMeter + "BE2A 2828 8126 80 24 00 0020 41434D45 4D582D3120202020 01020304 30303030303030303030313233343536 55")
        .Client("602B" + ToMeter + "BE10 280E 810C 80 0A 40 0007 0004 1500 07 01 99")                           // table 7: procedure 21
        .Server("6027" + FromMeter + "BE07 2805 8103 80 01 03")                                                 // insufficient clearance
        .Client("6028" + ToMeter + "BE0D 280B 8109 88 65F1E271A71F7F27");                                       // ciphertext

    [Fact]
    public void Read_ProcedureThatIsRefused_IsControlNotAccepted()
    {
        var notes = Sample.Read(Protocol);

        Assert.Contains((Effect.Control, "standard procedure 21 (direct load control)"), notes.Operations);
        Assert.Equal([true, false], notes.Answers);                                // logon, procedure
        Assert.Equal(1, notes.Effects[Effect.Opaque]);
        Assert.Equal(1, notes.Functions[".64"]);
        Assert.Equal((true, Party.Client), notes.Parties[0]);
        Assert.Equal((false, Party.Server), notes.Parties[1]);
    }

    [Fact]
    public void Read_Titles_AreDevicesOfTheServerOnly()
    {
        var facts = Sample.Read(Protocol).Facts;

        Assert.Contains((Meter, FactKind.Device, "c1222 aptitle 1.3.6.1.4.1.739"), facts);
        Assert.DoesNotContain(facts, fact => fact.Subject != Meter && fact.Kind == FactKind.Device);
    }

    [Fact]
    public void Read_ManufacturerTable_TellsMakerModelAndSerial()
    {
        var facts = Sample.Read(Protocol).Facts;

        Assert.Contains((Meter, FactKind.Vendor, "ACME"), facts);
        Assert.Contains((Meter, FactKind.Model, "MX-1"), facts);
        Assert.Contains((Meter, FactKind.Serial, "0000000000123456"), facts);
    }

    [Theory]
    [InlineData("602C", "BE11 280F 810D 80 0B 40 0007 0005 3408003E08 7E", Effect.Control, "manufacturer procedure 52")]
    [InlineData("602D", "BE12 2810 810E 80 0C 4F 0007 000000 0003 0C0001 7E", Effect.Program, "standard procedure 12 (activate or clear pending tables)")]
    [InlineData("6028", "BE0D 280B 8109 80 07 40 002A 0001 00 00", Effect.Admin, "writes standard table 42")]
    [InlineData("6028", "BE0D 280B 8109 80 07 40 0817 0001 00 00", Effect.Write, "writes manufacturer table 23")]
    [InlineData("6036", "BE1B 2819 8117 80 15 51 3132333435363738393031323334353637383930", Effect.Admin, "sends its password in clear (security service)")]
    public void Read_Service_HasItsEffect(string head, string information, Effect effect, string what)
    {
        var notes = new Exchange(Transport.Tcp, 1153).Client(head + ToMeter + information).Read(Protocol);

        Assert.Equal([(effect, what)], notes.Operations);
    }

    [Fact]
    public void Read_RegistrationOfAnEndDevice_IsAMeter()
    {
        var notes = new Exchange(Transport.Udp, 1153).Client("6028" + ToMeter + "BE0D 280B 8109 80 07 27 20 00 41424344").Read(Protocol);

        Assert.Contains((Address.IPv4(0x0A000001), FactKind.Role, "meter"), notes.Facts);
    }

    [Theory]
    [InlineData("6024" + ToMeter + "BE09 2807 8105 80 03 300001", Verdict.Certain)]
    [InlineData("6024" + ToMeter + "BE09 2807 81", Verdict.Certain)]                                            // split after the titles
    [InlineData("6024 A209", Verdict.NeedMore)]
    [InlineData("6024" + ToMeter + "BF09 2807 8105 80 03 300001", Verdict.None)]
    [InlineData("601D A109 06076085740508 0101 BE10 040E 01000000065F1F0400007016FFFF", Verdict.None)]          // DLMS association request
    public void Recognise_Payload_WalksAllElements(string hex, Verdict expected) =>
        Assert.Equal(expected, Protocol.Recognise(Exchange.Octets(hex), new(Transport.Tcp, 50000, 40000)));
}
