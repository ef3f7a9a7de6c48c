using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Paths;

/// <summary>What is asked of a service for each of a million conduits, worked out once for each service.</summary>
internal sealed class ServiceRanks
{
    private const int Shown = 3;        // nothing, a write, a command: all that raises a rank

    private readonly MapSnapshot _map;
    private readonly Service[] _services;
    private readonly PivotRank?[] _ranks;
    private readonly string[][] _protocols;
    private readonly bool[] _isPull;

    public ServiceRanks(MapSnapshot map)
    {
        _map = map;
        _services = [.. map.Record.Services];
        _ranks = new PivotRank?[_services.Length * Shown];
        _protocols = Array.ConvertAll(_services, service => service.Name.Length == 0 ? [] : service.Name.Split(','));
        _isPull = Array.ConvertAll(_services, PathEdges.IsPull);
    }

    public string[] Protocols(int service) => _protocols[service];

    public bool IsPull(int service) => _isPull[service];

    public PivotRank Of(in ConduitRow conduit)
    {
        var shown = conduit.Effects < 0 ? 0 : ShownBy(_map.Record.Effects[conduit.Effects].Forward);
        return _ranks[conduit.Service * Shown + shown] ??= RankOf(_services[conduit.Service], shown);
    }

    /// <summary>The hold the responder showed over the originator, when it asked or ordered anything; null when it only answered.</summary>
    public PivotRank? Commanded(in ConduitRow conduit)
    {
        if (conduit.Effects < 0) return null;
        ref readonly var backward = ref _map.Record.Effects[conduit.Effects].Backward;
        return ShownBy(backward) switch
        {
            2 => PivotRank.Execute,
            1 => PivotRank.Transfer,
            _ => backward[Effect.Read] > 0 ? PivotRank.Data : null,
        };
    }

    private PivotRank RankOf(Service service, int shown) => service.IsWide && ServiceMatch.TryParse(service.Name, out var permitted) && permitted.Protocol.Length == 0
        ? _map.Settings.Pivot.StrongestOf(permitted.Matches)
        : _map.Settings.Pivot.Of(service, Tally(shown));

    private static int ShownBy(in EffectTally effects) =>
        effects[Effect.Program] + effects[Effect.Control] + effects[Effect.Admin] > 0 ? 2 : effects[Effect.Write] > 0 ? 1 : 0;

    private static EffectTally Tally(int shown)
    {
        var tally = default(EffectTally);
        if (shown == 2) tally[Effect.Control] = 1;
        if (shown == 1) tally[Effect.Write] = 1;
        return tally;
    }
}
