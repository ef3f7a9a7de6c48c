using System.Collections.Immutable;
using System.Globalization;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Findings;

/// <summary>How findings name things.</summary>
internal static class FindingText
{
    private const int MaximumListed = 6;

    /// <summary>
    /// <c>Corporate host ws-114 (10.10.4.20)</c>; of one with feet in several segments all are told, since it is what it does from any of them.
    /// </summary>
    public static string Subject(Asset asset) =>
        asset.Homes.Length > 1 ? $"Host {NameAndHomes(asset)}" : $"{Capitalised(asset.Segment.Name)} host {Name(asset)}";

    /// <summary><c>ws-114 (10.10.4.20)</c>, or the address alone.</summary>
    public static string Name(Asset asset) => Name(asset, asset.Address);

    /// <summary>By the one of its addresses that matters here.</summary>
    public static string Name(Asset asset, Address address) =>
        asset.Device.Length > 0 ? asset.Label : asset.Names.IsEmpty ? address.ToString() : $"{asset.Names[0]} ({address})";

    /// <summary><c>hist-01 (10.20.0.30) of dmz and substation-7</c>.</summary>
    public static string NameAndHomes(Asset asset) => $"{Name(asset)} of {string.Join(" and ", asset.Homes.Take(MaximumListed))}";

    public static string Count(long count, string one, string many) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many)}");

    /// <summary>The innermost protocol; TLS only where nothing speaks with it: <c>rdp,ssl</c> is rdp.</summary>
    public static string Service(Service service) =>
        service.Name.Length == 0
            ? service.ToString()
            : !service.Name.Contains(',', StringComparison.Ordinal)
            ? service.Name
            : service.Name.Split(',').LastOrDefault(part => part != "ssl") ?? service.Innermost;

    /// <summary><c>rdp → smb → ssh → dlms</c>; what runs against the session says so; a device behind an address adds no word of its own.</summary>
    public static string Services(ImmutableArray<Hop> hops) => string.Join(" → ", hops.Select(hop =>
        hop.To.Behind >= 0 ? $"{hop.To.Device}" : hop.Direction == HopDirection.Pull ? $"{Service(hop.Service)} (pulled)" : Service(hop.Service)));

    public static string Kind(SegmentKind kind) => kind switch
    {
        SegmentKind.It => "IT",
        SegmentKind.Ot => "OT",
        SegmentKind.Dmz => "DMZ",
        _ => kind.Word(),
    };

    /// <summary>What an effect is called when it was seen done.</summary>
    public static string Verb(Effect effect) => effect switch
    {
        Effect.Program => "program",
        Effect.Control => "control",
        Effect.Write => "write",
        Effect.Admin => "administer",
        Effect.Read => "read",
        Effect.Identify => "identify",
        Effect.Opaque => "exchange encrypted messages",
        _ => "report",
    };

    public static bool IsGrave(Effect? effect) => effect is Effect.Write or Effect.Control or Effect.Program or Effect.Admin;

    public static bool IsDisconnect(Operation operation) =>
        operation.What.Contains("remote disconnect", StringComparison.OrdinalIgnoreCase)
        || operation.What.StartsWith("disconnect", StringComparison.OrdinalIgnoreCase);

    /// <summary>A message with where it can be looked up.</summary>
    public static string Line(ConduitOperation one)
    {
        var answer = one.Operation.Accepted switch { true => ", accepted", false => ", refused", null => "" };
        return string.Create(CultureInfo.InvariantCulture,
            $"{one.Operation.Effect.Word()}: {one.Operation.What} ({one.Capture} frame {one.Operation.Frame}, {one.Operation.At}{answer})");
    }

    /// <summary>The first few of many, and how many more.</summary>
    public static string List(IEnumerable<string> values)
    {
        var all = values.ToList();
        return List(all.Take(MaximumListed), all.Count);
    }

    public static string Names(ImmutableArray<Asset> assets) => List(assets.Take(MaximumListed).Select(Name), assets.Length);

    public static string Names(MapSnapshot map, int[] assets) => List(assets.Take(MaximumListed).Select(id => Name(map.Assets[id])), assets.Length);

    /// <summary>An asset in the id of a finding: the address, with its overlay where it has one.</summary>
    public static string Key(Asset asset) => asset.Overlay.Length == 0 ? asset.Address.ToString() : $"{asset.Address}@{Key(asset.Overlay)}";

    public static string Key(string name) => name.Replace(' ', '_');

    private static string List(IEnumerable<string> first, int count) =>
        string.Join(", ", first) + (count > MaximumListed ? string.Create(CultureInfo.InvariantCulture, $" and {count - MaximumListed} more") : "");

    private static string Capitalised(string name) => name.Length == 0 ? name : char.ToUpperInvariant(name[0]) + name[1..];
}
