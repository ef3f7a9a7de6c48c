using System.Globalization;
using System.Security.Cryptography;
using System.Text.Unicode;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// The JA4 fingerprint of a ClientHello (FoxIO, "JA4: TLS Client Fingerprinting", BSD-3-Clause): its carrier, version, server name, counts, ALPN, and
/// hashes of the sorted cipher suites and extensions. It tells programs apart, not machines.
/// </summary>
internal static class Ja4
{
    private const int MaximumCodes = 128;
    private const int HashDigits = 12;
    private const int CodeText = 5;                              // octets of "c02b,"
    private const ushort ServerName = 0, SignatureAlgorithms = 13, Alpn = 16, SupportedVersions = 43;

    /// <param name="hello">The handshake message's body: client version first.</param>
    public static string Of(ReadOnlySpan<byte> hello, HelloCarrier carrier)
    {
        var reader = new Cursor(hello);
        var version = new Cursor(hello).U16();
        ClientHello.SkipToSuites(ref reader, carrier);
        Span<ushort> suites = stackalloc ushort[MaximumCodes];
        var suiteCount = Codes(reader.Take(reader.U16()), suites);
        reader.Skip(reader.U8());
        Span<ushort> types = stackalloc ushort[MaximumCodes];
        Span<ushort> algorithms = stackalloc ushort[MaximumCodes];
        int typeCount = 0, hashed = 0, algorithmCount = 0;
        var hasName = false;
        ReadOnlySpan<byte> alpn = default;
        var extensions = new Cursor(reader.TakeUpTo(reader.U16()));
        while (extensions.Left >= 4)
        {
            var type = extensions.U16();
            var content = extensions.TakeUpTo(extensions.U16());
            if (IsGrease(type)) continue;
            typeCount++;
            if (type == ServerName) hasName = true;
            if (type == Alpn && content is [_, _, var length, ..]) alpn = content[3..Math.Min(content.Length, 3 + length)];
            if (type == SignatureAlgorithms && content.Length > 2) algorithmCount = Codes(content[2..], algorithms);
            if (type == SupportedVersions && content.Length > 1) version = Highest(content[1..]);
            if (type is not (ServerName or Alpn) && hashed < types.Length) types[hashed++] = type;
        }

        suites[..suiteCount].Sort();
        types[..hashed].Sort();
        var counts = string.Create(CultureInfo.InvariantCulture, $"{Math.Min(suiteCount, 99):D2}{Math.Min(typeCount, 99):D2}");
        var hashes = $"{Hash(suites[..suiteCount], default)}_{Hash(types[..hashed], algorithms[..algorithmCount])}";
        return $"{(char)carrier}{VersionText(version)}{(hasName ? 'd' : 'i')}{counts}{AlpnText(alpn)}_{hashes}";
    }

    /// <summary>RFC 8701: 0A0Ah, 1A1Ah, ... FAFAh.</summary>
    private static bool IsGrease(ushort code) => (code & 0x0F0F) == 0x0A0A && code >> 8 == (code & 0xFF);

    private static int Codes(ReadOnlySpan<byte> octets, Span<ushort> codes)
    {
        var count = 0;
        for (var reader = new Cursor(octets); reader.Left >= 2 && count < codes.Length;)
        {
            var code = reader.U16();
            if (!IsGrease(code)) codes[count++] = code;
        }

        return count;
    }

    private static ushort Highest(ReadOnlySpan<byte> octets)
    {
        ushort highest = 0;
        for (var reader = new Cursor(octets); reader.Left >= 2;)
        {
            var version = reader.U16();
            if (!IsGrease(version)) highest = Math.Max(highest, version);
        }

        return highest;
    }

    private static string VersionText(ushort version) => version switch
    {
        0x0304 => "13",
        0x0303 => "12",
        0x0302 => "11",
        0x0301 => "10",
        0x0300 => "s3",
        0x0002 => "s2",
        0xFEFF => "d1",
        0xFEFD => "d2",
        0xFEFC => "d3",
        _ => "00",
    };

    private static string AlpnText(ReadOnlySpan<byte> alpn)
    {
        if (alpn.Length == 0) return "00";
        var (first, last) = ((char)alpn[0], (char)alpn[^1]);
        return char.IsAsciiLetterOrDigit(first) && char.IsAsciiLetterOrDigit(last) ? $"{first}{last}" : $"{alpn[0] >> 4:x}{alpn[^1] & 0xF:x}";
    }

    private static string Hash(ReadOnlySpan<ushort> sorted, ReadOnlySpan<ushort> inOrder)
    {
        if (sorted.Length == 0) return "000000000000";
        Span<byte> text = stackalloc byte[2 * MaximumCodes * CodeText];
        var length = Join(sorted, text) - 1;
        if (inOrder.Length > 0)
        {
            text[length++] = (byte)'_';
            length += Join(inOrder, text[length..]) - 1;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..length], hash);
        return Convert.ToHexStringLower(hash[..(HashDigits / 2)]);
    }

    /// <returns>How many octets; the last one is a comma too.</returns>
    private static int Join(ReadOnlySpan<ushort> codes, Span<byte> text)
    {
        for (var index = 0; index < codes.Length; index++) Utf8.TryWrite(text[(index * CodeText)..], $"{codes[index]:x4},", out _);
        return codes.Length * CodeText;
    }
}
