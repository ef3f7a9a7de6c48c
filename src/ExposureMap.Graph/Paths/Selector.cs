using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Paths;

/// <summary>
/// Selects assets (contract, <c>SEL</c>): an address, a prefix, a MAC, a name, <c>segment:NAME</c>, <c>kind:ot</c>, <c>role:historian</c>,
/// <c>service:modbus</c>; a comma is <i>or</i>, a leading <c>!</c> is <i>not</i>. Those with <c>!</c> take away from the others, or from all
/// assets where there are no others: <c>kind:ot,!10.70.0.0/24</c>. An address means the machine, not the devices behind it.
/// </summary>
public sealed class Selector
{
    private static readonly string[] Keys = ["segment", "kind", "role", "service"];

    private readonly ImmutableArray<Term> _terms;

    private Selector(string text, ImmutableArray<Term> terms) => (Text, _terms) = (text, terms);

    private sealed record Term(string Text, bool IsNot, Func<MapSnapshot, IEnumerable<int>> Select, Func<MapSnapshot, string>? Missing = null);

    public string Text { get; }

    /// <summary>Reads a selector; what is wrong with it says the problem, with what to write instead.</summary>
    public static bool TryParse(string? text, out Selector selector, out string problem)
    {
        selector = new(text ?? "", []);
        problem = "";
        var terms = ImmutableArray.CreateBuilder<Term>();
        foreach (var part in (text ?? "").Split(','))
        {
            var (isNot, word) = part.Trim() is ['!', .. var rest] ? (true, rest.Trim()) : (false, part.Trim());
            if (!TryTerm(word, isNot, out var term, out problem)) return false;
            terms.Add(term);
        }

        selector = new(text!, terms.DrainToImmutable());
        return true;
    }

    /// <summary>
    /// Asset numbers, ascending. False when it names a segment or a machine that the map does not have; an empty selection is not wrong.
    /// </summary>
    public bool TrySelect(MapSnapshot map, out ImmutableArray<int> assets, out string problem)
    {
        assets = [];
        problem = "";
        var chosen = new bool[map.Assets.Length];
        if (_terms.All(term => term.IsNot)) Array.Fill(chosen, true);
        foreach (var term in _terms.OrderBy(term => term.IsNot))
        {
            var any = false;
            foreach (var id in term.Select(map)) (chosen[id], any) = (!term.IsNot, true);
            problem = any ? "" : term.Missing?.Invoke(map) ?? "";
            if (problem.Length > 0) return false;
        }

        assets = [.. Enumerable.Range(0, chosen.Length).Where(id => chosen[id])];
        return true;
    }

    public override string ToString() => Text;

    private static bool TryTerm(string word, bool isNot, out Term term, out string problem)
    {
        term = new(word, isNot, _ => []);
        problem = "a selector is missing; write an address, a prefix, a name, segment:NAME, kind:ot, role:NAME or service:modbus";
        if (word.Length == 0) return false;

        if (Address.TryParse(word, out var address))
        {
            term = term with
            {
                Select = map => address.IsMac
                    ? Where(map, asset => asset.Behind < 0 && (asset.Addresses.Contains(address) || asset.Macs.Contains(address)))
                    : map.IdsAt(one => one == address),
            };
            return true;
        }

        if (word.Contains('/', StringComparison.Ordinal) && word.IndexOf(':', StringComparison.Ordinal) is var mark
            && (mark < 0 || !Keys.Contains(word[..mark])))
        {
            var isPrefix = Prefix.TryParse(word, out var prefix, out var fault);
            term = term with { Select = map => WithDevices(map, map.IdsAt(prefix.Contains)) };
            problem = $"'{word}': {fault}";
            return isPrefix;
        }

        var colon = word.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? TryName(word, ref term, out problem) : TryKey(word[..colon], word[(colon + 1)..], ref term, out problem);
    }

