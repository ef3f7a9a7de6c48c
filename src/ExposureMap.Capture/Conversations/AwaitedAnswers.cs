using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Conversations;

/// <summary>The last requests whose answers come from another port of the server's choosing, as those of TFTP do (RFC 1350 section 4).</summary>
internal sealed class AwaitedAnswers
{
    private const int Kept = 64;
    private const long Patience = 30_000_000_000;                 // nanoseconds of packet time: clients repeat a request long before

    private readonly record struct Request(Endpoint Client, Address Server, ushort Scope, long At, IProtocol Protocol);

    private readonly Request[] _requests = new Request[Kept];
    private int _count;

    public void Add(Endpoint client, Address server, ushort scope, long at, IProtocol protocol) =>
        _requests[_count++ % Kept] = new(client, server, scope, at, protocol);

    /// <summary>The protocol of the request that these two ends go on with; null when there was none.</summary>
    public IProtocol? Find(Endpoint sender, Endpoint receiver, ushort scope, long now, out Party party)
    {
        party = Party.Unknown;
        foreach (ref readonly var request in _requests.AsSpan(0, Math.Min(_count, Kept)))
        {
            if (request.Scope != scope || now - request.At is < 0 or > Patience) continue;
            if (request.Client == receiver && request.Server == sender.Address) party = Party.Server;
            else if (request.Client == sender && request.Server == receiver.Address) party = Party.Client;
            else continue;
            return request.Protocol;
        }

        return null;
    }
}
