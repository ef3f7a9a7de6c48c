using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;
using Xunit;

namespace ExposureMap.Graph.Tests.Segments;

public class PrefixTests
{
    [Theory]
    [InlineData("10.20.0.0/16", "10.20.0.0/16")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0")]
    [InlineData("10.1.2.3/32", "10.1.2.3/32")]
    [InlineData("2001:DB8:10::/48", "2001:db8:10::/48")]
    [InlineData("::/0", "::/0")]
    [InlineData("fd::1234:5678:9ab/128", "fd::1234:5678:9ab/128")]   // 17 characters with ':' third, as a MAC has
    public void TryParse_PlainPrefix_IsRead(string text, string expected)
    {
        Assert.True(Prefix.TryParse(text, out var prefix));
        Assert.Equal(expected, prefix.ToString());
    }

    [Theory]
    [InlineData("10.1/16", "four plain decimal octets")]             // IPNetwork reads these three as other networks
    [InlineData("010.0.0.0/8", "four plain decimal octets")]
    [InlineData("10.0.0.1/8", "has host bits; write 10.0.0.0/8, or 10.0.0.1/32")]
    [InlineData("2001:db8::1/64", "has host bits; write 2001:db8::/64")]
    [InlineData("10.1.2.3", "has no length; write 10.1.2.3/32")]
    [InlineData("10.0.0.0/33", "from 0 to 32")]
    [InlineData("10.0.0.0/08", "from 0 to 32")]
    [InlineData("10.0.0.0/+8", "from 0 to 32")]
    [InlineData("10.0.0.0/", "from 0 to 32")]
    [InlineData("10.0.0.0/8/8", "from 0 to 32")]
    [InlineData("2001:db8::/129", "from 0 to 128")]
    [InlineData("[2001:db8::]/32", "not an IPv4 or IPv6 prefix")]
    [InlineData("fe80::%eth0/64", "not an IPv4 or IPv6 prefix")]
    [InlineData("00:30:a7:00:00:01/48", "not an IPv4 or IPv6 prefix")]
    [InlineData("0x0a.0.0.0/8", "not an IPv4 or IPv6 prefix")]
    [InlineData("", "not an IPv4 or IPv6 prefix")]
    [InlineData(null, "not an IPv4 or IPv6 prefix")]
    public void TryParse_AnythingElse_SaysWhatToWrite(string? text, string problem)
    {
        Assert.False(Prefix.TryParse(text, out _, out var actual));
        Assert.Contains(problem, actual, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.20.0.0/16", "10.20.255.255", true)]
    [InlineData("10.20.0.0/16", "10.21.0.0", false)]
    [InlineData("0.0.0.0/0", "255.255.255.255", true)]
    [InlineData("0.0.0.0/0", "::1", false)]
    [InlineData("::/0", "ffff::", true)]
    [InlineData("::/0", "10.0.0.1", false)]
    [InlineData("10.1.2.3/32", "10.1.2.3", true)]
    [InlineData("10.1.2.3/32", "10.1.2.2", false)]
    public void Contains_Address_GoesByTheLeadingBits(string prefix, string address, bool expected)
    {
        Assert.True(Prefix.TryParse(prefix, out var network));
        Assert.True(Address.TryParse(address, out var host));
        Assert.Equal(expected, network.Contains(host));
    }
}
