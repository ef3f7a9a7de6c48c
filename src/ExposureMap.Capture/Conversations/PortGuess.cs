using System.Collections.Frozen;
using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Conversations;

/// <summary>Which protocol a registered port hints at. Used only when the payload told nothing, and said so (basis <c>port</c>).</summary>
internal static class PortGuess
{
    private static readonly FrozenDictionary<(Transport, ushort), IProtocol> ByPort = Build();

    public static IProtocol? Find(Transport transport, ushort port) => ByPort.GetValueOrDefault((transport, port));

    /// <summary>Where two protocols share a port, the one that sorts first stands for it.</summary>
    private static FrozenDictionary<(Transport, ushort), IProtocol> Build()
    {
        var found = new Dictionary<(Transport, ushort), IProtocol>();
        foreach (var protocol in ProtocolCatalog.All)
        {
            foreach (var transport in protocol.Transports)
            {
                foreach (var port in protocol.Ports) found.TryAdd((transport, port), protocol);
            }
        }

        return found.ToFrozenDictionary();
    }
}
