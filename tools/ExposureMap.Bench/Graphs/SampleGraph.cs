using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;

namespace ExposureMap.Bench.Graphs;

/// <summary>
/// A utility, always the same for the same size: offices with few servers that everybody uses, a DMZ, control networks in cells, and meters
/// behind data concentrators behind head-ends. IT gets into OT only over the DMZ, a few machines in both networks, and billing.
/// Vertices are numbered zone by zone.
/// </summary>
internal sealed class SampleGraph
{
    public const int Dmz = 1, Ot = 2, HeadEnd = 3, Concentrator = 4, Meter = 5;

    private readonly Random _random = new(20_240_917);
    private readonly int[] _from, _to;
    private readonly byte[] _cost;
    private readonly int[] _zoneStart = new int[7];
    private int _edges;
    private int[]? _number;         // by the number a vertex was made with

    private SampleGraph(string name, int edges, params ReadOnlySpan<int> zones)
    {
        (Name, _from, _to, _cost) = (name, new int[edges], new int[edges], new byte[edges]);
        for (var zone = 0; zone < zones.Length; zone++) _zoneStart[zone + 1] = _zoneStart[zone] + zones[zone];
        Metering();
        Control();
        Bridges();
        Offices();
    }

    public string Name { get; }

    public int Vertices => _zoneStart[^1];

    public ReadOnlySpan<int> From => _from;

    public ReadOnlySpan<int> To => _to;

    public ReadOnlySpan<byte> Cost => _cost;

    public static SampleGraph Of(string size) => size switch
    {
        "100k" => new(size, 1_000_000, 60_000, 200, 9_800, 20, 980, 29_000),
        "1m" => new(size, 8_000_000, 175_960, 600, 20_400, 40, 3_000, 800_000),
        "10m" => new(size, 30_000_000, 58_000, 200, 20_500, 200, 21_100, 9_900_000),
        _ => throw new ArgumentException($"no such size: {size}"),
    };

    public int[] Zone(int zone) =>
        [.. Enumerable.Range(_zoneStart[zone], _zoneStart[zone + 1] - _zoneStart[zone]).Select(vertex => _number?[vertex] ?? vertex)];

    /// <summary>The first vertex of a zone, as the graph is made; of zone 6 the end of all.</summary>
    public int ZoneStart(int zone) => _zoneStart[zone];

    public ReachGraph Build() => ReachGraph.Build(Vertices, _from, _to, _cost);

    /// <summary>The same graph with vertices numbered at random: the worst case for the caches.</summary>
    public void Shuffle()
    {
        var number = Enumerable.Range(0, Vertices).ToArray();
        _random.Shuffle(number);
        Renumber(number);
    }

    /// <summary>The same graph with vertices numbered as a search from the offices finds them.</summary>
    public void Order() => Renumber(VertexOrder.ByDiscovery(Build(), Zone(0)));

    /// <summary>Conversations of 30 days at random moments on random edges, in microseconds, answered within 20 ms.</summary>
    public ContactLog Contacts(int count)
    {
        const long Span = 30L * 86_400 * 1_000_000;
        var times = new ContactTimes(new());
        var moment = 1_700_000_000_000_000.0;
        for (var index = 0; index < count; index++)
        {
            moment += -Math.Log(1 - _random.NextDouble()) * Span / count;
            var start = (long)moment;
            var arrival = start + 100 + (long)(20_000 * Math.Pow(_random.NextDouble(), 3));
            var end = arrival + (long)(60_000_000 * Math.Pow(_random.NextDouble(), 4));
            times.Add(new(_random.Next(_edges), new(start * 1000), new(arrival * 1000), new(end * 1000), index * 37L, ContactCertainty.Certain));
        }

        return times.Freeze();
    }

    private void Metering()
    {
        foreach (var meter in Zone(Meter))
        {
            var concentrator = Any(Concentrator);
            Add(concentrator, meter);
            Add(meter, concentrator);
        }

        foreach (var concentrator in Zone(Concentrator))
        {
            var headEnd = Any(HeadEnd);
            Add(headEnd, concentrator);
            Add(concentrator, headEnd);
        }
    }

    private void Control()
    {
        const int Cell = 50;        // hosts of a control cell that talk among themselves
        var (first, end) = (_zoneStart[Ot], _zoneStart[Ot + 1]);
        for (var host = first; host < end; host++)
        {
            var cell = first + (host - first) / Cell * Cell;
            for (var peer = 0; peer < 4; peer++) Add(host, Math.Min(cell + _random.Next(Cell), end - 1));
            Add(first + _random.Next(20), host);        // the control servers poll all
        }
    }

    private void Bridges()
    {
        foreach (var jump in Zone(Dmz))
        {
            for (var client = 0; client < 40; client++) Add(Any(0), jump);
            for (var target = 0; target < 2; target++) Add(jump, Any(Ot));
        }

        for (var dual = 0; dual < (_zoneStart[Ot + 1] - _zoneStart[Ot]) / 50; dual++) Add(Any(0), Any(Ot));
        foreach (var headEnd in Zone(HeadEnd))
        {
            for (var billing = 0; billing < 5; billing++) Add(billing, headEnd);
            Add(headEnd, _random.Next(5));
        }
    }

    /// <summary>The rest: clients to servers whose popularity falls off steeply, and now and then back or to a neighbour.</summary>
    private void Offices()
    {
        while (_edges < _from.Length)
        {
            var client = Any(0);
            var server = (int)(_zoneStart[1] * Math.Pow(_random.NextDouble(), 4));
            if (_random.Next(4) == 0) Add(server, client);
            else Add(client, server);
        }
    }

    private void Renumber(int[] number)
    {
        _number = _number is null ? number : Array.ConvertAll(_number, vertex => number[vertex]);
        foreach (var ends in (int[][])[_from, _to])
            for (var edge = 0; edge < ends.Length; edge++) ends[edge] = number[ends[edge]];
    }

    private int Any(int zone) => _random.Next(_zoneStart[zone], _zoneStart[zone + 1]);

    private void Add(int from, int to) => (_from[_edges], _to[_edges], _cost[_edges++]) = (from, to, (byte)_random.Next(1, 11));
}
