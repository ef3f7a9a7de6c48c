using System.Collections.Frozen;
using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Configuration;

/// <summary>How services are written; a protocol that is spelt wrong would silently match nothing.</summary>
internal sealed class ServiceForms
{
    private const string HowToWrite = "is no service; write tcp/443, tcp/502 modbus, modbus, udp/*, tcp/49152-65535, ether/0x88b8 or any";

    // The field protocols of the contract, section "conversations"; those of IT are in the pivot table.
    private const string FieldProtocols =
        "modbus dnp3 iec104 mms iccp goose sv s7comm s7comm-plus enip cip profinet-dcp profinet-rt profinet-io-cm ethercat bacnet opcua fins ge-srtp "
        + "hart-ip roc-plus bsap genisys c37118 umas fox codesys melsec egd ads knx dlms c1218 c1222 iec62056-21 mbus coap ieee2030-5 mqtt";

    private readonly FrozenSet<string> _known;

    /// <param name="siteNames">What the site's own catalogue adds.</param>
    public ServiceForms(IEnumerable<string> siteNames) => _known = FieldProtocols.Split(' ')
        .Concat(PivotTable.Names).Concat(ProtocolCatalog.All.Select(protocol => protocol.Name)).Concat(siteNames)
        .ToFrozenSet(StringComparer.Ordinal);

    public bool Match(string text, out ServiceMatch match, out string problem)
    {
        problem = HowToWrite;
        return ServiceMatch.TryParse(text, out match) && AllKnown(match.Protocol, ref problem);
    }

    /// <summary>What a rank is given to: one protocol, or one port.</summary>
    public bool Ranked(string text, out string key, out string problem)
    {
        key = text;
        problem = "must be one protocol (acme) or one port (tcp/7001)";
        if (!ServiceMatch.TryParse(text, out var match)) return false;
        if (match.Transport is null) return text != "any" && AllKnown(text, ref problem);
        return match.Protocol.Length == 0 && match.FirstPort == match.LastPort;
    }

    /// <summary>Transport and ports without a protocol.</summary>
    public static bool Carrier(string text, out ServiceMatch carrier, out string problem)
    {
        problem = "must be a transport with ports (tcp/7001, udp/7000-7010, tcp/*)";
        return ServiceMatch.TryParse(text, out carrier) && carrier.Transport is not null && carrier.Protocol.Length == 0;
    }

    /// <summary>A protocol's name as it will stand in services.</summary>
    public static bool Protocol(string text, out string name, out string problem)
    {
        name = text;
        problem = "must be lower-case letters, digits and - _ . without spaces, and no transport";
        return text.Length <= 64 && !text.Contains(',', StringComparison.Ordinal) && text != "any"
            && ServiceMatch.TryParse(text, out var match) && match.Transport is null;
    }

    private bool AllKnown(string protocols, ref string problem)
    {
        if (protocols.Length == 0) return true;
        foreach (var name in protocols.Split(','))
        {
            if (_known.Contains(name)) continue;
            var hint = Nearest.Hint(name, _known);
            problem = $"names no known protocol; {(hint.Length > 0 ? hint : "a port (tcp/7001) will do, or declare it under 'catalogue'")}";
            return false;
        }

        return true;
    }
}
