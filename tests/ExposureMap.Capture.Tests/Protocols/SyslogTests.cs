using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class SyslogTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Syslog();

    /// <summary>RFC 3164 section 5.4 example 1 and RFC 5424 section 6.5 example 1, shortened.</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Udp, 514)
        .Client("<34>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick on /dev/pts/8"u8)
        .Client("<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - 'su root' failed"u8);

    [Fact]
    public void Read_Message_NamesItsSender()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal(["mymachine", "mymachine.example.com"], notes.Facts.Select(fact => fact.Value));
        Assert.Equal(2, notes.Effects[Effect.Report]);
    }

    [Theory]
    [InlineData("<192>Oct 11 22:14:15 x y")]
    [InlineData("<a>Oct 11 22:14:15 x y")]
    [InlineData("<html><body>")]
    [InlineData("<34")]
    public void Recognise_NoPriority_IsNone(string text) =>
        Assert.Equal(Verdict.None, Protocol.Recognise(System.Text.Encoding.ASCII.GetBytes(text), new(Transport.Udp, 40000, 514)));
}
