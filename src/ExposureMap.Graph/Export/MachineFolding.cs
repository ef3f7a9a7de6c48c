using ExposureMap.Graph.Map;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Export;

/// <summary>
/// Tells machines that do the same: the same sort of machine in the same segment, with usable conduits of the same services from and to the
/// same segments. Several of them are drawn as one box.
/// </summary>
internal sealed class MachineFolding
{
    public const int Fewest = 3;

    private readonly ulong[] _habits;

    public MachineFolding(MapSnapshot map)
    {
        _habits = new ulong[map.Assets.Length];
        var segments = new Dictionary<Segment, int>();
        var services = new Dictionary<string, int>(StringComparer.Ordinal);
        var known = new HashSet<(int Asset, int Segment, int Service, bool IsFrom)>();
        foreach (var conduit in map.Conduits)
        {
            if (!conduit.IsUsable) continue;
            var service = Number(services, DiagramText.Name(conduit.Service));
            if (conduit.From >= 0 && known.Add((conduit.From, Number(segments, conduit.ToSegment), service, true)))
                _habits[conduit.From] += Mix(((ulong)Number(segments, conduit.ToSegment) << 33) | ((ulong)service << 1) | 1);
            if (conduit.To >= 0 && known.Add((conduit.To, Number(segments, conduit.FromSegment), service, false)))
                _habits[conduit.To] += Mix(((ulong)Number(segments, conduit.FromSegment) << 33) | ((ulong)service << 1));
        }
    }

    /// <summary>Machines that may share a box have the same key.</summary>
    public (string Noun, ulong Habits) KeyOf(Asset asset) => (DiagramText.Noun(asset), _habits[asset.Id]);

    private static int Number<T>(Dictionary<T, int> numbers, T value)
        where T : notnull
    {
        if (!numbers.TryGetValue(value, out var number)) numbers.Add(value, number = numbers.Count);
        return number;
    }

    /// <summary>SplitMix64's finaliser (Steele, Lea, Flood 2014): sums of mixed numbers tell sets apart whatever their order.</summary>
    private static ulong Mix(ulong value)
    {
        value = (value + 0x9E3779B97F4A7C15) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
