using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class FtpTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Ftp();

    /// <summary>RFC 959 section 4: greeting, user, store and its completion, a refused deletion.</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 21)
        .Server("220 RTU560 FTP server ready\r\n"u8).Client("USER admin\r\n"u8).Server("331 Password required\r\n"u8)
        .Client("STOR config.xml\r\n"u8).Server("150 Opening\r\n226 Done\r\n"u8).Client("DELE config.old\r\n"u8).Server("550 Denied\r\n"u8);

    [Fact]
    public void Read_Dialogue_TellsModelWritesAndAnswers()
    {
        var notes = Sample.Read(Protocol);

        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Model, "RTU560 FTP server ready"), notes.Facts);
        Assert.Equal([(Effect.Admin, "FTP logon as admin"), (Effect.Write, "STOR config.xml"), (Effect.Write, "DELE config.old")], notes.Operations);
        Assert.Equal([true, false], notes.Answers);
    }

    [Theory]
    [InlineData("220 mail.example.com ESMTP\r\n", 25, Verdict.None)]
    [InlineData("220 vsFTPd 3.0\r\n", 40001, Verdict.Certain)]
    [InlineData("USER admin\r\n", 110, Verdict.None)]
    [InlineData("USER admin\r\n", 21, Verdict.Weak)]
    public void Recognise_Lines(string line, int port, Verdict expected) =>
        Assert.Equal(expected, Protocol.Recognise(System.Text.Encoding.ASCII.GetBytes(line), new(Transport.Tcp, 40000, (ushort)port)));
}
