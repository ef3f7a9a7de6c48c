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

    /// <summary>Does what the policy permits let content be fetched, by its protocol, or else as far as its ports tell?</summary>
    public bool LetsPull(int service) => IsPull(service) || ServiceMatch.TryParse(_services[service].ToString(), out var permitted)
        && permitted.Protocol.Length == 0 && PivotTable.Registered.Any(one => permitted.Matches(one) && PathEdges.IsPull(one));

    public PivotRank Of(in LinkRow link)
    {
        var shown = link.Is(LinkMarks.Commands) ? 2 : link.Is(LinkMarks.Writes) ? 1 : 0;
        return _ranks[link.Service * Shown + shown] ??= RankOf(_services[link.Service], shown);
    }

    /// <summary>The hold the responder showed over the originator, when it asked or ordered anything; null when it only answered.</summary>
    public static PivotRank? Commanded(in LinkRow link)
    {
        if (link.Is(LinkMarks.CommandsBack)) return PivotRank.Execute;
        if (link.Is(LinkMarks.WritesBack)) return PivotRank.Transfer;
        return link.Is(LinkMarks.ReadsBack) ? PivotRank.Data : null;
    }

    private PivotRank RankOf(Service service, int shown) =>
        service.IsWide && ServiceMatch.TryParse(service.Name, out var permitted) && permitted.Protocol.Length == 0
        ? _map.Settings.Pivot.StrongestOf(permitted.Matches)
        : _map.Settings.Pivot.Of(service, Tally(shown));

    private static EffectTally Tally(int shown)
    {
        var tally = default(EffectTally);
        if (shown == 2) tally[Effect.Control] = 1;
        if (shown == 1) tally[Effect.Write] = 1;
        return tally;
    }
}