    private static bool TryKey(string key, string value, ref Term term, out string problem)
    {
        problem = value.Length == 0 ? $"'{key}:' says nothing; write {key}:NAME" : "";
        if (problem.Length > 0) return false;
        switch (key)
        {
            case "segment":
                term = term with
                {
                    Select = map => map.IdsIn(segment => segment.Name == value),
                    Missing = map =>
                        map.Segments.Named(value) is not null
                            ? ""
                            : $"there is no segment '{value}'; there are: {string.Join(", ", map.Segments.Segments.Select(one => one.Name))}",
                };
                return true;
            case "kind":
                problem = $"'{value}' is no kind; write one of {string.Join(", ", Enum.GetValues<SegmentKind>().Select(one => one.Word()))}";
                if (!SegmentKindWords.TryParse(value, out var kind)) return false;
                term = term with { Select = map => map.IdsIn(segment => segment.Kind == kind) };
                return true;
            case "role":
                term = term with { Select = map => Where(map, asset => asset.HasRole(value)) };
                return true;
            case "service":
                if (!ServiceMatch.TryParse(value, out var match))
                {
                    problem = $"'{value}' is no service; write a protocol (modbus) or a carrier (tcp/502)";
                    return false;
                }

                term = term with { Select = map => ServersOf(map, match) };
                return true;
            default:
                problem = $"'{key}:' is unknown; write segment:, kind:, role: or service:";
                return false;
        }
    }

    private static bool TryName(string word, ref Term term, out string problem)
    {
        problem = "";
        term = term with { Select = map => Called(map, word), Missing = map => $"no asset is called '{word}'{Hint(map, word)}" };
        return true;
    }

    /// <summary>By its whole name or the first part of a domain name.</summary>
    private static bool IsNamed(Asset asset, string word) => asset.Names.Any(name => IsName(name, word));

    private static bool IsName(string name, string word) =>
        name.StartsWith(word, StringComparison.OrdinalIgnoreCase) && (name.Length == word.Length || name[word.Length] == '.');

    private static string Hint(MapSnapshot map, string word)
    {
        var near = map.Assets.SelectMany(asset => asset.Names).Where(name => name.Contains(word, StringComparison.OrdinalIgnoreCase))
            .Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal).Take(3).ToList();
        if (near.Count > 0) return $"; did you mean {string.Join(" or ", near)}?";
        return SegmentKindWords.TryParse(word, out _)
            ? $"; did you mean kind:{word}?"
            : map.Segments.Named(word) is not null
            ? $"; did you mean segment:{word}?"
            : "; 'exposuremap assets' lists them";
    }

    /// <summary>Only machines that anything calls so are looked at; of what is said of one, not all counts.</summary>
    private static IEnumerable<int> Called(MapSnapshot map, string word)
    {
        var called = map.Record.Facts.OfKind(FactKind.Name).Where(fact => IsName(fact.Value, word)).Select(fact => fact.Subject).ToHashSet();
        return map.IdsAt(called.Contains).Where(id => IsNamed(map.Assets[id], word));
    }

    /// <summary>A device has the addresses of its carrier.</summary>
    private static IEnumerable<int> WithDevices(MapSnapshot map, IEnumerable<int> machines)
    {
        var chosen = machines.ToHashSet();
        return chosen.Concat(map.Assets.Devices.Where(device => chosen.Contains(device.Behind)).Select(device => device.Id));
    }

    private static IEnumerable<int> Where(MapSnapshot map, Func<Asset, bool> isIt) => map.Assets.Where(isIt).Select(asset => asset.Id);

    /// <summary>Those that answered on it, group addresses left out.</summary>
    private static IEnumerable<int> ServersOf(MapSnapshot map, ServiceMatch match)
    {
        var matching = map.Record.Services.Select(match.Matches).ToArray();
        var links = map.Record.Links;
        for (var row = 0; row < links.Count; row++)
        {
            var link = links[row];
            if (link.Is(LinkMarks.Usable) && matching[link.Service] && map.AssetOfEndpoint(link.To) is var server and >= 0) yield return server;
        }
    }
}
