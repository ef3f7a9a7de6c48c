using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Reflection;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>All protocols that are looked for: every <see cref="IProtocol"/> of this assembly, by transport, in ordinal order of name.</summary>
public static class ProtocolCatalog
{
    public static ImmutableArray<IProtocol> All { get; } =
    [
        .. Assembly.GetExecutingAssembly().GetTypes()
            .Where(type => type is { IsAbstract: false, IsClass: true } && typeof(IProtocol).IsAssignableFrom(type))
            .Select(type => (IProtocol)Activator.CreateInstance(type, nonPublic: true)!)
            .OrderBy(protocol => protocol.Name, StringComparer.Ordinal),
    ];

    private static readonly ImmutableArray<IProtocol>[] ByTransport =
        [.. Enum.GetValues<Transport>().Select(transport => All.Where(protocol => protocol.Transports.Contains(transport)).ToImmutableArray())];

    private static readonly FrozenDictionary<int, ImmutableArray<IProtocol>> ByPort = All
        .SelectMany(protocol =>
            protocol.Transports.ToArray()
                .SelectMany(transport => protocol.Ports.ToArray().Select(port => (Key: Key(transport, port), Protocol: protocol))))
        .GroupBy(one => one.Key).ToFrozenDictionary(group => group.Key, group => group.Select(one => one.Protocol).Distinct().ToImmutableArray());

    public static ImmutableArray<IProtocol> On(Transport transport) => ByTransport[(int)transport];

    /// <summary>Those registered for a port.</summary>
    public static ImmutableArray<IProtocol> On(Transport transport, ushort port) => ByPort.GetValueOrDefault(Key(transport, port), []);

    /// <summary>The protocol with this number, counted from 1; null for 0.</summary>
    internal static IProtocol? Numbered(byte number) => number == 0 ? null : All[number - 1];

    internal static byte NumberOf(IProtocol? protocol) => protocol is null ? (byte)0 : checked((byte)(All.IndexOf(protocol) + 1));

    private static int Key(Transport transport, ushort port) => (int)transport << 16 | port;

    public static IProtocol? Find(string name) => All.FirstOrDefault(protocol => protocol.Name == name);
}
