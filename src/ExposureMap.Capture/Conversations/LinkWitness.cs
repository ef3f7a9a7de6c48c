using System.Numerics;
using ExposureMap.Capture.Frames;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Conversations;

/// <summary>Tells which MAC sent packets of which IP address, and how many hops they had come: what assets and routers are told apart by.</summary>
internal sealed class LinkWitness(IObserver observer)
{
    private const int MaximumPairs = 1 << 18;
    private const byte TcpProtocol = 6;

    /// <summary>What was seen of one IP address behind one MAC.</summary>
    private struct Link
    {
        private ulong _fewHops;
        private ulong _manyHops;

        /// <summary>The usual first values of the TTL with which it opened TCP, a bit for each.</summary>
        public byte FirstValues;

        /// <summary>True the first time for this many hops (below 128).</summary>
        public bool Tell(int hops)
        {
            ref var told = ref hops < 64 ? ref _fewHops : ref _manyHops;
            var before = told;
            told |= 1ul << hops;                                  // modulo 64
            return told != before;
        }
    }

    private readonly SeenTable<Link> _links = new(MaximumPairs);
    private readonly HashSet<(ulong Mac, int Vlan)> _routers = [];
    private readonly HashSet<(Address Address, int Vlan)> _firewalls = [];

    /// <summary>This frame will be seen soon.</summary>
    public void Expect(in Frame frame) => _links.Expect(Hash(frame, VlanOf(frame)));

    /// <summary>Called for the first packet of each direction of a conversation.</summary>
    public void See(in Frame frame, Evidence evidence)
    {
        if (!frame.HasMacs || frame.SourceMac == 0 || frame.IpVersion == 0) return;
        var source = frame.SourceAddress;
        if (source.IsGroup || source.IsUnspecified) return;
        var vlan = VlanOf(frame);
        ref var link = ref _links.Of(Hash(frame, vlan), out _);
        if ((frame.TcpFlags & (TcpFlags.Syn | TcpFlags.Ack)) == TcpFlags.Syn && frame.IpProtocol == TcpProtocol
            && HidesOthers(ref link, frame.TimeToLive))
            observer.OnFact(new(source, FactKind.Role, "nat", "frame", Certainty.Guessed, evidence, vlan));
        var hops = Hops(frame.TimeToLive);
        if (!link.Tell(hops)) return;
        observer.OnFact(new(source, FactKind.SentBy, $"{Address.Mac(frame.SourceMac)} {hops}", "frame", Certainty.Guessed, evidence, vlan));
    }

    /// <summary>A routed copy was seen: both MACs are a router's.</summary>
    public void SeeRouter((ulong In, ulong Out) router, Evidence evidence, int vlan)
    {
        if (_routers.Count >= MaximumPairs) _routers.Clear();
        foreach (var mac in (ReadOnlySpan<ulong>)[router.In, router.Out])
        {
            if (mac == 0 || Address.Mac(mac).IsGroup || !_routers.Add((mac, vlan))) continue;
            observer.OnFact(new(Address.Mac(mac), FactKind.Router, "routed copy", "frame", Certainty.Own, evidence, vlan));
        }
    }

    /// <summary>It told somebody that it does not let his packets through (RFC 1812 section 5.2.7.1, RFC 4443 section 3.1).</summary>
    public void SeeFirewall(Address source, Evidence evidence, int vlan)
    {
        if (_firewalls.Count >= MaximumPairs) _firewalls.Clear();
        if (_firewalls.Add((source, vlan))) observer.OnFact(new(source, FactKind.Role, "firewall", "icmp", Certainty.Own, evidence, vlan));
    }

    /// <summary>VLAN ids have 12 bits, MAC addresses 48.</summary>
    private static ulong Hash(in Frame frame, int vlan) =>
        SecretHash.Of(frame.Source.High, frame.Source.Low, (ulong)(ushort)vlan << 48 | frame.SourceMac);

    private static int VlanOf(in Frame frame) => frame.Scope.IsEmpty ? -1 : frame.Scope.Vlans.Outer;

    /// <summary>
    /// protocols.md, G4: machines of one kind begin with one TTL. One address behind one MAC that opens TCP with two hides several machines (NAT).
    /// Only opening packets are held against each other: answers, resets and ICMP have TTLs of their own.
    /// </summary>
    private static bool HidesOthers(ref Link link, byte timeToLive)
    {
        var before = link.FirstValues;
        link.FirstValues |= timeToLive switch { <= 32 => 0, <= 64 => 1, <= 128 => 2, _ => 4 };   // lower ones trace a route
        return BitOperations.PopCount(before) == 1 && link.FirstValues != before;
    }

    /// <summary>Hops from the usual first values of the TTL: 32, 64, 128, 255.</summary>
    private static byte Hops(byte timeToLive) => timeToLive switch
    {
        <= 32 => (byte)(32 - timeToLive),
        <= 64 => (byte)(64 - timeToLive),
        <= 128 => (byte)(128 - timeToLive),
        _ => (byte)(255 - timeToLive),
    };
}
