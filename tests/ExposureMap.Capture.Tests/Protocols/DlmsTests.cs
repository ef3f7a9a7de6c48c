using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class DlmsTests : ProtocolContract
{
    private static readonly Carrier OnAnyPort = new(Transport.Tcp, 50000, 40000);

    internal override IProtocol Protocol { get; } = new Dlms();

    // IEC 62056-4-7 section 5.2 (wrapper), IEC 62056-5-3 section 8 (APDUs): LLS association of client 1 with logical device 17, LDN, clock,
    // disconnect, release.
    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 4059)
        .Client("0001 0001 0011 0038  6036 A109060760857405080101 8A020780 8B0760857405080201 AC0A8008 3132333435363738 BE10 040E 01000000065F1F04 00007E1F 04B0")
        .Server("0001 0011 0001 002B  6129 A109060760857405080101 A203020100 A305A103020100 BE10 040E 0800065F1F04 0000501F 01F4 0007")
        .Client("0001 0001 0011 000D  C001C1 0001 00002A0000FF 02 00")
        .Server("0001 0011 0001 0016  C401C1 00 0910 4C475A30313233343536373839303132")
        .Client("0001 0001 0011 0015  C101C2 0046 000060030AFF 04 00 1601 000000000000")
        .Server("0001 0011 0001 0004  C501C2 03")
        .Client("0001 0001 0011 000F  C301C3 0046 000060030AFF 01 01 0F00")
        .Server("0001 0011 0001 0005  C701C3 00 00")
        .Client("0001 0001 0011 0002  6200")
        .Server("0001 0011 0001 0002  6300");

    [Fact]
    public void Read_RemoteDisconnect_IsControlWithObjectAndAnswer()
    {
        var notes = Sample.Read(Protocol);

        Assert.Contains((Effect.Control, "remote disconnect of 0.0.96.3.10.255 (class 70 method 1) as client 1"), notes.Operations);
        Assert.Contains((Effect.Write, "sets disconnect control mode of 0.0.96.3.10.255 (class 70 attribute 4) as client 1"), notes.Operations);
        Assert.Equal([true, false, true], notes.Answers);                          // association, refused set, action
        Assert.Equal(1, notes.Functions[".195"]);
        Assert.Contains((true, Party.Client), notes.Parties);
        Assert.Contains((false, Party.Server), notes.Parties);
    }

    [Fact]
    public void Read_LowLevelSecurity_TellsThatThePasswordIsInClearButNotThePassword()
    {
        var association = Assert.Single(Sample.Read(Protocol).Operations, operation => operation.Effect == Effect.Admin);

        Assert.Equal("opens an association as client 1 with a password in clear (LLS, 8 octets)", association.What);
    }

    [Fact]
    public void Read_LogicalDevice_IsADeviceBehindTheServer()
    {
        var facts = Sample.Read(Protocol).Facts;

        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Device, "dlms device 17"), facts);
        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Device, "dlms name LGZ0123456789012"), facts);
        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Vendor, "LGZ"), facts);
    }

    [Fact]
    public void Read_SystemTitle_IsADeviceAndItsMaker()
    {
        // AARE with responding-AP-title A4 (IEC 62056-5-3 section 8.3.3).
        var notes = new Exchange(Transport.Tcp, 4059)
            .Server("0001 0001 0001 0025  6123 A109060760857405080103 A203020100 A305A103020100 A40A 0408 4C475A6764656667").Read(Protocol);

        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Device, "dlms system title 4c475a6764656667"), notes.Facts);
        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Vendor, "LGZ"), notes.Facts);
    }

    [Theory]
    [InlineData("CB 1E 30 00000001 00112233445566778899AABB CCCCCCCCCCCCCCCCCCCCCCCC 00", "ciphered action (disconnect, firmware and keys are actions)")]
    [InlineData("C9 1E 30 00000001 00112233445566778899AABB CCCCCCCCCCCCCCCCCCCCCCCC 00", "ciphered write")]
    public void Read_CipheredApdu_IsOpaqueButTellsItsVerb(string apdu, string what)
    {
        var notes = new Exchange(Transport.Tcp, 4059).Client("0001 0001 0001 0020" + apdu).Read(Protocol);

        Assert.Equal([(Effect.Opaque, what)], notes.Operations);
        Assert.Equal(Verdict.Certain, Protocol.Recognise(Exchange.Octets("0001 0001 0001 0020" + apdu), OnAnyPort));
    }

    [Fact]
    public void Read_AuthenticatedOnlyApdu_IsReadThrough()
    {
        // Security control 0x10: the plain ACTION request stands before a 12-octet tag.
        var notes = new Exchange(Transport.Tcp, 4059)
            .Client("0001 0001 0001 0022  CB 20 10 00000001 C301C1 0046 000060030AFF 02 01 0F00 CCCCCCCCCCCCCCCCCCCCCCCC").Read(Protocol);

        Assert.Equal([(Effect.Control, "remote reconnect of 0.0.96.3.10.255 (class 70 method 2) as client 1")], notes.Operations);
    }

    [Fact]
    public void Read_Gateway_NamesTheMeterBehindAndReadsItsRequest()
    {
        var notes = new Exchange(Transport.Tcp, 4059)
            .Client("0001 0001 0001 0014  E6 00 04 31323334 C001C1 0003 0100010800FF 02 00").Read(Protocol);

        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Device, "dlms gateway address 31323334"), notes.Facts);
        Assert.Equal(1, notes.Effects[Effect.Read]);
    }

    [Theory]
    [InlineData("C301C1 0012 00002C0000FF 04 01 0F00", Effect.Program, "firmware activated of 0.0.44.0.0.255 (class 18 method 4) as client 1")]
    [InlineData("C301C1 0040 00002B0000FF 02 01 0100", Effect.Admin, "key transfer of 0.0.43.0.0.255 (class 64 method 2) as client 1")]
    [InlineData("C101C1 0047 0000110000FF 04 00 0600", Effect.Control, "sets load limit of 0.0.17.0.0.255 (class 71 attribute 4) as client 1")]
    [InlineData("C101C1 0028 0000190900FF 02 00 0100", Effect.Admin, "sets push destination of 0.0.25.9.0.255 (class 40 attribute 2) as client 1")]
    [InlineData("C301C1 0003 0100010800FF 01 01 0F00", Effect.Write, "register reset of 1.0.1.8.0.255 (class 3 method 1) as client 1")]
    public void Read_Request_HasTheEffectOfItsInterfaceClass(string apdu, Effect effect, string what)
    {
        var notes = new Exchange(Transport.Tcp, 4059).Client("0001 0001 0001 000F" + apdu).Read(Protocol);

        Assert.Equal([(effect, what)], notes.Operations);
    }

    [Fact]
    public void Read_SetWithList_JudgesEveryObject()
    {
        var notes = new Exchange(Transport.Tcp, 4059)
            .Client("0001 0001 0001 001E  C104C1 02 0008 0000010000FF 02 00 0047 0000110000FF 04 00 02 0900 0600 0000").Read(Protocol);

        Assert.Equal([Effect.Admin, Effect.Control], notes.Operations.Select(operation => operation.Effect));
    }

    [Theory]
    [InlineData("7EA0190321B2675CE6E600C001C1000F0000280000FF0100F9797E", Verdict.Certain)]   // HDLC, FCS of ISO/IEC 13239
    [InlineData("7EA0190321B2675CE6E600C001C1000F0000280000FF0100F9787E", Verdict.None)]      // the same, damaged
    [InlineData("7EA0190321B2675CE6E600C001", Verdict.Certain)]                               // split: the header check sequence tells
    [InlineData("000100000000000DC001C1000F0000280000FF0200", Verdict.Certain)]
    [InlineData("000100000000000DC001C1", Verdict.NeedMore)]
    [InlineData("000100000006010300000001", Verdict.None)]                                    // Modbus/TCP, transaction 1
    [InlineData("00010000000000020000", Verdict.None)]
    public void Recognise_Payload_IsJudgedByStructure(string hex, Verdict expected) =>
        Assert.Equal(expected, Protocol.Recognise(Exchange.Octets(hex), OnAnyPort));

    [Fact]
    public void Read_HdlcFrame_TellsClientServerAndPhysicalDevice()
    {
        // GET of the current association; two-octet server address: upper 1, lower 17.
        var frame = Exchange.Octets("A01A 0223 21 B2 0000 E6E600 C001C1000F0000280000FF0100 0000");
        var check = FrameCheck.Hdlc(frame.AsSpan(0, frame.Length - 2));
        (frame[^2], frame[^1]) = ((byte)check, (byte)(check >> 8));
        var notes = new Exchange(Transport.Tcp, 5025).Client([0x7E, .. frame, 0x7E]).Read(Protocol);

        Assert.Equal([(true, Party.Client)], notes.Parties);
        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Device, "dlms device 1/17"), notes.Facts);
    }
}
