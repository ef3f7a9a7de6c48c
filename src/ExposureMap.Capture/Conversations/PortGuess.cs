using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Conversations;

/// <summary>Which protocol a registered port hints at. Used only when the payload told nothing, and said so (basis <c>port</c>).</summary>
internal static class PortGuess
{
    /// <summary>Where two protocols share a port, the one that sorts first stands for it.</summary>
    public static IProtocol? Find(Transport transport, ushort port) => ProtocolCatalog.On(transport, port) is [var first, ..] ? first : null;
}
