using System.Collections.Frozen;
using System.Globalization;
using System.IO.Compression;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Identity;

/// <summary>Who made the network card: the IEEE registries MA-L, MA-M and MA-S, the longest prefix first. Read when first asked.</summary>
internal static class Vendors
{
    private const int MacBits = 48;

    /// <summary>Bits of an MA-S, MA-M and MA-L prefix (IEEE Registration Authority), longest first.</summary>
    private static readonly int[] PrefixBits = [36, 28, 24];

    /// <summary>
    /// The universal/local and the individual/group bit of the first octet (IEEE 802-2014 section 8.2): such addresses have no maker.
    /// </summary>
    private const ulong LocalOrGroup = 0x0300_0000_0000;

    private static readonly Lazy<FrozenDictionary<ulong, string>> Names = new(Load);

    /// <summary>The company's name as registered, empty when the address has none.</summary>
    public static string Of(Address mac)
    {
        if (!mac.IsMac || (mac.Number.Low & LocalOrGroup) != 0) return "";
        foreach (var bits in PrefixBits)
        {
            if (Names.Value.TryGetValue(Key(mac.Number.Low >> (MacBits - bits), bits), out var name)) return name;
        }

        return "";
    }

    /// <summary>Prefixes of different lengths lie in one table: the length stands above the prefix.</summary>
    private static ulong Key(ulong prefix, int bits) => (ulong)bits << MacBits | prefix;

    private static FrozenDictionary<ulong, string> Load()
    {
        var names = new Dictionary<ulong, string>(60_000);
        using var resource = typeof(Vendors).Assembly.GetManifestResourceStream("vendors.txt.gz")!;
        using var lines = new StreamReader(new GZipStream(resource, CompressionMode.Decompress));
        while (lines.ReadLine() is { } line)
        {
            var tab = line.IndexOf('\t', StringComparison.Ordinal);
            var name = WireText.Clean(line[..tab]);
            foreach (var range in line.AsSpan(tab + 1).Split(' '))
            {
                var prefix = line.AsSpan(tab + 1)[range];
                names[Key(ulong.Parse(prefix, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture), prefix.Length * 4)] = name;
            }
        }

        return names.ToFrozenDictionary();
    }
}
