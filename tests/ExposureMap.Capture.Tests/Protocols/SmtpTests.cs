using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class SmtpTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Smtp();

    /// <summary>RFC 5321 appendix D.1.</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 25)
        .Server("220 foo.com Simple Mail Transfer Service Ready, SMTP\r\n"u8).Client("EHLO bar.com\r\n"u8).Server("250 foo.com greets bar.com\r\n"u8)
        .Client("MAIL FROM:<Smith@bar.com>\r\n"u8);

    [Fact]
    public void Read_Greeting_NamesTheServer()
    {
        var notes = Sample.Read(Protocol);

        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Name, "foo.com"), notes.Facts);
        Assert.Equal(1, notes.Effects[Effect.Write]);
    }
}
