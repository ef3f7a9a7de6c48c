using System.Text;
using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class MeteringHttpTests
{
    [Theory]
    [InlineData("PUT /derp/1/derc/4 HTTP/1.1\r\nContent-Type: application/sep+xml\r\n\r\n", "ieee2030-5", Effect.Control)]
    [InlineData("GET /dcap HTTP/1.1\r\nAccept: application/sep+xml\r\n\r\n", "ieee2030-5", Effect.Read)]
    [InlineData("POST /mup/2 HTTP/1.1\r\nContent-Type: application/sep+xml; level=-S1\r\n\r\n", "ieee2030-5", Effect.Report)]
    [InlineData("POST /CD_Server HTTP/1.1\r\nSOAPAction: \"http://www.multispeak.org/Version_4.1_Release/InitiateConnectDisconnect\"\r\n\r\n", "multispeak", Effect.Control)]
    [InlineData("POST /MR_Server HTTP/1.1\r\nSOAPAction: \"http://www.multispeak.org/Version_3.0/GetReadingsByDate\"\r\n\r\n", "multispeak", Effect.Read)]
    [InlineData("POST /esb HTTP/1.1\r\n\r\n<RequestMessage xmlns=\"http://iec.ch/TC57/2011/schema/message\"><Header><Verb>create</Verb><Noun>EndDeviceControls</Noun></Header>"
        + "<EndDeviceControlType ref=\"3.31.0.23\"/>", "cim", Effect.Control)]
    public void Classify_MeteringRequest_TellsProtocolAndEffect(string head, string protocol, Effect effect)
    {
        var told = MeteringHttp.Classify(Encoding.ASCII.GetBytes(head));

        Assert.Equal((protocol, effect), (told?.Protocol, told?.Effect));
    }

    [Theory]
    [InlineData("GET /dcap HTTP/1.1\r\nHost: shop.example\r\n\r\n")]
    [InlineData("POST /derc HTTP/1.1\r\nContent-Type: text/xml\r\n\r\n")]
    [InlineData("")]
    public void Classify_OrdinaryRequest_IsNone(string head) => Assert.Null(MeteringHttp.Classify(Encoding.ASCII.GetBytes(head)));

    [Fact]
    public void Classify_Answer_HasNoEffect() =>
        Assert.Null(MeteringHttp.Classify("HTTP/1.1 200 OK\r\nContent-Type: application/sep+xml\r\n\r\n"u8)?.Effect);
}
