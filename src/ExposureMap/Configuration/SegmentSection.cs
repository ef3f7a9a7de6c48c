using System.Collections.Immutable;
using System.Globalization;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Configuration;

/// <summary>The <c>segments</c> of a configuration file.</summary>
internal sealed class SegmentSection
{
    private static readonly string[] Reserved = [SegmentTable.External.Name, SegmentTable.Unknown.Name];

    private readonly Dictionary<Segment, Dictionary<string, YamlNode>> _claims = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Segment, YamlReader> _readers = new(ReferenceEqualityComparer.Instance);

    private SegmentSection()
    {
    }

    /// <summary>The empty table when two of the segments cannot be told apart; the errors say which.</summary>
    public static SegmentTable Read(YamlReader file, out IReadOnlySet<string> names)
    {
        var section = new SegmentSection();
        var segments = file.Readers("segments", SubjectOf).Select(section.ReadOne).ToImmutableArray();
        names = segments.Select(segment => segment.Name).Where(name => name.Length > 0).Concat(Reserved).ToHashSet(StringComparer.Ordinal);

        var conflicts = SegmentConflict.Among(segments);
        foreach (var conflict in conflicts)
        {
            var reader = section._readers[conflict.Second];
            var at = section._claims[conflict.Second].GetValueOrDefault(conflict.Claim, reader.At("name"));
            if (conflict.Second.Name.Length > 0) reader.Refuse(at, conflict.Problem);
        }

        return conflicts.IsEmpty ? new(segments) : SegmentTable.Empty;
    }

    private Segment ReadOne(YamlReader reader)
    {
        var name = reader.Required("name", "", Forms.Name);
        if (Reserved.Contains(name)) reader.Refuse(reader.At("name"), $"name '{name}' is built in: it holds what no segment claims");
        var kind = reader.Required("kind", SegmentKind.Unknown, Forms.Kind);
        var level = reader.Optional<int?>("level", null, Forms.Level);
        var prefixes = reader.List<Prefix>("prefixes", "prefix", Prefix.TryParse);
        var vlans = reader.List<int>("vlans", "vlan", Forms.Vlan);
        var macs = reader.List<Graph.Observation.Address>("macs", "mac", Forms.Mac);
        reader.Close();
        if (!reader.Has("prefixes") && !reader.Has("vlans") && !reader.Has("macs"))
            reader.Refuse(reader.Mapping, "claims nothing; give it prefixes, vlans or macs");

        var segment = new Segment(name, kind)
        {
            Level = level,
            Prefixes = [.. prefixes.Select(prefix => prefix.Value)],
            Vlans = [.. vlans.Select(vlan => vlan.Value)],
            Macs = [.. macs.Select(mac => mac.Value)],
        };
        _readers[segment] = reader;
        var claims = _claims[segment] = new(StringComparer.Ordinal);
        foreach (var prefix in prefixes) claims[SegmentConflict.ClaimOf(prefix.Value)] = prefix.At;
        foreach (var vlan in vlans) claims[SegmentConflict.ClaimOf(vlan.Value)] = vlan.At;
        foreach (var mac in macs) claims[SegmentConflict.ClaimOf(mac.Value)] = mac.At;
        return segment;
    }

    private static string SubjectOf(YamlMapping segment)
    {
        var name = segment.Entries.FirstOrDefault(entry => entry.Key.Text == "name").Value as YamlScalar;
        return name is { Text.Length: > 0 } ? $"segment {Quoted.Text(name.Text)}" : "segment";
    }
}
