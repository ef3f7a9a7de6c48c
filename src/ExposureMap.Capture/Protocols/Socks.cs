using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>SOCKS 5 (RFC 1928) and 4 (NEC, "SOCKS: A protocol for TCP proxy across firewalls"): a door through the machine that serves it.</summary>
internal sealed class Socks : IProtocol
{
    private const ushort Port = 1080;
    private const byte Five = 5, Four = 4, Connect = 1, Udp = 3, IPv4 = 1, DomainName = 3, IPv6 = 4;
    private const byte LastMethod = 9, NoAcceptableMethod = 0xFF;    // IANA SOCKS methods

    public string Name => "socks";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp];

    public ReadOnlySpan<ushort> Ports => [Port];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < 2) return Verdict.None;
        return payload[0] switch
        {
            Five when IsGreeting(payload) || IsRequest(payload) => Verdict.Weak,
            Five when payload.Length == 2 && carrier.SenderPort == Port && payload[1] is <= LastMethod or NoAcceptableMethod => Verdict.Weak,
            Four when payload.Length >= 9 && payload[1] is 1 or 2 && payload[^1] == 0 && carrier.Uses(Port) => Verdict.Weak,
            _ => Verdict.None,
        };
    }

    public int Measure(ReadOnlySpan<byte> stream) => stream.Length;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length < 2 || notes.Memory.First > 1) return;
        if (message[0] == Five && IsRequest(message) || message[0] == Four && message.Length >= 9)
        {
            if (notes.Memory.First == 0 && message[0] == Five) return;
            notes.Memory.First = 2;                              // what follows is another's
            notes.SenderIs(Party.Client);
            notes.Operation(Effect.Admin, $"asks the proxy for a connection");
        }
        else if (message[0] == Five && IsGreeting(message))
        {
            notes.Memory.First = 1;
            notes.SenderIs(Party.Client);
        }
    }

    /// <summary>RFC 1928 section 3: version, count, that many methods and nothing more.</summary>
    private static bool IsGreeting(ReadOnlySpan<byte> message) =>
        message[1] is > 0 and <= LastMethod && message.Length == 2 + message[1] && message[2..].IndexOfAnyExceptInRange((byte)0, LastMethod) < 0;

    /// <summary>Section 4: version, command, 0, address type, address, port.</summary>
    private static bool IsRequest(ReadOnlySpan<byte> message)
    {
        if (message.Length < 10 || message[1] is < Connect or > Udp || message[2] != 0) return false;
        return message.Length == message[3] switch { IPv4 => 10, DomainName => 7 + message[4], IPv6 => 22, _ => 0 };
    }
}
