using System.Globalization;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Segments;

/// <summary>
/// Which services a rule means: <c>any</c>, <c>modbus</c>, <c>tcp/443</c>, <c>tcp/502 modbus</c>, <c>udp/*</c>, <c>tcp/49152-65535</c>, <c>icmp</c>,
/// <c>ip/47</c>, <c>ether/0x88b8 goose</c>. Whatever <see cref="Service.ToString"/> writes can be read here.
/// </summary>
public sealed record ServiceMatch
{
    public static readonly ServiceMatch Any = new();

    private static readonly (string Word, Transport Transport)[] Carriers =
    [
        ("tcp", Observation.Transport.Tcp), ("udp", Observation.Transport.Udp), ("sctp", Observation.Transport.Sctp),
        ("icmp", Observation.Transport.Icmp), ("ip", Observation.Transport.Ip), ("ether", Observation.Transport.Ethernet),
    ];

    /// <summary>Null for every transport.</summary>
    public Transport? Transport { get; private init; }

    public ushort FirstPort { get; private init; }

    public ushort LastPort { get; private init; } = ushort.MaxValue;

    /// <summary>A protocol spoken at any depth, empty for every one.</summary>
    public string Protocol { get; private init; } = "";

    public bool Matches(Service service) =>
        (Transport is null || Transport == service.Transport)
        && service.Port >= FirstPort && service.Port <= LastPort
        && (Protocol.Length == 0 || service.Speaks(Protocol));

    /// <summary>The one service it means, or a wide one of its name.</summary>
    public Service ToService() => Transport is { } transport && (FirstPort == LastPort || transport == Observation.Transport.Icmp)
        ? new(transport, transport == Observation.Transport.Icmp ? (ushort)0 : FirstPort, Protocol)
        : Service.Wide(ToString());

    public static bool TryParse(string? text, out ServiceMatch match)
    {
        match = Any;
        if (text == "any") return true;
        var words = (text ?? "").Split(' ');
        if (words.Length > 2) return false;
        if (!TryParseCarrier(words[0], out match))
        {
            match = Any with { Protocol = words[0] };
            return words.Length == 1 && IsName(words[0]);
        }

        if (words.Length == 2) match = match with { Protocol = words[1] };
        return words.Length == 1 || IsName(words[1]);
    }

    public override string ToString()
    {
        if (Transport is not { } transport) return Protocol.Length == 0 ? "any" : Protocol;
        var word = Carriers.First(carrier => carrier.Transport == transport).Word;
        var ports = (FirstPort, LastPort) switch
        {
            (0, ushort.MaxValue) => transport == Observation.Transport.Icmp ? "" : "/*",
            var (first, last) when first == last => "/" + Number(first),
            var (first, last) => $"/{Number(first)}-{Number(last)}",
        };
        return Protocol.Length == 0 ? word + ports : $"{word}{ports} {Protocol}";

        string Number(ushort port) =>
            transport == Observation.Transport.Ethernet ? $"0x{port:x4}" : port.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Lower-case names as the catalogue writes them, several separated by commas.</summary>
    private static bool IsName(string word) =>
        word.Length > 0 && word.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '-' or '_' or '.' or ',');

    private static bool TryParseCarrier(string word, out ServiceMatch match)
    {
        match = Any;
        var slash = word.IndexOf('/', StringComparison.Ordinal);
        var name = slash < 0 ? word : word[..slash];
        var carrier = Array.Find(Carriers, carrier => carrier.Word == name);
        if (carrier.Word is null) return false;
        match = Any with { Transport = carrier.Transport };
        if (slash < 0 || word[(slash + 1)..] == "*") return true;

        var ports = word[(slash + 1)..].Split('-');
        if (ports.Length > 2 || !TryParsePort(ports[0], out var first) || !TryParsePort(ports[^1], out var last)) return false;
        match = match with { FirstPort = first, LastPort = last };
        return first <= last;
    }

    private static bool TryParsePort(string text, out ushort port) => text.StartsWith("0x", StringComparison.Ordinal)
        ? ushort.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out port)
        : ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port);
}
