using System.Globalization;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Bench.Graphs;

/// <summary>
/// A <see cref="SampleGraph"/> as a map: every edge is a conduit with its conversations over 30 days, every vertex an address that was heard to
/// send behind a router. Always the same for the same size.
/// </summary>
internal sealed class SampleMap(SampleGraph graph, int extraContacts)
{
    private const long Day = 86_400_000_000_000;
    private const long Begin = 1_767_225_600_000_000_000;       // 2026-01-01

    public const string Configuration = """
        segments:
          - {name: corporate, kind: it, prefixes: [10.0.0.0/12]}
          - {name: dmz, kind: dmz, prefixes: [10.16.0.0/16]}
          - {name: plant, kind: ot, prefixes: [10.32.0.0/12]}
          - {name: head-ends, kind: metering, prefixes: [10.48.0.0/16]}
          - {name: concentrators, kind: metering, prefixes: [10.49.0.0/16]}
          - {name: meters, kind: metering, prefixes: ["fd00:90::/64"]}
        """;

    private static readonly uint[] ZoneBase = [0x0A00_0000, 0x0A10_0000, 0x0A20_0000, 0x0A30_0000, 0x0A31_0000];

    private readonly Random _random = new(7);
    private readonly int[] _zoneStart = [.. Enumerable.Range(0, 7).Select(graph.ZoneStart)];

    /// <summary>Of the conversations alone, as they come: each conduit once in random order, then some again.</summary>
    public IEnumerable<Conversation> Conversations()
    {
        var order = Enumerable.Range(0, graph.From.Length).ToArray();
        _random.Shuffle(order);
        var count = order.Length + extraContacts;
        for (var number = 0; number < count; number++)
            yield return Conversation(number, number < order.Length ? order[number] : _random.Next(order.Length),
                Begin + (long)(30.0 * Day * number / count) / 1000 * 1000);
    }

    public IEnumerable<AssetFact> Facts()
    {
        for (var vertex = 0; vertex < graph.Vertices; vertex++)
        {
            var evidence = new Evidence("core", vertex, vertex, new(Begin + vertex), new(Begin + vertex));
            var router = 0x0200_0000_0000 + (ulong)Zone(vertex);
            yield return new(AddressOf(vertex), FactKind.SentBy, $"{Address.Mac(router)} {2 + vertex % 3}", "ip", Certainty.Announced, evidence, -1);
            if (vertex % 50 == 0)
                yield return new(AddressOf(vertex), FactKind.Name, string.Create(CultureInfo.InvariantCulture, $"host-{vertex}"), "dns",
                    Certainty.Announced, evidence, -1);
        }
    }

    public Address AddressOf(int vertex)
    {
        var (zone, place) = (Zone(vertex), (uint)(vertex - _zoneStart[Zone(vertex)]) + 1);
        return zone == SampleGraph.Meter ? Address.IPv6(new AddressNumber(0xFD00_0090_0000_0000, place)) : Address.IPv4(ZoneBase[zone] + place);
    }

    private int Zone(int vertex)
    {
        var zone = 5;
        while (_zoneStart[zone] > vertex) zone--;
        return zone;
    }

    private Conversation Conversation(long number, int edge, long start)
    {
        var (from, to) = (graph.From[edge], graph.To[edge]);
        var service = ServiceOf(edge);
        var arrival = start + 100_000 + _random.Next(20_000) * 1000L;
        var effects = default(EffectTally);
        if (service.Name is "modbus" or "dlms" or "iec104") effects[edge % 50 == 0 ? Effect.Control : Effect.Read] = 1 + edge % 7;
        return new()
        {
            Number = number,
            Transport = service.Transport,
            Originator = new(AddressOf(from), (ushort)(49_152 + number % 16_000)),
            Responder = new(AddressOf(to), service.Port),
            Service = service.Name,
            ServiceBasis = ServiceBasis.Payload,
            Outcome = Outcome.Established,
            DirectionBasis = DirectionBasis.Handshake,
            Start = new(start),
            Arrival = new(arrival),
            End = new(arrival + _random.Next(60_000_000) * 1000L),
            Effects = effects,
            OriginatorTraffic = new(10, 1200, 600),
            ResponderTraffic = new(12, 9000, 8000),
            Evidence = new("core", number * 37, number * 37 + 20, new(start), new(arrival)),
        };
    }

    private Service ServiceOf(int edge)
    {
        var (from, to) = (Zone(graph.From[edge]), Zone(graph.To[edge]));
        if (from >= SampleGraph.HeadEnd || to >= SampleGraph.HeadEnd) return new(Transport.Tcp, 4059, "dlms");
        if (to == SampleGraph.Ot) return edge % 3 == 0 ? new(Transport.Tcp, 2404, "iec104") : new(Transport.Tcp, 502, "modbus");
        return (edge % 8) switch
        {
            0 => new(Transport.Tcp, 3389, "rdp"),
            1 => new(Transport.Tcp, 22, "ssh"),
            2 => new(Transport.Tcp, 445, "smb"),
            3 or 4 => new(Transport.Tcp, 443, "ssl"),
            5 => new(Transport.Tcp, 1433, "tds"),
            6 => new(Transport.Udp, 53, "dns"),
            _ => new(Transport.Tcp, 80, "http"),
        };
    }
}
