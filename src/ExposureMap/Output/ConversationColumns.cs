using System.Collections.Immutable;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Output;

/// <summary>A conversation with Zeek's <c>conn.log</c> names (contract, <c>conversations --format ndjson</c>).</summary>
/// <param name="OriginatorSegment">Empty when segments are not known.</param>
internal sealed record ConversationRow(Conversation Conversation, string OriginatorSegment = "", string ResponderSegment = "");

internal static class ConversationColumns
{
    public static ImmutableArray<Column<ConversationRow>> All { get; } =
    [
        Column.Time<ConversationRow>("ts", row => row.Conversation.Start),
        Column.Word<ConversationRow>("uid", row => Uid(row.Conversation)) with { InTable = false },
        Column.Word<ConversationRow>("id.orig_h", row => row.Conversation.Originator.Address.ToString()),
        Column.Number<ConversationRow>("id.orig_p", row => row.Conversation.Originator.Port),
        Column.Word<ConversationRow>("id.resp_h", row => row.Conversation.Responder.Address.ToString()),
        Column.Number<ConversationRow>("id.resp_p", row => row.Conversation.Responder.Port),
        Column.Word<ConversationRow>("proto", row => Transport(row.Conversation)),
        Column.Word<ConversationRow>("service", row => row.Conversation.Service),
        new Column<ConversationRow>("duration", (json, row) => json.WriteNumberValue(Duration(row.Conversation)),
            row => Duration(row.Conversation).ToString("0.000000", System.Globalization.CultureInfo.InvariantCulture)) { InTable = false,
                IsNumber = true },
        Column.Number<ConversationRow>("orig_bytes", row => row.Conversation.OriginatorTraffic.PayloadOctets) with { InTable = false },
        Column.Number<ConversationRow>("resp_bytes", row => row.Conversation.ResponderTraffic.PayloadOctets) with { InTable = false },
        Column.Word<ConversationRow>("conn_state", row => row.Conversation.State) with { InTable = false },
        Column.Number<ConversationRow>("missed_bytes", row => row.Conversation.MissedOctets) with { InTable = false },
        Column.Word<ConversationRow>("history", row => row.Conversation.History) with { InTable = false },
        Column.Number<ConversationRow>("orig_pkts", row => row.Conversation.OriginatorTraffic.Packets),
        Column.Number<ConversationRow>("orig_ip_bytes", row => row.Conversation.OriginatorTraffic.IpOctets) with { InTable = false },
        Column.Number<ConversationRow>("resp_pkts", row => row.Conversation.ResponderTraffic.Packets),
        Column.Number<ConversationRow>("resp_ip_bytes", row => row.Conversation.ResponderTraffic.IpOctets) with { InTable = false },
        Column.Optional<ConversationRow>("vlan", row => Tag(row.Conversation.Vlan)) with { InTable = false },
        Column.Optional<ConversationRow>("inner_vlan", row => Tag(row.Conversation.InnerVlan)) with { InTable = false },
        Column.Word<ConversationRow>("tunnel", row => row.Conversation.Tunnel) with { InTable = false },
        Column.Word<ConversationRow>("outcome", row => row.Conversation.Outcome.Word()),
        Column.Word<ConversationRow>("service_basis", row => row.Conversation.ServiceBasis.Word()) with { InTable = false },
        Column.Word<ConversationRow>("direction_basis", row => row.Conversation.DirectionBasis.Word()) with { InTable = false },
        Column.Counts<ConversationRow>("effects", row => Column.Counted(row.Conversation.Effects, row.Conversation.ResponderEffects)),
        Column.Counts<ConversationRow>("functions", row => Sorted(row.Conversation.Functions)) with { InTable = false },
        Column.Counts<ConversationRow>("resp_functions", row => Sorted(row.Conversation.ResponderFunctions)) with { InTable = false },
        Column.Number<ConversationRow>("dup_pkts", row => row.Conversation.Duplicates) with { InTable = false },
        Column.Word<ConversationRow>("orig_segment", row => row.OriginatorSegment) with { InTable = false },
        Column.Word<ConversationRow>("resp_segment", row => row.ResponderSegment) with { InTable = false },
        Column.Evidence<ConversationRow>("evidence", row => row.Conversation.Evidence) with { InTable = false },
    ];

    /// <summary>Zeek's uids begin with C; this one is the same for the same input.</summary>
    private static string Uid(Conversation conversation) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"C{conversation.Number:x10}");

    /// <summary>ICMP and other IP protocols by name where Zeek has one, else by number.</summary>
    private static string Transport(Conversation conversation) => conversation.Transport switch
    {
        Graph.Observation.Transport.Ip => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"ip/{conversation.Protocol}"),
        Graph.Observation.Transport.Ethernet =>
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"ether/0x{conversation.Protocol:x4}"),
        _ => conversation.ToService().TransportWord,
    };

    private static decimal Duration(Conversation conversation) => (conversation.End.Nanoseconds - conversation.Start.Nanoseconds) / 1_000_000_000m;

    private static long? Tag(int vlan) => vlan < 0 ? null : vlan;

    private static IEnumerable<KeyValuePair<string, long>> Sorted(IEnumerable<FunctionTally> counts) =>
        counts.OrderBy(one => one.Function, StringComparer.Ordinal).Select(one => KeyValuePair.Create(one.Function, one.Count));
}
