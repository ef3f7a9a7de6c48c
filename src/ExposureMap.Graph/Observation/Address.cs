using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Numerics;

namespace ExposureMap.Graph.Observation;

public enum AddressFamily : byte { None, Mac, IPv4, IPv6 }

/// <summary>
/// An address as a number of 128 bits, in two words: whatever touches <c>UInt128</c> cannot be compiled ahead of time
/// (its layout differs between processors), and would be at every start of the program.
/// </summary>
public readonly record struct AddressNumber(ulong High, ulong Low) : IComparable<AddressNumber>
{
    public static readonly AddressNumber Highest = new(ulong.MaxValue, ulong.MaxValue);

    /// <summary>The number after it; after the highest comes 0.</summary>
    public AddressNumber Next => new(Low == ulong.MaxValue ? High + 1 : High, Low + 1);

    /// <summary>From 0 to 128.</summary>
    public int LeadingZeros => High != 0 ? BitOperations.LeadingZeroCount(High) : 64 + BitOperations.LeadingZeroCount(Low);

    public static AddressNumber operator &(AddressNumber left, AddressNumber right) => new(left.High & right.High, left.Low & right.Low);

    public static AddressNumber operator |(AddressNumber left, AddressNumber right) => new(left.High | right.High, left.Low | right.Low);

    public static AddressNumber operator ^(AddressNumber left, AddressNumber right) => new(left.High ^ right.High, left.Low ^ right.Low);

    public static AddressNumber operator ~(AddressNumber number) => new(~number.High, ~number.Low);

    /// <summary>Ones in so many of the lowest bits, from 0 to 128.</summary>
    public static AddressNumber LowestBits(int count) =>
        count > 64 ? new(ulong.MaxValue >> (128 - count), ulong.MaxValue) : new(0, count == 0 ? 0 : ulong.MaxValue >> (64 - count));

    public int CompareTo(AddressNumber other) => High != other.High ? High.CompareTo(other.High) : Low.CompareTo(other.Low);
}

