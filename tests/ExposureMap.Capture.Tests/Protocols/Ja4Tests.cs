using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class Ja4Tests
{
    /// <summary>The example of FoxIO's technical details of JA4, with GREASE (RFC 8701) put in, which must not count.</summary>
    [Fact]
    public void Of_BrowserHello_IsThePublishedFingerprint()
    {
        const string Suites = "2A2A 1301 1302 1303 C02B C02F C02C C030 CCA9 CCA8 C013 C014 009C 009D 002F 0035";
        const string Extensions =
            "3A3A0000 0000 000A 0008 00 0005 612E6E6574 0017 0000 FF01 0001 00 000A 0000 000B 0000 0023 0000 0010 0005 0003 02 6832 0005 0000"
            + "000D 0012 0010 0403 0804 0401 0503 0805 0501 0806 0601 0012 0000 0033 0000 002D 0000 002B 0007 06 1A1A 0304 0303 001B 0000 4469 0000 0015 0000";
        var extensions = Exchange.Octets(Extensions);
        var hello = Exchange.Octets("0303" + new string('0', 64) + "00 0020" + Suites + "01 00" + $"{extensions.Length:X4}" + Extensions);

        Assert.Equal("t13d1516h2_8daaf6152771_e5627efa2ab1", Ja4.Of(hello, HelloCarrier.Stream));
    }

    [Fact]
    public void Of_CutHello_DoesNotThrow()
    {
        var hello = Exchange.Octets("0301" + new string('0', 64) + "00 0004 C02B C02C 01 00 0006 000D 0002 0000");
        for (var length = 0; length <= hello.Length; length++)
            Assert.StartsWith("t", Ja4.Of(hello.AsSpan(0, length), HelloCarrier.Stream), StringComparison.Ordinal);
    }
}
