namespace ExposureMap.SampleMaker.Network;

/// <summary>A machine that passes packets between LANs, each time with its own MAC and a TTL one less.</summary>
internal sealed class Router(string name)
{
    private readonly List<Host> _interfaces = [];

    public Host Attach(Lan lan, string address, string mac)
    {
        var attached = new Host(name, lan, address, mac, timeToLive: 64);
        _interfaces.Add(attached);
        lan.Gateways.Add(attached);
        _routerOf[attached] = this;
        return attached;
    }

    /// <summary>The fewest hops from one LAN to another: pairs of the interface a packet enters and the one it leaves by.</summary>
    public static IReadOnlyList<(Host In, Host Out)> Route(Lan from, Lan to)
    {
        if (_routes.TryGetValue((from, to), out var known)) return known;
        var reached = new Dictionary<Lan, (Host In, Host Out)?> { [from] = null };
        var waiting = new Queue<Lan>([from]);
        while (waiting.TryDequeue(out var lan) && !reached.ContainsKey(to))
            foreach (var entry in lan.Gateways)
                foreach (var exit in _routerOf[entry]._interfaces)
                    if (reached.TryAdd(exit.Lan, (entry, exit))) waiting.Enqueue(exit.Lan);

        var route = new List<(Host In, Host Out)>();
        for (var hop = reached[to]; hop is { } pair; hop = reached[pair.In.Lan]) route.Insert(0, pair);
        return _routes[(from, to)] = route;
    }

    /// <summary>The LAN on the other side of a router that joins two.</summary>
    public static Lan Behind(Host entry) => _routerOf[entry]._interfaces.First(other => other != entry).Lan;

    private static readonly Dictionary<Host, Router> _routerOf = [];
    private static readonly Dictionary<(Lan, Lan), IReadOnlyList<(Host In, Host Out)>> _routes = [];
}
