using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Tests;

/// <summary>
/// A site by hand-made conversations: corporate 10.10/16, dmz 10.20/16, plant 10.70/16, ami 10.90/16, admin 10.60/16. Times are minutes
/// after 2026-01-01.
/// </summary>
internal sealed class Site
{
    public static readonly Timestamp Midnight = Timestamp.FromUnix(1_767_225_600, 0);

    private readonly LiveMap _live = new();
    private long _number;

    public static readonly ImmutableArray<Segment> Segments =
    [
        Of("corporate", SegmentKind.It, "10.10.0.0/16"), Of("dmz", SegmentKind.Dmz, "10.20.0.0/16"),
        Of("admin", SegmentKind.Management, "10.60.0.0/16"),
        Of("plant", SegmentKind.Ot, "10.70.0.0/16"), Of("ami", SegmentKind.Metering, "10.90.0.0/16"),
    ];

    public MapSettings Settings { get; init; } = new() { Segments = new(Segments) };

    public MapSnapshot Map => new(_live.Freeze(), Settings);

    public static Timestamp At(double minute) => Midnight + TimeSpan.FromMinutes(minute);

    public Site Watch(double first = 0, double last = 600, long dropped = 0, string? problem = null)
    {
        _live.Cover(new("site.pcap", At(first), At(last), 1000, dropped, 0, problem));
        return this;
    }

    /// <param name="service"><c>tcp/3389 rdp</c>; without a protocol it is told by nothing.</param>
    /// <param name="arrival">Minute of the responder's first frame; a second after the start when absent.</param>
    public Site Talk(
        string from, string to, string service, double at = 0, double? arrival = null, double? end = null, Outcome outcome = Outcome.Established,
        DirectionBasis direction = DirectionBasis.Handshake, (Effect Effect, string What, bool? Accepted)? does = null,
        (Effect Effect, string What, bool? Accepted)? commanded = null)
    {
        var parts = service.Split(' ');
        var carrier = parts[0].Split('/');
        var start = At(at);
        var first = arrival is { } minute ? At(minute) : start + TimeSpan.FromSeconds(1);
        _number++;
        var operation = does ?? commanded;
        _live.OnConversation(
            new()
            {
                Number = _number,
                Transport = carrier[0] == "udp" ? Transport.Udp : Transport.Tcp,
                Originator = new(Parse(from), 40000),
                Responder = new(Parse(to), ushort.Parse(carrier[1])),
                Service = parts.Length > 1 ? parts[1] : "",
                ServiceBasis = parts.Length > 1 ? ServiceBasis.Payload : ServiceBasis.None,
                Outcome = outcome,
                DirectionBasis = direction,
                Start = start,
                Arrival = outcome.IsUsable() ? first : Timestamp.Never,
                End = end is { } last ? At(last) : Timestamp.Later(first, start) + TimeSpan.FromSeconds(1),
                Effects = Tally(does?.Effect),
                ResponderEffects = Tally(commanded?.Effect),
                Operations = operation is { } one ? [new(one.Effect, one.What, _number * 10 + 1, start, one.Accepted)] : [],
                Evidence = new("site.pcap", _number * 10, _number * 10 + 5, start, start),
            },
            null);
        return this;
    }

    /// <summary>A bare one, for maps made by the thousand.</summary>
    public static Conversation Conversation(long number, string from, string to, double at) => new()
    {
        Number = number,
        Transport = Transport.Tcp,
        Originator = new(Parse(from), 40000),
        Responder = new(Parse(to), 22),
        Service = "ssh",
        ServiceBasis = ServiceBasis.Payload,
        Outcome = Outcome.Established,
        DirectionBasis = DirectionBasis.Handshake,
        Start = At(at),
        Arrival = At(at),
        End = At(at),
        Evidence = new("site.pcap", number, number, At(at), At(at)),
    };

    public Site Tell(string subject, FactKind kind, string value, string source = "test", Certainty certainty = Certainty.Own, int vlan = -1)
    {
        _live.OnFact(new(Parse(subject), kind, value, source, certainty, new("site.pcap", 1, 1, Midnight, Midnight), vlan));
        return this;
    }

    public Site Named(string address, string name) => Tell(address, FactKind.Name, name, "dns");

    private static EffectTally Tally(Effect? effect)
    {
        var tally = default(EffectTally);
        if (effect is { } one) tally[one] = 1;
        return tally;
    }

    private static Address Parse(string text) => Address.TryParse(text, out var address) ? address : throw new ArgumentException(text);

    private static Segment Of(string name, SegmentKind kind, string prefix) =>
        new(name, kind) { Prefixes = [Prefix.TryParse(prefix, out var parsed) ? parsed : throw new ArgumentException(prefix)] };
}
