using System.Collections.Immutable;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Configuration;

/// <summary>The <c>policy</c>, <c>accepted</c> and <c>catalogue</c> of a configuration file.</summary>
internal static class PolicySection
{
    public static SegmentPolicy ReadPolicy(YamlReader file, IReadOnlySet<string> segments, ServiceForms services) =>
        new([.. file.Readers("policy", _ => "policy").Select(reader => ReadRule(reader, segments, services))]);

    public static ImmutableArray<AcceptedFinding> ReadAccepted(YamlReader file) =>
        [.. file.Readers("accepted", _ => "accepted").Select(ReadAcceptance)];

    public static ImmutableArray<SiteService> ReadCatalogue(YamlReader file)
    {
        var entries = file.Readers("catalogue", _ => "catalogue").Select(reader => (Reader: reader, Service: ReadService(reader))).ToImmutableArray();
        foreach (var twins in entries.GroupBy(entry => (entry.Service.Carrier, entry.Service.Prefix)))
            foreach (var (reader, service) in twins.Skip(1))
                if (reader.Has("port")) reader.Refuse(reader.At("port"), $"port '{service.Carrier}' is already '{twins.First().Service.Name}' there");
        return [.. entries.Select(entry => entry.Service)];
    }

    private static PolicyRule ReadRule(YamlReader reader, IReadOnlySet<string> segments, ServiceForms services)
    {
        var from = reader.Required("from", "", IsDeclared);
        var to = reader.Required("to", "", IsDeclared);
        if (from.Length > 0 && from == to) reader.Refuse(reader.At("to"), "'from' and 'to' are the same; traffic inside a segment is not judged");
        var matches = reader.List<ServiceMatch>("services", "service", services.Match);
        if (!reader.Has("services")) reader.Refuse(reader.Mapping, "services is missing; write [any] for all of them");
        var rule = new PolicyRule(from, to, [.. matches.Select(match => match.Value)])
        {
            Because = reader.Optional("because", "", Forms.Text),
            Owner = reader.Optional("owner", "", Forms.Text),
            Until = reader.Optional("until", Until.Never, Forms.Day),
        };
        reader.Close();
        return rule;

        bool IsDeclared(string name, out string value, out string problem)
        {
            value = name;
            problem = "";
            if (segments.Contains(name)) return true;
            var hint = Nearest.Hint(name, segments);
            problem = $"is no declared segment{(hint.Length == 0 ? "" : "; " + hint)}";
            return false;
        }
    }

    private static AcceptedFinding ReadAcceptance(YamlReader reader)
    {
        var rule = reader.Required("finding", "", Forms.Rule);
        var (from, to) = reader.Optional("path", ("", ""), Forms.Path);
        var accepted = new AcceptedFinding(rule, reader.Required("because", "", Forms.Text))
        {
            From = from,
            To = to,
            Owner = reader.Optional("owner", "", Forms.Text),
            Until = reader.Optional("until", Until.Never, Forms.Day),
        };
        reader.Close();
        return accepted;
    }

    private static SiteService ReadService(YamlReader reader)
    {
        var carrier = reader.Required<ServiceMatch>("port", ServiceMatch.Any, ServiceForms.Carrier);
        var prefix = reader.Optional<Prefix?>("prefix", null, OptionalPrefix);
        var name = reader.Required<string>("name", "", ServiceForms.Protocol);
        var kind = reader.Optional("kind", SegmentKind.Unknown, Forms.Kind);
        reader.Close();
        return new(name, carrier, kind) { Prefix = prefix };

        static bool OptionalPrefix(string text, out Prefix? prefix, out string problem)
        {
            var valid = Prefix.TryParse(text, out var parsed, out problem);
            prefix = parsed;
            return valid;
        }
    }
}
