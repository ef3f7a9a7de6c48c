using System.Globalization;
using System.Text.Json;

namespace ExposureMap.Capture.Tests.Corpus;

/// <summary>One transport and its two ends in canonical order: what both sides of the comparison are summed by.</summary>
internal sealed record Ends(string Transport, string First, string Second)
{
    public static Ends Of(string transport, string a, long aPort, string b, long bPort)
    {
        var (x, y) = (End(a, aPort), End(b, bPort));
        return string.CompareOrdinal(x, y) <= 0 ? new(transport, x, y) : new(transport, y, x);
    }

    public static string End(string address, long port) => string.Create(CultureInfo.InvariantCulture, $"{address.ToLowerInvariant()}:{port}");

    public override string ToString() => $"{Transport} {First} {Second}";
}

/// <summary>What is known of one pair of ends, over port reuse, time-outs and encapsulations.</summary>
internal sealed class Side
{
    public Dictionary<string, long> Frames { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Originators { get; } = new(StringComparer.Ordinal);

    /// <summary>Null where the truth does not say.</summary>
    public bool? IsEstablished { get; set; }

    public HashSet<string> Services { get; } = new(StringComparer.Ordinal);

    public HashSet<string> ServicesByPayload { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, long> Functions { get; } = new(StringComparer.Ordinal);

    public long Duplicates { get; set; }

    public void Count(string end, long frames) => Frames[end] = Frames.GetValueOrDefault(end) + frames;
}

/// <summary>A file of ground truth made with tshark (see the README beside the captures).</summary>
internal static class TruthFile
{
    /// <summary>Fields of the truth, and the service names that stand for them. Several names mean the same protocol.</summary>
    private static readonly Dictionary<string, string[]> Protocols = new(StringComparer.Ordinal)
    {
        ["modbus.func_code"] = ["modbus", "modbus-rtu", "umas"],
        ["mbtcp.unit_id"] = ["modbus", "umas"],
        ["dnp3.ctl.prifunc"] = ["dnp3"],
        ["dnp3.al.func"] = ["dnp3"],
        ["iec60870_104.utype"] = ["iec104"],
        ["iec60870_asdu.typeid"] = ["iec104"],
        ["s7comm.header.rosctr"] = ["s7comm"],
        ["s7comm_plus"] = ["s7comm-plus", "s7comm"],
        ["enip.command"] = ["enip", "cip"],
        ["cip.sc"] = ["enip", "cip"],
        ["bvlc.function"] = ["bacnet"],
        ["c1222.cmd"] = ["c1222"],
        ["c1222.called_ap_title_abs"] = ["c1222"],
        ["c1222.called_ap_title_rel"] = ["c1222"],
        ["opcua.transport.type"] = ["opcua"],
        ["pn_io.block_type"] = ["profinet-io-cm"],
        ["omron.command"] = ["fins"],
        ["synphasor.frtype"] = ["c37118"],
        ["hart_ip.message_id"] = ["hart-ip"],
        ["mms.confirmedServiceRequest"] = ["mms", "iccp"],
        ["roc_plus_opcode"] = ["roc-plus"],
        ["genisys_header"] = ["genisys"],
        ["niagara_fox"] = ["fox"],
        ["ge_srtp"] = ["ge-srtp"],
        ["dlms_wrapper_apdu"] = ["dlms"],
        ["dlms_hdlc_apdu"] = ["dlms"],
        ["dlms_hdlc_frame"] = ["dlms"],
        ["coap.type"] = ["coap"],
        ["mqtt.msgtype"] = ["mqtt"],
        ["ams.cmdid"] = ["ads"],
        ["knxip.service"] = ["knx"],
        ["egd.type"] = ["egd"],
    };

    private static readonly Dictionary<string, string> Functions = new(StringComparer.Ordinal)
    {
        ["modbus.func_code"] = "modbus",
        ["dnp3.al.func"] = "dnp3",
        ["iec60870_asdu.typeid"] = "iec104",
        ["enip.command"] = "enip",
        ["s7comm.param.func"] = "s7comm",
    };

    /// <summary>Control-system and metering protocols: naming one that is not there is the worst mistake.</summary>
    public static HashSet<string> FieldProtocols { get; } =
    [
        .. Protocols.Values.SelectMany(names => names).Except(["coap", "mqtt"]),
        "goose", "sv", "mbus", "iec62056-21", "c1218", "bsap", "ethercat", "codesys", "melsec",
    ];

    public static Dictionary<Ends, Side> Read(string path)
    {
        var sides = new Dictionary<Ends, Side>();
        using var file = JsonDocument.Parse(File.ReadAllBytes(path));
        foreach (var conversation in file.RootElement.GetProperty("conversations").EnumerateArray()) Add(sides, conversation);
        return sides;
    }

    private static void Add(Dictionary<Ends, Side> sides, JsonElement conversation)
    {
        var (a, aPort) = (conversation.GetProperty("a").GetString()!, conversation.GetProperty("a_port").GetInt64());
        var (b, bPort) = (conversation.GetProperty("b").GetString()!, conversation.GetProperty("b_port").GetInt64());
        var ends = Ends.Of(conversation.GetProperty("proto").GetString()!, a, aPort, b, bPort);
        if (!sides.TryGetValue(ends, out var side)) sides.Add(ends, side = new Side());
        side.Count(Ends.End(a, aPort), conversation.GetProperty("frames_ab").GetInt64());
        side.Count(Ends.End(b, bPort), conversation.GetProperty("frames_ba").GetInt64());
        if (conversation.TryGetProperty("tcp", out var tcp))
        {
            if (tcp.GetProperty("syn").GetArrayLength() + tcp.GetProperty("synack").GetArrayLength() > 0) side.Originators.Add(Ends.End(a, aPort));
            var established = tcp.GetProperty("established").GetString();
            if (established is "yes" or "no") side.IsEstablished = side.IsEstablished == true || established == "yes";
        }

        foreach (var part in (string[])["ot", "raw"])
        {
            if (!conversation.TryGetProperty(part, out var fields)) continue;
            foreach (var field in fields.EnumerateObject()) AddField(side, field);
        }
    }

    private static void AddField(Side side, JsonProperty field)
    {
        if (Protocols.TryGetValue(field.Name, out var names)) side.Services.UnionWith(names);
        if (!Functions.TryGetValue(field.Name, out var prefix) || !field.Value.TryGetProperty("ab", out var codes)) return;
        foreach (var code in codes.EnumerateObject())
        {
            foreach (var one in code.Name.Split('|'))
            {
                var key = $"{prefix}.{Number(one)}";
                side.Functions[key] = side.Functions.GetValueOrDefault(key) + code.Value.GetInt64();
            }
        }
    }

    private static long Number(string text) => text.StartsWith("0x", StringComparison.Ordinal)
        ? long.Parse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
        : long.Parse(text, CultureInfo.InvariantCulture);
}
