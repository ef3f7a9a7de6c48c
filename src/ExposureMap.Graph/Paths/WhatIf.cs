using System.Collections.Immutable;
using System.Globalization;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Paths;

/// <summary>
/// Reads what is to be taken out of a map and what is to be supposed in it: <c>SEL</c> (everything of those assets), <c>SEL -> SEL</c>,
/// <c>SEL -> SEL service</c>. What is supposed names its service with a port.
/// </summary>
public sealed class WhatIf(MapSnapshot map)
{
    /// <summary>More pairs than these are a mistake in the selectors.</summary>
    private const int MostSupposed = 100_000;

    private readonly HashSet<int> _removed = [];
    private readonly List<SupposedConduit> _added = [];

    public int Removed => _removed.Count;

    public int Added => _added.Count;

    public MapSnapshot Map =>
        new(MapEdit.Apply(map.Record, _removed, _added, map.Watched.Last.IsNever ? Timestamp.FromUnix(0, 0) : map.Watched.Last), map.Settings);

    /// <summary>False when it cannot be read, or means nothing on this map.</summary>
    public bool TryRemove(string text, out string problem)
    {
        if (!text.Contains("->", StringComparison.Ordinal))
        {
            if (!TrySelect(text, out var assets, out problem)) return false;
            var chosen = assets.ToHashSet();
            return TryRemove(text, conduit => chosen.Contains(conduit.From) || chosen.Contains(conduit.To), out problem);
        }

        if (!TryPair(text, out var from, out var to, out var service, out problem)) return false;
        var (sources, targets) = (from.ToHashSet(), to.ToHashSet());
        return TryRemove(text,
            conduit => sources.Contains(conduit.From) && targets.Contains(conduit.To) && service.Matches(conduit.Service), out problem);
    }

    public bool TryAdd(string text, out string problem)
    {
        problem = $"'{text}': write A -> B service, as in '10.10.4.17 -> 10.70.1.31 tcp/502 modbus'";
        if (!text.Contains("->", StringComparison.Ordinal) || !TryPair(text, out var from, out var to, out var match, out problem)) return false;
        if (match.Transport is not { } transport || match.FirstPort != match.LastPort && transport != Transport.Icmp)
        {
            problem = $"'{text}': what is supposed needs its port, as in 'tcp/502 modbus'";
            return false;
        }

        if ((long)from.Length * to.Length > MostSupposed)
        {
            problem = string.Create(CultureInfo.InvariantCulture,
                $"'{text}': {from.Length} times {to.Length} assets are too many; at most {MostSupposed} conduits can be supposed");
            return false;
        }

        var endpoints = Endpoints();
        var service = new Service(transport, match.FirstPort, match.Protocol);
        var before = _added.Count;
        foreach (var source in from)
            foreach (var target in to)
                if (source != target && endpoints.TryGetValue(source, out var first) && endpoints.TryGetValue(target, out var second))
                    _added.Add(new(first, second, service));
        problem = _added.Count > before ? "" : $"'{text}': selects no two machines with addresses";
        return _added.Count > before;
    }

    private bool TryRemove(string text, Func<Conduit, bool> isIt, out string problem)
    {
        var before = _removed.Count;
        var any = false;
        foreach (var conduit in map.Conduits)
        {
            if (!isIt(conduit)) continue;
            any = true;
            _removed.Add(conduit.Row);
        }

        problem = any || _removed.Count > before ? "" : $"'{text}': the map has no such conduit";
        return any;
    }

    /// <summary>The endpoint each machine is known by.</summary>
    private Dictionary<int, int> Endpoints()
    {
        var endpoints = new Dictionary<int, int>();
        for (var row = 0; row < map.Record.Endpoints.Count; row++)
        {
            var asset = map.AssetOfEndpoint(row);
            if (asset >= 0 && (!endpoints.ContainsKey(asset) || map.Record.Endpoints[row].Address == map.Assets[asset].Address))
                endpoints[asset] = row;
        }

        return endpoints;
    }

    private bool TryPair(string text, out ImmutableArray<int> from, out ImmutableArray<int> to, out ServiceMatch service, out string problem)
    {
        var arrow = text.IndexOf("->", StringComparison.Ordinal);
        (to, service) = ([], ServiceMatch.Any);
        if (!TrySelect(text[..arrow].Trim(), out from, out problem)) return false;
        var rest = text[(arrow + 2)..].Trim().Split(' ', 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (!TrySelect(rest.Length > 0 ? rest[0] : "", out to, out problem)) return false;
        problem = $"'{text}': '{rest[^1]}' is no service; write tcp/502, tcp/502 modbus or modbus";
        return rest.Length < 2 || ServiceMatch.TryParse(rest[1], out service);
    }

    private bool TrySelect(string text, out ImmutableArray<int> assets, out string problem)
    {
        assets = [];
        if (!Selector.TryParse(text, out var selector, out problem) || !selector.TrySelect(map, out assets, out problem)) return false;
        problem = assets.IsEmpty ? $"'{text}' selects no asset" : "";
        return !assets.IsEmpty;
    }
}
