using System.Text;
using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

/// <summary>Vectors: IEC 62056-21 sections 6.3 and 6.5, annex B; block checks after ISO 1155.</summary>
public sealed class Iec62056TextTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Iec62056Text();

    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 10001)
        .Client(Encoding.ASCII.GetBytes("/?12345678!\r\n"))
        .Server(Encoding.ASCII.GetBytes("/LGZ4ZMF100AC.M23\r\n"))
        .Client(Encoding.ASCII.GetBytes("\u0006041\r\n"))
        .Server("01 5030 02 2829 03 60")                                           // P0: asks for a password
        .Client("01 5031 02 283030303030303030 29 03 61")                          // P1(00000000)
        .Server("06")
        .Client("01 5731 02 302E392E3128313233343536 29 03 59")                    // W1 0.9.1(123456)
        .Server("15")
        .Client("01 4230 03 71");                                                  // B0

    [Fact]
    public void Read_PasswordAndRefusedWrite_AreOperationsWithTheirAnswers()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal([(Effect.Admin, "selects programming mode"), (Effect.Admin, "sends its password in clear"), (Effect.Write, "writes 0.9.1")],
            notes.Operations);
        Assert.Equal([true, false], notes.Answers);
    }

    [Fact]
    public void Read_Identification_TellsMakerModelAndTheMeterAddressed()
    {
        var facts = Sample.Read(Protocol).Facts;

        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Vendor, "LGZ"), facts);
        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Model, "ZMF100AC.M23"), facts);
        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Device, "iec62056-21 device 12345678"), facts);
    }

    [Theory]
    [InlineData("/?!\r\n", Verdict.Certain)]
    [InlineData("/?id=5 HTTP/1.1\r\n", Verdict.None)]
    [InlineData("/LGZ4ZMF100AC.M23\r\n", Verdict.Weak)]
    [InlineData("/KFM5KAIFA-METER\r\n\r\n1-3:0.2.8(42)\r\n0-0:1.0.0(161113205757W)\r\n!", Verdict.Certain)]
    [InlineData("/help me\r\n", Verdict.None)]
    [InlineData("\u0006041\r\n", Verdict.Weak)]
    [InlineData("\u0001B0\u0003q", Verdict.Certain)]
    [InlineData("\u0001B0\u0003r", Verdict.None)]
    [InlineData("\u00021.8.0(012345.678*kWh)\u0003S", Verdict.Certain)]
    public void Recognise_Text_IsJudgedByItsForm(string text, Verdict expected) =>
        Assert.Equal(expected, Protocol.Recognise(Encoding.ASCII.GetBytes(text), new(Transport.Tcp, 50000, 40000)));
}
