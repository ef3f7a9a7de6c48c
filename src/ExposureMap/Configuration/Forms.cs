using System.Globalization;
using System.Net;
using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Configuration;

/// <summary>How each kind of value is written in the file.</summary>
internal static class Forms
{
    private const int LongestText = 1024;

    /// <summary>Plain text on one line.</summary>
    public static bool Text(string text, out string value, out string problem)
    {
        value = text;
        problem = text.Length > LongestText ? $"is longer than {LongestText} characters" : text.All(Quoted.IsPlain) ? "" : "has control characters";
        return text.Length > 0 && problem.Length == 0;
    }

    /// <summary>
    /// Names stand in selectors (<c>segment:NAME,...</c>, <c>!</c>) and in paths (<c>A -> B</c>), so they have neither spaces nor punctuation of
    /// these.
    /// </summary>
    public static bool Name(string text, out string value, out string problem)
    {
        value = text;
        problem = "must be at most 64 letters, digits and - _ . without spaces";
        return text.Length is > 0 and <= 64 && text.All(letter => char.IsLetterOrDigit(letter) || letter is '-' or '_' or '.');
    }

    public static bool Kind(string text, out SegmentKind kind, out string problem)
    {
        var valid = SegmentKindWords.TryParse(text, out kind);
        problem = valid ? "" : "is not known; " + Nearest.Hint(text, Enum.GetValues<SegmentKind>().Select(SegmentKindWords.Word));
        return valid;
    }

    public static bool Rank(string text, out PivotRank rank, out string problem)
    {
        var valid = PivotRankWords.TryParse(text, out rank);
        problem = valid ? "" : "is not known; " + Nearest.Hint(text, Enum.GetValues<PivotRank>().Select(PivotRankWords.Word));
        return valid;
    }

    public static bool Level(string text, out int? level, out string problem)
    {
        problem = "must be a Purdue level from 0 to 5";
        var valid = TryNumber(text, 0, 5, out var number);
        level = number;
        return valid;
    }

    /// <summary>IEEE 802.1Q: 0 and 4095 are no VLANs.</summary>
    public static bool Vlan(string text, out int vlan, out string problem)
    {
        problem = "must be a number from 1 to 4094";
        return TryNumber(text, 1, 4094, out vlan);
    }

    public static bool Mac(string text, out Address mac, out string problem)
    {
        problem = "must be the address of one machine, six pairs of hexadecimal digits (00:30:a7:00:00:01)";
        return Address.TryParse(text, out mac) && mac.IsMac && !mac.IsGroup && !mac.IsUnspecified;
    }

    public static bool Day(string text, out Until until, out string problem)
    {
        problem = "must be a day, year first (2027-03-31)";
        var valid = DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day);
        until = new(day);
        return valid && !until.IsNever;
    }

    public static bool Rule(string text, out string rule, out string problem)
    {
        rule = text;
        problem = $"must be the id of a rule, EM001 to {FindingCatalog.Rules.Max(known => known.Id)}";
        return FindingCatalog.Find(text) is not null;
    }

    /// <summary>The first and the last asset of a path, <c>10.10.4.20 -> 10.70.1.5</c>.</summary>
    public static bool Path(string text, out (string From, string To) path, out string problem)
    {
        var ends = text.Split(" -> ");
        path = ends.Length == 2 ? (ends[0].Trim(), ends[1].Trim()) : default;
        problem = "must be written as source -> target (10.10.4.20 -> 10.70.1.5)";
        return ends.Length == 2 && path.From.Length > 0 && path.To.Length > 0 && text.All(Quoted.IsPlain);
    }

    public static bool Cost(string text, out int cost, out string problem)
    {
        problem = $"must be a number from 1 to {HopCosts.Highest}";
        return TryNumber(text, 1, HopCosts.Highest, out cost);
    }

    public static bool Snaplen(string text, out int octets, out string problem)
    {
        problem = $"must be a number of octets from 128 to {InterfaceSettings.WholeFrame}";
        return TryNumber(text, 128, InterfaceSettings.WholeFrame, out octets);
    }

    public static bool Memory(string text, out long octets, out string problem)
    {
        problem = "must be from 64MiB to 1024GiB, in MiB or GiB";
        octets = 0;
        var shift = text.EndsWith("MiB", StringComparison.Ordinal) ? 20 : text.EndsWith("GiB", StringComparison.Ordinal) ? 30 : 0;
        if (shift == 0 || !TryNumber(text[..^3], 1, 1 << 20, out var number)) return false;
        octets = (long)number << shift;
        return octets is >= 64L << 20 and <= 1L << 40;
    }

    public static bool Span(string text, out TimeSpan span, out string problem)
    {
        problem = "must be from 1h to 3650d, in h or d";
        span = default;
        if (text.Length < 2 || !TryNumber(text[..^1], 1, 3650 * 24, out var number)) return false;
        span = text[^1] switch { 'h' => TimeSpan.FromHours(number), 'd' => TimeSpan.FromDays(number), _ => default };
        return span >= TimeSpan.FromHours(1) && span <= TimeSpan.FromDays(3650);
    }

    /// <summary>Whole days: no conversation stays open for longer.</summary>
    public static bool Expiry(string text, out TimeSpan? span, out string problem)
    {
        var isSpan = Span(text, out var read, out _) && read >= TimeSpan.FromDays(1);
        (span, problem) = (isSpan ? read : null, "must be from 1d to 3650d, in h or d");
        return isSpan;
    }

    /// <summary>The interface has no login, so it is for this machine only.</summary>
    public static bool Listen(string text, out IPEndPoint endpoint, out string problem)
    {
        endpoint = new(IPAddress.Loopback, 0);
        problem = "must be an address and a port (127.0.0.1:8470 or [::1]:8470)";
        var colon = text.LastIndexOf(':');
        if (colon < 0 || !TryNumber(text[(colon + 1)..], 0, ushort.MaxValue, out var port)) return false;
        var host = text[..colon] is ['[', .. var inside, ']'] ? inside : text[..colon];
        if (!Address.TryParse(host, out var address) || !address.IsIp) return false;
        if (host.Contains(':', StringComparison.Ordinal) == (host.Length == colon)) return false;       // IPv6 in brackets, IPv4 without

        problem = "is not a loopback address; the interface has no login, so only 127.0.0.1 or [::1] may be listened on";
        endpoint = new(IPAddress.Parse(host), port);
        return address.IsLoopback;
    }

    /// <summary>Plain decimal digits without sign, leading zeros or separators.</summary>
    private static bool TryNumber(string text, int least, int most, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number)
        && number >= least && number <= most && (text.Length == 1 || text[0] != '0');
}