/// <summary>An IPv4, IPv6 or MAC address as a value: 17 octets, no allocation, ordered by family and then by number.</summary>
public readonly record struct Address(AddressFamily Family, AddressNumber Number) : IComparable<Address>
{
    public static readonly Address None;

    public bool IsIp => Family is AddressFamily.IPv4 or AddressFamily.IPv6;

    public bool IsMac => Family == AddressFamily.Mac;

    /// <summary>Broadcast and multicast of each family (RFC 919, RFC 5771, RFC 4291 section 2.7, IEEE 802 group bit): never a machine.</summary>
    public bool IsGroup => Family switch
    {
        AddressFamily.IPv4 => (uint)Number.Low >> 28 == 0xE || (uint)Number.Low == uint.MaxValue,
        AddressFamily.IPv6 => Number.High >> 56 == 0xFF,
        AddressFamily.Mac => ((byte)(Number.Low >> 40) & 1) != 0,
        _ => false,
    };

    public bool IsUnspecified => Family != AddressFamily.None && Number == default;

    /// <summary>169.254.0.0/16 (RFC 3927) and fe80::/10 (RFC 4291 section 2.5.6): valid on one link only.</summary>
    public bool IsLinkLocal => Family switch
    {
        AddressFamily.IPv4 => (uint)Number.Low >> 16 == 0xA9FE,
        AddressFamily.IPv6 => Number.High >> 54 == 0x3FA,
        _ => false,
    };

    public bool IsLoopback => Family switch
    {
        AddressFamily.IPv4 => (uint)Number.Low >> 24 == 127,
        AddressFamily.IPv6 => Number is { High: 0, Low: 1 },
        _ => false,
    };

    /// <summary>Addresses that the Internet does not route: RFC 1918, RFC 6598, RFC 4193, link-local and loopback. MACs count as private.</summary>
    public bool IsPrivate => IsLinkLocal || IsLoopback || Family switch
    {
        AddressFamily.IPv4 =>
            (uint)Number.Low >> 24 == 10 || (uint)Number.Low >> 20 == 0xAC1 || (uint)Number.Low >> 16 == 0xC0A8 || (uint)Number.Low >> 22 == 0x191,
        AddressFamily.IPv6 => Number.High >> 56 is 0xFC or 0xFD,
        _ => true,
    };

    public static Address IPv4(uint value) => new(AddressFamily.IPv4, new AddressNumber(0, value));

    public static Address IPv6(AddressNumber number) => new(AddressFamily.IPv6, number);

    public static Address Mac(ulong value) => new(AddressFamily.Mac, new AddressNumber(0, value));

    public static Address IPv4(ReadOnlySpan<byte> octets) => IPv4(BinaryPrimitives.ReadUInt32BigEndian(octets));

    public static Address IPv6(ReadOnlySpan<byte> octets) => IPv6(NumberOf(octets));

    /// <summary>Sixteen octets, most significant first.</summary>
    public static AddressNumber NumberOf(ReadOnlySpan<byte> octets) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(octets), BinaryPrimitives.ReadUInt64BigEndian(octets[sizeof(ulong)..]));

    /// <summary>Six octets, most significant first.</summary>
    public static Address Mac(ReadOnlySpan<byte> octets) =>
        Mac((ulong)BinaryPrimitives.ReadUInt16BigEndian(octets) << 32 | BinaryPrimitives.ReadUInt32BigEndian(octets[2..]));

    /// <summary>
    /// Plain forms only: four decimal octets without leading zeros, RFC 4291 text without a zone, or six hex pairs with ':' or '-'.
    /// </summary>
    public static bool TryParse(string? text, out Address address)
    {
        address = None;
        if (string.IsNullOrEmpty(text) || text.AsSpan().ContainsAny("%[]")) return false;   // IPAddress takes [::1]:80
        if (IsMacText(text))
        {
            var digits = text.Replace(":", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
            if (!ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var mac)) return false;
            address = Mac(mac);
            return true;
        }

        if (!IPAddress.TryParse(text, out var ip)) return false;
        var octets = ip.GetAddressBytes();
        address = octets.Length == 4 ? IPv4(octets) : IPv6(octets);
        return octets.Length == 16 || address.ToString() == text;   // "010.1.1" and "10.1" mean other things to other programs
    }

    /// <summary>Every third character separates; an IPv6 address of 17 characters (fd::1234:5678:9ab) does not look like that.</summary>
    private static bool IsMacText(string text)
    {
        if (text.Length != 17) return false;
        for (var index = 0; index < 17; index++) if ((text[index] is ':' or '-') != (index % 3 == 2)) return false;
        return true;
    }

    public int CompareTo(Address other) => Family != other.Family ? Family.CompareTo(other.Family) : Number.CompareTo(other.Number);

    public override string ToString()
    {
        Span<byte> octets = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(octets, Number.High);
        BinaryPrimitives.WriteUInt64BigEndian(octets[sizeof(ulong)..], Number.Low);
        return Family switch
        {
            AddressFamily.IPv4 => $"{octets[12]}.{octets[13]}.{octets[14]}.{octets[15]}",
            AddressFamily.IPv6 => new IPAddress(octets).ToString(),
            AddressFamily.Mac => $"{octets[10]:x2}:{octets[11]:x2}:{octets[12]:x2}:{octets[13]:x2}:{octets[14]:x2}:{octets[15]:x2}",
            _ => "-",
        };
    }
}

/// <summary>One end of a conversation. The port is 0 where the transport has none.</summary>
public readonly record struct Endpoint(Address Address, ushort Port) : IComparable<Endpoint>
{
    public int CompareTo(Endpoint other) => Address != other.Address ? Address.CompareTo(other.Address) : Port.CompareTo(other.Port);

    public override string ToString() =>
        Port == 0 ? Address.ToString() : Address.Family == AddressFamily.IPv6 ? $"[{Address}]:{Port}" : $"{Address}:{Port}";
}
