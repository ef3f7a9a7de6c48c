namespace ExposureMap.SampleMaker.Network;

internal enum Watched { ByTheMirror, ByNobody }

/// <summary>One broadcast domain.</summary>
/// <param name="Vlan">802.1Q tag its frames carry on the mirror port, 0 for none.</param>
/// <param name="Latency">One way across it.</param>
internal sealed record Lan(string Name, int Vlan, Watched Watched, TimeSpan Latency)
{
    /// <summary>Interfaces of the routers that join this LAN to others.</summary>
    public List<Host> Gateways { get; } = [];

    public bool Equals(Lan? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
}
