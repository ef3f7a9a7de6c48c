using System.Collections.Immutable;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Configuration;

/// <summary>The keys of a configuration file that say how the program runs and reckons.</summary>
internal static class OperationSection
{
    public static SiteConfiguration Read(YamlReader file, ServiceForms services, SiteConfiguration defaults)
    {
        var api = file.Reader("api");
        var findings = file.Reader("findings");
        var configuration = defaults with
        {
            Capture = ReadCapture(file.Reader("capture")),
            Store = file.Optional("store", defaults.Store, Forms.Text),
            MemoryOctets = file.Optional("memory", defaults.MemoryOctets, Forms.Memory),
            Span = file.Optional("span", defaults.Span, Forms.Span),
            Listen = api.Optional("listen", defaults.Listen, Forms.Listen),
            FindingAge = findings.Optional("age", defaults.FindingAge, Forms.Span),
            BaselineName = findings.Optional("baseline", defaults.BaselineName, Forms.Name),
            Expiry = file.Optional("expiry", defaults.Expiry, Forms.Expiry),
            FindingsLog = findings.Optional("log", defaults.FindingsLog, Forms.Text),
            Costs = ReadCosts(file.Reader("costs"), defaults.Costs),
            Pivots = ReadPivots(file.Reader("pivot"), services),
        };
        api.Close();
        findings.Close();
        return configuration;
    }

    private static CaptureSettings ReadCapture(YamlReader reader)
    {
        var sensor = reader.Optional("sensor", "", Forms.Name);
        var names = new HashSet<string>(StringComparer.Ordinal);
        var interfaces = ImmutableArray.CreateBuilder<InterfaceSettings>();
        foreach (var item in reader.Readers("interfaces", _ => "capture: interface"))
        {
            interfaces.Add(new(
                item.Required("name", "", Forms.Text), item.Optional("filter", "", Forms.Text),
                item.Optional("snaplen", InterfaceSettings.WholeFrame, Forms.Snaplen)));
            if (interfaces[^1].Name is { Length: > 0 } name && !names.Add(name))
                item.Refuse(item.At("name"), $"name {Quoted.Text(name)} is listed twice");
            item.Close();
        }

        reader.Close();
        return new() { Sensor = sensor, Interfaces = interfaces.DrainToImmutable() };
    }

    private static HopCosts ReadCosts(YamlReader reader, HopCosts defaults)
    {
        var costs = Enum.GetValues<PivotRank>().Select(rank => reader.Optional(rank.Word(), defaults[rank], Forms.Cost)).ToImmutableArray();
        reader.Close();
        return new(costs);
    }

    private static PivotTable ReadPivots(YamlReader reader, ServiceForms services) =>
        new(reader.Entries<string, PivotRank>(services.Ranked, Forms.Rank).Select(entry => KeyValuePair.Create(entry.Key.Value, entry.Value)));
}
