using ExposureMap.Capture.Conversations;
using ExposureMap.Capture.Frames;
using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Bench.Recognition;

/// <summary>
/// Conversations of random payloads, put to <see cref="Recogniser"/> as the product does: as many payloads of one kind as a direction is asked for
/// (<see cref="Recogniser.MaximumTries"/>), against every protocol of the transport, with what was suspected before. Half of them use a registered
/// port.
/// </summary>
internal sealed class RandomConversation(int seed)
{
    private const ushort FirstEphemeralPort = 49152;

    private static readonly ushort[] RegisteredPorts = [.. ProtocolCatalog.All.Where(one => !one.Transports.Contains(Transport.Ethernet))
        .SelectMany(one => one.Ports.ToArray()).Distinct().Order()];

    private readonly Random _random = new(seed);
    private readonly RandomPayload _payloads = new(seed);
    private readonly byte[] _last = new byte[RandomPayload.LongestOctets];
    private int _lastOctets;

    /// <summary>The payload by which the last conversation was named.</summary>
    public ReadOnlySpan<byte> LastPayload => _last.AsSpan(0, _lastOctets);

    public Carrier LastCarrier { get; private set; }

    /// <summary>The protocol that a conversation of such payloads is taken for by what it says (basis <c>payload</c>), if any.</summary>
    public IProtocol? Next(PayloadKind kind, out int payloads)
    {
        var transport = _random.Next(2) == 0 ? Transport.Tcp : Transport.Udp;
        var server = _random.Next(2) == 0
            ? RegisteredPorts[_random.Next(RegisteredPorts.Length)]
            : (ushort)_random.Next(FirstEphemeralPort, ushort.MaxValue);
        LastCarrier = new(transport, (ushort)_random.Next(FirstEphemeralPort, ushort.MaxValue), server);
        var flow = default(Flow);
        var candidates = ProtocolCatalog.On(transport);
        for (payloads = 1; payloads <= Recogniser.MaximumTries; payloads++)
        {
            var payload = _payloads.Next(kind);
            if (Recogniser.Find(candidates, payload, LastCarrier, ref flow, out _) is not { } found || flow.ServiceBasis != ServiceBasis.Payload)
                continue;
            payload.CopyTo(_last);
            _lastOctets = payload.Length;
            return found;
        }

        payloads--;
        return null;
    }
}
