using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class HttpTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Http();

    /// <summary>RFC 9112 section 2.1.</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 80)
        .Client("GET /status HTTP/1.1\r\nHost: plc7.plant\r\n\r\n"u8)
        .Server("HTTP/1.1 200 OK\r\nServer: GoAhead/2.5\r\nContent-Length: 2\r\n\r\nok"u8)
        .Client("POST /config HTTP/1.1\r\nHost: plc7.plant\r\nContent-Length: 3\r\n\r\na=1"u8)
        .Server("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"u8);

    [Fact]
    public void Read_Dialogue_TellsEffectsNamesAndAnswer()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal(1, notes.Effects[Effect.Read]);
        Assert.Equal(1, notes.Effects[Effect.Write]);
        Assert.Equal([false], notes.Answers);
        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Name, "plc7.plant"), notes.Facts);
        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Model, "GoAhead/2.5"), notes.Facts);
    }

    [Fact]
    public void Read_HostThatIsAnAddress_IsNoName() =>
        Assert.Empty(new Exchange(Transport.Tcp, 80).Client("GET / HTTP/1.1\r\nHost: 10.0.0.2:8080\r\n\r\n"u8).Read(Protocol).Facts);

    [Fact]
    public void Read_WsMan_IsWinRm()
    {
        var notes = new Exchange(Transport.Tcp, 5985).Client("POST /wsman HTTP/1.1\r\nHost: srv\r\nContent-Length: 0\r\n\r\n"u8).Read(Protocol);

        Assert.Equal(["winrm"], notes.Carried);
        Assert.Equal((Effect.Admin, "WinRM request"), Assert.Single(notes.Operations));
    }

    [Fact]
    public void Read_Connect_IsAProxy()
    {
        var notes = new Exchange(Transport.Tcp, 3128).Client("CONNECT plc7:502 HTTP/1.1\r\nHost: plc7:502\r\n\r\n"u8).Read(Protocol);

        Assert.Equal(["http-proxy"], notes.Carried);
        Assert.Equal("asks the proxy for plc7:502", Assert.Single(notes.Operations).What);
    }

    [Fact]
    public void Read_Ntlm_IsFoundInBase64() =>
        Assert.Equal(["ntlm"],
            new Exchange(Transport.Tcp, 80).Client("GET / HTTP/1.1\r\nAuthorization: NTLM TlRMTVNTUAABAAAAB4IIogAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n"u8)
                .Read(Protocol).Carried);

    [Fact]
    public void Read_SmartEnergyControl_IsNamedAndAnswered()
    {
        var notes = new Exchange(Transport.Tcp, 80)
            .Client("PUT /derp/1/derc/2 HTTP/1.1\r\nContent-Type: application/sep+xml\r\nContent-Length: 0\r\n\r\n"u8)
            .Server("HTTP/1.1 204 No Content\r\n\r\n"u8).Read(Protocol);

        Assert.Equal(["ieee2030-5"], notes.Carried);
        Assert.Equal((Effect.Control, "changes a DER control"), Assert.Single(notes.Operations));
        Assert.Equal([true], notes.Answers);
    }

    [Theory]
    [InlineData("GETAWAY / HTTP/1.1\r\n", Verdict.None)]
    [InlineData("GET / RTSP/1.0\r\n", Verdict.None)]
    [InlineData("GET /very/long", Verdict.NeedMore)]
    [InlineData("PUT /x HTTP/1.1\r\n", Verdict.Certain)]
    [InlineData("HTTP/1.0 404 Not", Verdict.Certain)]
    public void Recognise_Heads(string text, Verdict expected) =>
        Assert.Equal(expected, Protocol.Recognise(System.Text.Encoding.ASCII.GetBytes(text), new(Transport.Tcp, 40000, 502)));

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", 49)]
    [InlineData("HTTP/1.1 304 Not\r\nContent-Length: 10\r\n\r\n", 40)]                          // RFC 9112 section 6.3: no body
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", 39)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le", 0)]
    [InlineData("plain text that is long enough", -1)]
    public void Measure_HeadAndBody(string text, int expected) => Assert.Equal(expected, Protocol.Measure(System.Text.Encoding.ASCII.GetBytes(text)));
}
