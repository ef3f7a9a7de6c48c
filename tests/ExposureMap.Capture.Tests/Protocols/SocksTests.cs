using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class SocksTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Socks();

    /// <summary>RFC 1928 section 3 and 4: no authentication, connect to 10.9.9.9:502.</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 1080).Client("05 01 00").Server("05 00")
        .Client("05 01 00 01 0A090909 01F6");

    [Fact]
    public void Read_Request_IsSeenOnce() => Assert.Equal([(Effect.Admin, "asks the proxy for a connection")], Sample.Read(Protocol).Operations);

    [Theory]
    [InlineData("05 00 0B 03 10 00 00 00 48 00", Verdict.None)]                              // DCE/RPC
    [InlineData("05 64 05 C0 01 00 00 04 E9 21", Verdict.None)]                              // DNP3
    [InlineData("05 02 00 02", Verdict.Weak)]
    public void Recognise_Beginnings(string hex, Verdict expected) =>
        Assert.Equal(expected, Protocol.Recognise(Exchange.Octets(hex), new(Transport.Tcp, 40000, 40001)));
}
