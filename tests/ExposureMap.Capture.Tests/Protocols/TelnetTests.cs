using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class TelnetTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Telnet();

    /// <summary>RFC 854 and RFC 1091: the server asks for the terminal type and window size, the client is willing.</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 23)
        .Server("FFFD18 FFFD1F FFFB01").Client("FFFB18 FFFB1F FFFD01").Server("FFFA1801FFF0").Client("6C733B0D0A");

    [Fact]
    public void Read_WillingTerminal_IsTheClient()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal([(false, Party.Server), (true, Party.Client)], notes.Parties.Take(2));
        Assert.Equal((Effect.Admin, "opens a terminal in the clear"), Assert.Single(notes.Operations));
    }

    [Theory]
    [InlineData("FFFF FFFF FFFF", Verdict.None)]
    [InlineData("FFFD18", Verdict.Weak)]
    [InlineData("FFFD18 FFFD1F 41", Verdict.Weak)]
    public void Recognise_Negotiation(string hex, Verdict expected) =>
        Assert.Equal(expected, Protocol.Recognise(Exchange.Octets(hex), new(Transport.Tcp, 40000, 40001)));
}
