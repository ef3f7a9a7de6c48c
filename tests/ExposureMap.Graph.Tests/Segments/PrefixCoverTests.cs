using CsCheck;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;
using Xunit;

namespace ExposureMap.Graph.Tests.Segments;

/// <summary>Lists of addresses told by prefixes.</summary>
public sealed class PrefixCoverTests
{
    private static Address Parse(string text) => Address.TryParse(text, out var address) ? address : throw new ArgumentException(text);

    private static string[] Cover(string[] members, string[] others, params Prefix[] taken) =>
        [.. PrefixCover.Of([.. members.Select(Parse).Order()], [.. members.Concat(others).Select(Parse).Order()], [.. taken])
            .Select(prefix => prefix.ToString())];

    [Fact]
    public void Of_AddressesInARow_IsOnePrefix() => Assert.Equal(["10.0.0.0/29"], Cover(["10.0.0.1", "10.0.0.2", "10.0.0.6"], ["10.0.0.9"]));

    [Fact]
    public void Of_SomebodyElseAmongThem_IsNotInside() =>
        Assert.Equal(["10.0.0.1/32", "10.0.0.6/31"], Cover(["10.0.0.1", "10.0.0.6", "10.0.0.7"], ["10.0.0.2"]));

    /// <summary>IPv6 is cut between digits, and by no more than a few digits.</summary>
    [Fact]
    public void Of_IPv6_IsCutBetweenDigits() =>
        Assert.Equal(["fd00::a09:0/120", "fd00::b00:1/128"], Cover(["fd00::a09:1", "fd00::a09:2", "fd00::a09:f3", "fd00::b00:1"], ["fd00::a14:1"]));

    [Fact]
    public void Of_PrefixThatSaysSomethingElse_IsTakenApart()
    {
        var whole = Prefix.TryParse("10.0.0.0/24", out var prefix) ? prefix : default;

        Assert.Equal(["10.0.0.0/24"], Cover(["10.0.0.1", "10.0.0.200"], []));
        Assert.Equal(["10.0.0.1/32", "10.0.0.200/32"], Cover(["10.0.0.1", "10.0.0.200"], [], whole));
    }

    [Fact]
    public void Of_AnyAddresses_HoldsThemAndNobodyElse()
    {
        var anyV4 = Gen.UInt[0, 600].Select(number => Address.IPv4(0x0A000000 + number));
        var anyV6 = Gen.UInt[0, 600].Select(number => Address.IPv6(new AddressNumber(0xFD00_0000_0000_0000, number * 7)));
        Gen.Select(Gen.OneOf(anyV4, anyV6).Array[1, 120], Gen.OneOf(anyV4, anyV6).Array[0, 40]).Sample((some, more) =>
        {
            Address[] members = [.. some.Distinct().Order()], others = [.. more.Except(members)];
            var cover = PrefixCover.Of(members, [.. members.Concat(others).Order()], []);
            Assert.All(members, member => Assert.Single(cover, prefix => prefix.Contains(member)));
            Assert.All(others, other => Assert.DoesNotContain(cover, prefix => prefix.Contains(other)));
            Assert.True(cover.Count <= members.Length);
        });
    }
}
