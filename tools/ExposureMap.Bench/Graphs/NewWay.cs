using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Bench.Graphs;

/// <summary>
/// What happens in a map while it is watched: the usual, and now and then a machine that nobody saw before on the way into the field.
/// </summary>
internal sealed class NewWay
{
    private const uint FirstStranger = 0x0A0F_0000;         // of corporate, beyond its hosts

    private readonly PathGraph _paths;
    private readonly MapRecord _record;
    private readonly Address _into;
    private readonly Random _random = new(5);
    private long _number = 1L << 40;
    private uint _strangers;

    private NewWay(PathGraph paths, Address into) => (_paths, _record, _into) = (paths, paths.Map.Record, into);

    /// <returns>Null where no machine of a DMZ leads into the field.</returns>
    public static NewWay? In(PathGraph paths)
    {
        using var reach = Reach.Backward(paths.Graph, FindingContext.FieldIn(paths.Map));
        for (var id = 0; id < paths.Map.Assets.Length; id++)
            if (paths.Map.KindOf(id) == SegmentKind.Dmz && reach.Contains(id)) return new(paths, paths.Map.Assets[id].Address);
        return null;
    }

    /// <summary>Conversations of conduits that are there, and some of IT with servers on the Internet that were not.</summary>
    public void Usual(LiveMap live, int count)
    {
        for (var conversation = 0; conversation < count; conversation++)
        {
            ref readonly var row = ref _record.Conduits[_random.Next(_record.Conduits.Count)];
            var isNew = conversation % 100 == 0 && _paths.Map.SegmentOfEndpoint(row.From).Kind == SegmentKind.It;
            var to = isNew ? Address.IPv4(0x0800_0000 + (uint)_random.Next(1 << 24)) : _record.Endpoints[row.To].Address;
            Tell(live, _record.Endpoints[row.From].Address, to, isNew ? new(Transport.Tcp, 443, "ssl") : _record.Services[row.Service]);
        }
    }

    public void Open(LiveMap live) => Tell(live, Address.IPv4(FirstStranger + ++_strangers), _into, new(Transport.Tcp, 3389, "rdp"));

    private void Tell(LiveMap live, Address from, Address to, Service service)
    {
        var start = new Timestamp(1_769_817_600_000_000_000 + _number++ * 1000 % 1_000_000_000_000);
        live.OnConversation(
            new()
            {
                Number = _number,
                Transport = service.Transport,
                Originator = new(from, 50_000),
                Responder = new(to, service.Port),
                Service = service.Name,
                ServiceBasis = ServiceBasis.Payload,
                Outcome = Outcome.Established,
                DirectionBasis = DirectionBasis.Handshake,
                Start = start,
                Arrival = start,
                End = start,
                OriginatorTraffic = new(10, 1200, 600),
                ResponderTraffic = new(12, 9000, 8000),
                Evidence = new("core", _number, _number, start, start),
            },
            null);
    }
}
