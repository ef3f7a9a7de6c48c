using ExposureMap.Capture.Sources;
using Xunit;

namespace ExposureMap.Capture.Tests.Sources;

public sealed class InterfacesTests
{
    [Fact]
    public void List_OfThisMachine_HasTheLoopbackWithItsAddressAndAnAnswerAboutCapturing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Names the loopback as Linux does.");

        var loopback = Assert.Single(Interfaces.List(), found => found.Name == "lo");

        Assert.Contains("127.0.0.1/8", loopback.Addresses);
        Assert.Equal((ushort)1, loopback.LinkType);
        if (!loopback.CanCapture) Assert.Matches("CAP_NET_RAW|libpcap", loopback.Problem!);
    }

    [Fact]
    public void Open_UnknownInterface_NamesThoseThatAre()
    {
        var refused = Assert.Throws<CaptureException>(() => LiveCapture.Open("nonesuch0"));

        Assert.Contains("nonesuch0", refused.Message, StringComparison.Ordinal);
        Assert.Matches("there are .*lo|CAP_NET_RAW|libpcap", refused.Message);
    }
}
