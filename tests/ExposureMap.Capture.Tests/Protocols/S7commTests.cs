using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;
using static ExposureMap.Capture.Tests.Protocols.TpktPacket;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class S7commTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new S7comm();

    /// <summary>Connect as programmer, set-up, write to data block 1 and to outputs (refused), stop, module identification.</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 102)
        .Client(Connect(0xE0, [1, 0], [1, 2])).Server(Connect(0xD0, [1, 0], [1, 2]))
        .Client(Data("3201 0000 0001 0008 0000 F0 00 0001 0001 01E0")).Server(Data("3203 0000 0001 0008 0000 0000 F0 00 0001 0001 00F0"))
        .Client(Data("3201 0000 0002 000E 0005 05 01 12 0A 10 02 0001 0001 84 000050 00 04 0008 2A"))
        .Server(Data("3203 0000 0002 0002 0001 0000 05 01 FF"))
        .Client(Data("3201 0000 0003 000E 0005 05 01 12 0A 10 02 0001 0000 82 000000 00 04 0008 01"))
        .Server(Data("3203 0000 0003 0002 0001 0000 05 01 05"))
        .Client(Data("3201 0000 0004 0010 0000 29 0000000000 09 505F50524F4752414D")).Server(Data("3203 0000 0004 0001 0000 0000 29"))
        .Client(Data("3207 0000 0005 0008 0008 000112 04 11 44 01 00 FF 09 0004 0011 0000"))
        .Server(Data("3207 0000 0005 000C 0040 000112 08 12 84 01 00 00 00 0000 FF 09 003C 0011 0000 001C 0002"
            + "0001 36455337203331352D32454831342D3041423020 00C0 0003 0001" + "0007 2020202020202020202020202020202020202020 00C0 5603 0206"));

    [Fact]
    public void Read_WriteOfSeveralItems_IsControlByTheOutputAmongThem()
    {
        var notes = new Exchange(Transport.Tcp, 102)
            .Client(Data(
                "3201 0000 0002 001A 000B 05 02 12 0A 10 02 0001 0001 84 000050 12 0A 10 02 0001 0000 82 000018 00 04 0008 2A 00 00 04 0008 01"))
            .Read(Protocol);

        Assert.Equal([(Effect.Control, "writes 1 of outputs from octet 3 and 1 more")], notes.Operations);
    }

    [Fact]
    public void Read_Operations_AreToldWithTheirAnswers()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal(
            [
                (Effect.Write, "writes 1 of data block 1 from octet 10"),
                (Effect.Control, "writes 1 of outputs from octet 0"),
                (Effect.Admin, "stops the controller"),
            ],
            notes.Operations);
        Assert.Equal([true, false, true], notes.Answers);
        Assert.Equal(2, notes.Functions[".5"]);
    }

    [Fact]
    public void Read_ModuleIdentification_TellsOrderNumberAndFirmware()
    {
        var facts = Sample.Read(Protocol).Facts.Select(fact => (fact.Kind, fact.Value)).ToList();

        Assert.Contains((FactKind.Model, "6ES7 315-2EH14-0AB0"), facts);
        Assert.Contains((FactKind.Firmware, "V3.2.6"), facts);
        Assert.Contains((FactKind.Role, "engineering workstation"), facts);
    }

    [Theory]
    [InlineData("P_PROGRAM", Effect.Admin)]
    [InlineData("_DELE", Effect.Program)]
    public void Read_ControlService_IsClassedByItsName(string name, Effect effect)
    {
        var hex = $"28 000000000000FD 0000 {name.Length:X2}" + Convert.ToHexString(System.Text.Encoding.ASCII.GetBytes(name));
        var notes = new Exchange(Transport.Tcp, 102).Client(Data($"3201 0000 0001 {11 + name.Length:X4} 0000" + hex)).Read(Protocol);

        Assert.Equal(1, notes.Effects[effect]);
    }

    [Fact]
    public void Recognise_OtherUsersOfIsoTransport_AreNotS7()
    {
        Assert.Equal(Verdict.None, Protocol.Recognise(Connect(0xE0, [0, 1], [0, 1]), new(Transport.Tcp, 40000, 102)));          // an IEC 61850 client
        Assert.Equal(Verdict.None, Protocol.Recognise(Data("72 01 0010 31 0000 04CA 0000 0001 0000 0120"), new(Transport.Tcp, 40000, 102)));
    }

    [Fact]
    public void Recognise_AnswerOnAnyPort_IsCertain() =>
        Assert.Equal(Verdict.Certain, Protocol.Recognise(Data("3203 0000 0002 0002 0001 0000 05 01 FF"), new(Transport.Tcp, 40001, 40000)));
}
