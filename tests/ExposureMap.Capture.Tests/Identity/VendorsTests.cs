using ExposureMap.Capture.Identity;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Identity;

public sealed class VendorsTests
{
    [Theory]
    [InlineData("00:00:bc:12:34:56", "Rockwell Automation")]        // MA-L
    [InlineData("00:0e:8c:00:00:01", "Siemens AG")]
    [InlineData("c8:5c:e2:7a:bc:de", "SYNERGY SYSTEMS AND SOLUTIONS")]   // MA-M inside the registry's own MA-L
    [InlineData("02:00:00:00:00:01", "")]                            // locally administered
    [InlineData("01:00:5e:00:00:01", "")]                            // group
    public void Of_Mac_IsTheLongestRegisteredPrefix(string mac, string expected)
    {
        Assert.True(Address.TryParse(mac, out var address));
        Assert.Equal(expected, Vendors.Of(address));
    }

    [Fact]
    public void Of_IpAddress_IsEmpty() => Assert.Equal("", Vendors.Of(Address.IPv4(0x0000BC12)));
}
