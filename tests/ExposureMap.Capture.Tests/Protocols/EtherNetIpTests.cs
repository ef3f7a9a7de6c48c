using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class EtherNetIpTests : ProtocolContract
{
    private const string Header = "00000000 0000000000000000 00000000";          // status, sender context, options

    internal override IProtocol Protocol { get; } = new EtherNetIp();

    /// <summary>
    /// CIP Networks Library volume 2, chapter 2: register a session, list identity, stop the controller through an Unconnected Send, write a tag.
    /// </summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 44818)
        .Client("6500 0400 00000000" + Header + "0100 0000").Server("6500 0400 01000000" + Header + "0100 0000")
        .Client("6300 0000 00000000" + Header)
        .Server("6300 3300 00000000" + Header
            + "0100 0C00 2D00 0100 0002 AF12 0A000002 0000000000000000 0100 0E00 3600 140B 6031 78563412 0B 313735362D4C36312F4220 03")
        .Client(Unconnected("52 02 2006 2401 0A F0 0600 07 02 2064 2401 01 00 01 00")).Server(Unconnected("87 00 00 00"))
        .Client(Unconnected("4D 03 9103 544147 00 C400 0100 2A000000")).Server(Unconnected("CD 00 05 00"));

    [Fact]
    public void Read_Operations_AreToldWithTheirAnswers()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal([(Effect.Admin, "stops the controller"), (Effect.Write, "writes tag TAG")], notes.Operations);
        Assert.Equal([true, false], notes.Answers);
        Assert.Equal(["cip"], notes.Carried);
        Assert.Equal(2, notes.Functions[".111"]);
        Assert.Equal(1, notes.Functions["cip.7"]);
        Assert.Contains(notes.Facts, fact => fact is { Kind: FactKind.Device, Value: "cip port 1 link 0" });
    }

    [Fact]
    public void Read_ListIdentity_TellsWhatItIs()
    {
        var facts = Sample.Read(Protocol).Facts.Select(fact => (fact.Kind, fact.Value)).ToList();

        Assert.Contains((FactKind.Vendor, "Rockwell Automation"), facts);
        Assert.Contains((FactKind.Model, "1756-L61/B "), facts);
        Assert.Contains((FactKind.Firmware, "20.011"), facts);
        Assert.Contains((FactKind.Serial, "12345678"), facts);
        Assert.Contains((FactKind.Role, "plc"), facts);
    }

    [Theory]
    [InlineData("4B 02 2067 2401 07 0100 00000000 0F 00 0100 AA 02", Effect.Write)]       // PCCC protected typed logical write
    [InlineData("4B 02 2067 2401 07 0100 00000000 0F 00 0100 80 02", Effect.Admin)]       // PCCC change mode
    [InlineData("0A 02 2002 2401 0200 0600 0E00 4C 02 9102 4142 0100 05 02 2001 2401", Effect.Admin)]   // a read and a reset in one packet
    [InlineData("54 02 2006 2401 0A F0", Effect.Identify)]                                // forward open
    [InlineData("0E 03 2001 2401 3007", Effect.Identify)]
    [InlineData("4C 02 9102 4142 0100", Effect.Read)]
    public void Read_Request_IsClassedByServiceAndClass(string cip, Effect effect) =>
        Assert.Equal(1, new Exchange(Transport.Tcp, 44818).Client(Unconnected(cip)).Read(Protocol).Effects[effect]);

    /// <summary>Volume 1, 3-5.5: a transport class 3 connection to the file object (class 37h) through backplane port 1, slot 0.</summary>
    [Theory]
    [InlineData("01 00 2037 2401", "4B 00", Effect.Program)]
    [InlineData("01 00 34 04 0000 0000 0000 00 00 2037 2401", "4B 00", Effect.Program)]               // behind an electronic key
    // to the message router: nothing tells the class
    [InlineData("01 00 2002 2401", "4B 00", Effect.Opaque)]
    [InlineData("01 00 2037 2401", "05 02 2001 2401", Effect.Admin)]                                    // a message that names its object
    public void Read_ConnectedMessage_IsForTheObjectOfItsConnection(string path, string message, Effect effect)
    {
        var notes = new Exchange(Transport.Tcp, 44818)
            .Client(Unconnected(Opening(serial: "3412", path)))
            .Server(Unconnected("D4 00 00 00 99887766 11000000 3412 0100 78563412 20A10700 20A10700 00 00"))
            .Client(Connected("99887766", message)).Client(Connected("99887767", "4B 00")).Read(Protocol);

        Assert.Equal(1, notes.Effects[effect] - (effect == Effect.Opaque ? 1 : 0));
        Assert.Equal(effect == Effect.Opaque ? 2 : 1, notes.Effects[Effect.Opaque]);                    // the second one came over another connection
    }

    /// <summary>
    /// Two connections asked for before either was answered: to the file object, and to class A1h, which has no service of that number.
    /// </summary>
    [Fact]
    public void Read_MessagesOverSeveralConnections_AreForTheObjectOfTheirOwn()
    {
        var notes = new Exchange(Transport.Tcp, 44818)
            .Client(Unconnected(Opening(serial: "3412", path: "01 00 2037 2401")))
            .Client(Unconnected(Opening(serial: "3512", path: "01 00 2067 2401")))
            .Server(Unconnected("D4 00 00 00 99887767 11000000 3512 0100 78563412 20A10700 20A10700 00 00"))
            .Server(Unconnected("D4 00 00 00 99887766 11000000 3412 0100 78563412 20A10700 20A10700 00 00"))
            .Client(Connected("99887766", "4B 00")).Client(Connected("99887767", "4B 00 07 0100 00000000 0F 00 0100 80 02"))
            .Client(Connected("99887768", "4B 00")).Read(Protocol);

        Assert.Equal((1, 1, 1), (notes.Effects[Effect.Program], notes.Effects[Effect.Admin], notes.Effects[Effect.Opaque]));
    }

    private static string Opening(string serial, string path) =>
        "54 02 2006 2401 0A F0 00000000 11000000 " + serial + " 0100 78563412 00 000000 20A10700 F443 20A10700 F443 A3"
        + $"{Exchange.Octets(path).Length / 2:X2}" + path;

    [Fact]
    public void Recognise_ImplicitMessage_IsCertainAndCarriesCip()
    {
        var octets = Exchange.Octets("0200 0280 0800 11223344 01000000 B100 0600 0100 00000000");

        Assert.Equal(Verdict.Certain, Protocol.Recognise(octets, new(Transport.Udp, 40000, 40001)));
        Assert.Equal(["cip"], new Exchange(Transport.Udp, 2222).Client(octets).Read(Protocol).Carried);
    }

    [Fact]
    public void Recognise_ZeroFilledBlobOnAnyPort_IsNotCertain() =>
        Assert.NotEqual(Verdict.Certain, Protocol.Recognise(Exchange.Octets("6300 0000 00000000" + Header), new(Transport.Tcp, 40000, 40001)));

    private static byte[] Unconnected(string cip)
    {
        var message = Exchange.Octets(cip);
        return [0x6F, 0, (byte)(message.Length + 16), 0, 1, 0, 0, 0, .. new byte[16], 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0xB2, 0,
            (byte)message.Length, 0, .. message];
    }

    private static byte[] Connected(string connection, string cip)
    {
        var message = Exchange.Octets(cip);
        return [0x70, 0, (byte)(message.Length + 22), 0, 1, 0, 0, 0, .. new byte[16], 0, 0, 0, 0, 0, 0, 2, 0, 0xA1, 0, 4, 0,
            .. Exchange.Octets(connection), 0xB1, 0, (byte)(message.Length + 2), 0, 7, 0, .. message];
    }
}
