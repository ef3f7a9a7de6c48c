using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Export;

/// <summary>How diagrams name things: short, and without characters that could act on whoever shows them.</summary>
internal static class DiagramText
{
    private const int MaximumRunes = 34;
    private const int MaximumNouns = 4;
    private static readonly FrozenSet<string> Envelopes = new[] { "ssl", "ntlm", "krb", "gssapi" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>A domain controller serves names, and a SCADA master may share its files.</summary>
    private static readonly FrozenSet<string> Sidelines =
        new[] { "dns-server", "file-server", "ntp-server" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Control, format (direction overrides), surrogate and private-use characters become U+FFFD; long text is cut.</summary>
    public static string Clean(string text, int maximumRunes = MaximumRunes)
    {
        var clean = new StringBuilder(Math.Min(text.Length, maximumRunes));
        var runes = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (++runes > maximumRunes) return clean.Append('…').ToString();
            var isShown = Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
                or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator);
            clean.Append(isShown ? rune.ToString() : "\uFFFD");
        }

        return clean.ToString();
    }

    /// <summary>The innermost protocol, except those that only protect or log in: remote desktop in TLS is remote desktop.</summary>
    public static string Name(Service service)
    {
        var names = service.Name.Split(',', StringSplitOptions.RemoveEmptyEntries);
        return Clean(names.Length == 0 ? service.ToString() : Array.FindLast(names, name => !Envelopes.Contains(name)) ?? names[^1]);
    }

    /// <summary>Effects that change nothing are not worth the ink.</summary>
    public static string EffectWord(Effect? effect) => effect is >= Effect.Admin ? effect.Value.Word() : "";

    public static string Clock(Timestamp time, bool withDate)
    {
        var text = time.ToString();                               // 2026-03-02T07:10:13.000000Z
        return withDate ? $"{text[..10]} {text[11..19]}" : text[11..19];
    }

    /// <summary>① to ⑳ (U+2460 to U+2473), then plain.</summary>
    public static string Circled(int number) =>
        number is >= 1 and <= 20 ? ((char)('①' + number - 1)).ToString() : string.Create(CultureInfo.InvariantCulture, $"({number})");

    public static string Count(long count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {noun}{(count == 1 ? "" : "s")}");

    /// <summary>What machines are called in a sum: the surest of their roles, what they are for before what they serve beside it; acronyms in capitals.</summary>
    public static string Noun(Asset asset)
    {
        if (asset.Roles.IsEmpty) return asset.Kind == SegmentKind.External ? "address" : "host";
        var role = asset.Roles.MinBy(role => (role.Certainty == RoleCertainty.Confirmed ? 0 : 1, Sidelines.Contains(role.Name) ? 1 : 0))!.Name;
        return role.Length <= 3 ? role.ToUpperInvariant() : role.Replace('-', ' ');
    }

    /// <summary><c>× 312 meters</c>, <c>× 6 concentrators</c>, ...: many first.</summary>
    public static IEnumerable<string> Sums(IEnumerable<Asset> assets)
    {
        var sums = assets.GroupBy(Noun, StringComparer.Ordinal).Select(group => (Noun: group.Key, Count: group.Count()))
            .OrderByDescending(sum => sum.Count).ThenBy(sum => sum.Noun, StringComparer.Ordinal).ToList();
        foreach (var (noun, count) in sums.Take(sums.Count > MaximumNouns ? MaximumNouns - 1 : MaximumNouns)) yield return Clean(Plural(count, noun));
        if (sums.Count > MaximumNouns) yield return Plural(sums.Skip(MaximumNouns - 1).Sum(sum => sum.Count), "other");
    }

    /// <summary>Name, address and what it is, with what lies behind it and where else it stands.</summary>
    public static ImmutableArray<string> LinesOf(Asset asset, int devicesBehind)
    {
        var lines = ImmutableArray.CreateBuilder<string>();
        if (!asset.Names.IsEmpty && asset.Device.Length == 0) lines.Add(Clean(asset.Names[0]));
        lines.Add(Clean(asset.Overlay.Length == 0 ? asset.Address.ToString() : $"{asset.Address} in {asset.Overlay}"));
        if (asset.Device.Length > 0) lines.Add(Clean(asset.Device));
        else if (!asset.Roles.IsEmpty) lines.Add(Clean(Noun(asset)));
        if (devicesBehind > 0) lines.Add($"+ {Count(devicesBehind, "device")} behind it");
        if (asset.Homes.Length > 1)
            lines.Add("also in " + Clean(string.Join(", ", asset.Homes.Where(segment => segment != asset.Segment).Select(segment => segment.Name))));
        return lines.ToImmutable();
    }

    private static string Plural(int count, string noun) =>
        count == 1 ? "1 " + noun : string.Create(CultureInfo.InvariantCulture, $"× {count:N0} {noun}{(noun == "address" ? "es" : "s")}");
}
