using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class ModbusTests : ProtocolContract
{
    private static readonly Carrier AnyPort = new(Transport.Tcp, 40000, 40001);

    internal override IProtocol Protocol { get; } = new Modbus();

    /// <summary>The examples of MODBUS Application Protocol V1.1b3, sections 6.3, 6.12, 6.5 and 6.21, behind MBAP headers.</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 502)
        .Client("0001 0000 0006 05 03 006B 0003").Server("0001 0000 0009 05 03 06 022B 0000 0064")
        .Client("0002 0000 000B 05 10 0001 0002 04 000A 0102").Server("0002 0000 0006 05 10 0001 0002")
        .Client("0003 0000 0006 05 05 00AC FF00").Server("0003 0000 0003 05 85 02")
        .Client("0004 0000 0005 05 2B 0E 01 00").Server("0004 0000 0015 05 2B 0E 01 01 00 00 02 00 04 41636D65 01 05 522D323030");

    [Fact]
    public void Read_WriteAndCoil_AreOperationsWithTheirAnswers()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal([(Effect.Write, "writes registers 1-2 of unit 5"), (Effect.Control, "sets coil 172 of unit 5 on")], notes.Operations);
        Assert.Equal([true, false], notes.Answers);
        Assert.Equal(1, notes.Effects[Effect.Read]);
    }

    [Fact]
    public void Read_Exception_IsCountedUnderItsFunction() => Assert.Equal(1, Sample.Read(Protocol).ResponderFunctions[".5"]);

    [Fact]
    public void Read_DeviceIdentification_TellsVendorModelAndUnit()
    {
        var facts = Sample.Read(Protocol).Facts.Select(fact => (fact.Kind, fact.Value)).ToList();

        Assert.Contains((FactKind.Vendor, "Acme"), facts);
        Assert.Contains((FactKind.Model, "R-200"), facts);
        Assert.Contains((FactKind.Device, "modbus unit 5"), facts);
    }

    [Fact]
    public void Read_TwoMessagesInOneSegment_BothAreCounted()
    {
        var notes = new Exchange(Transport.Tcp, 502).Client("0001 0000 0006 01 03 006B 0003 0002 0000 0006 01 03 006B 0003").Read(Protocol);

        Assert.Equal(2, notes.Functions[".3"]);
    }

    /// <summary>The echo of a write looks like the write; who was the client before decides, on any port.</summary>
    [Fact]
    public void Read_EchoOnUnknownPort_IsTheServers()
    {
        var notes = new Exchange(Transport.Tcp, 40001)
            .Server("0001 0000 0006 01 03 006B 0003").Client("0001 0000 0009 01 03 06 022B 0000 0064")
            .Server("0002 0000 0006 01 06 0001 0003").Client("0002 0000 0006 01 06 0001 0003").Read(Protocol);

        Assert.Equal([(Effect.Write, "writes 3 to register 1 of unit 1")], notes.Operations);
        Assert.Equal([true], notes.Answers);
        Assert.Equal((true, Party.Server), notes.Parties[^1]);
    }

    /// <summary>Identification of a controller: session 0, function 02h, data. A function that no reader knows stays a guess by the port.</summary>
    [Theory]
    [InlineData("0001 0000 0006 00 5A 00 02 00 00", 502, Verdict.Certain)]
    [InlineData("0001 0000 0006 00 5A 00 FE 01 02", 502, Verdict.Certain)]
    [InlineData("0001 0000 0006 00 5A 00 02 00 00", 40000, Verdict.Weak)]
    [InlineData("0001 0000 0006 00 5A 00 E7 00 00", 502, Verdict.Weak)]
    public void Recognise_Umas_IsKnownByItsFunctions(string message, int port, Verdict verdict) =>
        Assert.Equal(verdict, Protocol.Recognise(Exchange.Octets(message), new(Transport.Tcp, 50000, (ushort)port)));

    [Fact]
    public void Read_UmasStop_IsAdminOfTheCarriedProtocol()
    {
        var notes = new Exchange(Transport.Tcp, 502).Client("0009 0000 0006 00 5A 61 41 FF 00").Server("0009 0000 0004 00 5A 61 FE").Read(Protocol);

        Assert.Equal(["umas"], notes.Carried);
        Assert.Equal([(Effect.Admin, "stops unit 0 (umas 41h)")], notes.Operations);
        Assert.Equal([true], notes.Answers);
    }

    [Theory]
    [InlineData("3084 0000 000A 02 01 01 63 84 0000 0001 04 00")]    // LDAP search: message id 1
    [InlineData("0001 0000 0006 01 03 006B 0100")]                   // 256 registers in one read
    [InlineData("0001 0000 0009 01 03 05 022B 0000 0064")]           // count does not fit the length
    [InlineData("0001 0001 0006 01 03 006B 0003")]
    public void Recognise_WrongShapeOnAnyPort_IsSomethingElse(string hex) =>
        Assert.Equal(Verdict.None, Protocol.Recognise(Exchange.Octets(hex), AnyPort));

    [Theory]
    [InlineData("0001 0000 0006 05 03 006B 0003")]
    [InlineData("0001 0000 0009 05 03 06 022B 0000 0064")]
    public void Recognise_RequestOrResponseMidstream_IsCertainOnAnyPort(string hex) =>
        Assert.Equal(Verdict.Certain, Protocol.Recognise(Exchange.Octets(hex), AnyPort));

    [Theory]
    [InlineData("0001 0000 0003 05 85 02")]                          // exception
    [InlineData("0001 0000 0006 00 06 0005 0000")]                   // a length before zeros
    public void Recognise_LittleContent_IsCertainOnItsPortOnly(string hex)
    {
        Assert.Equal(Verdict.Weak, Protocol.Recognise(Exchange.Octets(hex), AnyPort));
        Assert.Equal(Verdict.Certain, Protocol.Recognise(Exchange.Octets(hex), new(Transport.Tcp, 502, 40000)));
    }

    [Fact]
    public void Recognise_SplitHead_AsksForMore() =>
        Assert.Equal(Verdict.NeedMore, Protocol.Recognise(Exchange.Octets("0002 0000 000B 05 10 0001"), AnyPort));
}
