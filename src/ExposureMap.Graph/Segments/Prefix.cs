using System.Globalization;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Segments;

/// <summary>
/// An IPv4 or IPv6 prefix. <c>System.Net.IPNetwork</c> is not used: it reads <c>10.1/16</c> as 10.0.0.0/16, <c>010.0.0.0/8</c> as 8.0.0.0/8
/// and drops host bits.
/// </summary>
public readonly record struct Prefix(Address Network, int Length) : IComparable<Prefix>
{
    /// <summary>Bits of an address of this family.</summary>
    public int Width => Network.Family == AddressFamily.IPv4 ? 32 : 128;

    /// <summary>The highest address inside.</summary>
    public Address Last => new(Network.Family, Network.Number | AddressNumber.LowestBits(Width - Length));

    public bool Contains(Address address) =>
        address.Family == Network.Family && ((address.Number ^ Network.Number) & ~AddressNumber.LowestBits(Width - Length)) == default;

    public bool Contains(Prefix other) => other.Length >= Length && Contains(other.Network);

    public static bool TryParse(string? text, out Prefix prefix) => TryParse(text, out prefix, out _);

    /// <summary>
    /// Four plain decimal octets or IPv6 text, a plain decimal length, no host bits. The problem continues "prefix X ..." and says what to write.
    /// </summary>
    public static bool TryParse(string? text, out Prefix prefix, out string problem)
    {
        prefix = default;
        var slash = (text ?? "").IndexOf('/', StringComparison.Ordinal);
        var network = slash < 0 ? text : text![..slash];
        if (!Address.TryParse(network, out var address) || !address.IsIp)
        {
            problem = "is not an IPv4 or IPv6 prefix; write four plain decimal octets and a length (10.20.0.0/16) or IPv6 (2001:db8::/48)";
            return false;
        }

        var parsed = new Prefix(address, 0);
        if (slash < 0)
        {
            problem = $"has no length; write {address}/{parsed.Width} for the one address";
            return false;
        }

        if (!TryParseLength(text.AsSpan(slash + 1), parsed.Width, out var length))
        {
            problem = $"needs a length that is a plain number from 0 to {parsed.Width}";
            return false;
        }

        prefix = Around(address, length);
        problem = prefix.Network == address ? "" : $"has host bits; write {prefix}, or {address}/{parsed.Width} for the one address";
        return problem.Length == 0;
    }

    /// <summary>The prefix of this length that holds the address.</summary>
    public static Prefix Around(Address address, int length)
    {
        var width = address.Family == AddressFamily.IPv4 ? 32 : 128;
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, width);
        return new(new Address(address.Family, address.Number & ~AddressNumber.LowestBits(width - length)), length);
    }

    /// <summary>The longest prefix that holds both addresses, which are of one family.</summary>
    public static Prefix Of(Address one, Address other)
    {
        var width = one.Family == AddressFamily.IPv4 ? 32 : 128;
        return Around(one, (one.Number ^ other.Number).LeadingZeros - (128 - width));
    }

    public int CompareTo(Prefix other) => Network != other.Network ? Network.CompareTo(other.Network) : Length.CompareTo(other.Length);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Network}/{Length}");

    private static bool TryParseLength(ReadOnlySpan<char> text, int width, out int length) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out length) && length <= width && (text.Length == 1 || text[0] != '0');
}
