using System.Text;
using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;
using static ExposureMap.Capture.Tests.Protocols.TpktPacket;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class MmsTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Mms();

    /// <summary>Identify, an operate that succeeds, a write that fails, a report (ISO 9506-2, clause 7 and 9; IEC 61850-8-1).</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 102)
        .Client(Pdu("A0 05 02 01 01 82 00")).Server(Pdu("A1 17 02 01 01 A2 12 80 04 41636D65 81 05 52454C3636 82 03 312E30"))
        .Client(Write(2, "LD0", "CSWI1$CO$Pos$Oper")).Server(Pdu("A1 07 02 01 02 A5 02 81 00"))
        .Client(Write(3, "LD0", "PTOC1$SP$StrVal")).Server(Pdu("A1 08 02 01 03 A5 03 80 01 03"))
        .Server(Pdu("A3 0A A0 08 A1 06 80 04 52505430"));

    /// <summary>ISO 9506-2, 10.8: a list of two variables, then a list of two values.</summary>
    [Fact]
    public void Read_WriteOfSeveralVariables_IsControlByTheOneAmongThem()
    {
        var set = Variable("LD0", "PTOC1$SP$StrVal");
        var operate = Variable("LD0", "CSWI1$CO$Pos$Oper");
        var body = $"02 01 05 A5 {(set.Length + operate.Length) / 2 + 10:X2} A0 {(set.Length + operate.Length) / 2:X2} {set} {operate} A0 06 83 01 01 83 01 01";
        var notes = new Exchange(Transport.Tcp, 102).Client(Pdu($"A0 {Exchange.Octets(body).Length:X2} {body}")).Read(Protocol);

        Assert.Equal([(Effect.Control, "operates CSWI1$CO$Pos$Oper")], notes.Operations);
    }

    private static string Variable(string domain, string item)
    {
        var name = $"1A {domain.Length:X2} {Hex(domain)} 1A {item.Length:X2} {Hex(item)}".Replace(" ", "", StringComparison.Ordinal);
        return $"30{name.Length / 2 + 4:X2}A0{name.Length / 2 + 2:X2}A1{name.Length / 2:X2}{name}";
    }

    [Fact]
    public void Read_Writes_AreControlByTheirName()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal([(Effect.Control, "operates CSWI1$CO$Pos$Oper"), (Effect.Write, "writes PTOC1$SP$StrVal")], notes.Operations);
        Assert.Equal([true, false], notes.Answers);
        Assert.Equal(1, notes.Effects[Effect.Report]);
        Assert.Equal(2, notes.Functions[".5"]);
    }

    [Fact]
    public void Read_Identify_TellsVendorModelRevision()
    {
        var facts = Sample.Read(Protocol).Facts.Select(fact => (fact.Kind, fact.Value)).ToList();

        Assert.Equal([(FactKind.Vendor, "Acme"), (FactKind.Model, "REL66"), (FactKind.Firmware, "1.0")], facts);
    }

    [Fact]
    public void Read_Tase2Names_AreIccp()
    {
        var notes = new Exchange(Transport.Tcp, 102).Client(Write(1, "ICC", "Next_DSTransfer_Set")).Read(Protocol);

        Assert.Equal(["iccp"], notes.Carried);
    }

    /// <summary>The second part of a split message may look like anything.</summary>
    [Fact]
    public void Read_ContinuedDataUnit_IsNotReadAsAMessage()
    {
        var begun = Write(1, "LD0", "CSWI1$CO$Pos$Oper");
        begun[6] = 0;                                            // no end mark
        var notes = new Exchange(Transport.Tcp, 102).Client(begun).Client(Pdu("A0 05 02 01 01 82 00")).Read(Protocol);

        Assert.Equal(1, notes.Functions.Values.Sum());
    }

    [Fact]
    public void Recognise_ConnectWithMmsContext_IsCertain() =>
        Assert.Equal(Verdict.Certain,
            Protocol.Recognise(Data("0D 20 05 06 13 01 00 16 01 02 C1 14 31 12 06 05 28CA220201 30 04 06 02 51 01"),
                new(Transport.Tcp, 40000, 40001)));

    [Fact]
    public void Recognise_RoseInvoke_IsSomethingElse() =>
        Assert.Equal(Verdict.None, Protocol.Recognise(Pdu("A1 08 02 01 01 02 01 05 30 00"), new(Transport.Tcp, 40000, 102)));

    private static byte[] Pdu(string hex)
    {
        var pdu = Exchange.Octets(hex);
        return Data("01000100 61" + $"{pdu.Length + 7:X2} 30 {pdu.Length + 5:X2} 02 01 03 A0 {pdu.Length:X2}" + Convert.ToHexString(pdu));
    }

    private static byte[] Write(int id, string domain, string item)
    {
        var name = $"1A {domain.Length:X2} {Hex(domain)} 1A {item.Length:X2} {Hex(item)}";
        var length = domain.Length + item.Length + 4;
        var body = $"02 01 {id:X2} A5 {length + 11:X2} A0 {length + 6:X2} 30 {length + 4:X2} A0 {length + 2:X2} A1 {length:X2} {name} A0 03 83 01 01";
        return Pdu($"A0 {length + 16:X2} " + body);
    }

    private static string Hex(string text) => Convert.ToHexString(Encoding.ASCII.GetBytes(text));
}
