using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class NeighborDiscoveryTests
{
    private static RecordingNotes Read(string hex)
    {
        var notes = new RecordingNotes(Transport.Icmp, 0);
        NeighborDiscovery.Read(Exchange.Octets(hex), notes);
        return notes;
    }

    /// <summary>RFC 4861 section 4.4, with the target link-layer address option (section 4.6.1).</summary>
    [Fact]
    public void Read_Advertisement_TargetIsOwnedByItsMac()
    {
        var notes = Read("88 00 0000 60000000 FE800000000000000000000000000007 02 01 0200000000AA");

        Assert.Equal([(Address.IPv6(Exchange.Octets("FE800000000000000000000000000007")), FactKind.OwnedBy, "02:00:00:00:00:aa")], notes.Facts);
    }

    /// <summary>Section 4.2 with a prefix that is on-link (section 4.6.2).</summary>
    [Fact]
    public void Read_RouterAdvertisement_TellsRouterAndPrefix()
    {
        var notes = Read("86 00 0000 40 00 0708 00000000 00000000 03 04 40 C0 00000708 00000708 00000000 20010DB8001000000000000000000000");

        Assert.Contains(notes.Facts, fact => fact is { Kind: FactKind.Role, Value: "router" });
        Assert.Contains(notes.Facts, fact => fact is { Kind: FactKind.Network, Value: "2001:db8:10::/64" });
    }

    [Fact]
    public void Read_OptionOfLengthZero_Stops() =>
        Assert.Empty(Read("88 00 0000 60000000 FE800000000000000000000000000007 02 00 0200000000AA").Facts);

    [Fact]
    public void Read_CutAtEveryOctet_DoesNotThrow()
    {
        var whole = Exchange.Octets(
            "86 00 0000 40 00 0708 00000000 00000000 03 04 40 C0 00000708 00000708 00000000 20010DB8001000000000000000000000");
        for (var length = 0; length < whole.Length; length++) NeighborDiscovery.Read(whole.AsSpan(0, length), new RecordingNotes(Transport.Icmp, 0));
    }
}
