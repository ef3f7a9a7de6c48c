using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Findings;

/// <summary>A map as it was when somebody set it to compare with: the conduits that carried something then.</summary>
public sealed class Baseline
{
    private readonly HashSet<(Address From, Address To, Transport Transport, ushort Port)> _conduits = [];

    public Baseline(string name, MapRecord record)
    {
        Name = name;
        Service[] services = [.. record.Services];
        for (var row = 0; row < record.Conduits.Count; row++)
            if (record.Conduits[row].IsUsable) _conduits.Add(KeyOf(record, services, record.Conduits[row]));
    }

    public string Name { get; }

    /// <summary>By addresses and port: what a protocol is taken for may change with what is seen of it.</summary>
    internal bool Knows(MapSnapshot map, int row) => _conduits.Contains(KeyOf(map.Record, map.Services, map.Record.Conduits[row]));

    private static (Address, Address, Transport, ushort) KeyOf(MapRecord record, ReadOnlySpan<Service> services, in ConduitRow row)
    {
        ref readonly var service = ref services[row.Service];
        return (record.Endpoints[row.From].Address, record.Endpoints[row.To].Address, service.Transport, service.Port);
    }
}
