namespace ExposureMap.Graph.Observation;

/// <summary>What a frame can tell about a machine.</summary>
public enum FactKind : byte
{
    /// <summary>The subject (an IP address) is claimed by this MAC on its own link (ARP, neighbour discovery, DHCP).</summary>
    OwnedBy,

    /// <summary>
    /// The subject (an IP address) was seen as source behind this MAC, so many hops away: <c>02:00:00:00:00:01 0</c>. A router's MAC is not its own.
    /// </summary>
    SentBy,

    /// <summary>The subject (a MAC) sends frames of many foreign IP addresses, or sent a routed copy: it is a router's.</summary>
    Router,

    /// <summary>The subject's name; the source says in which name space.</summary>
    Name,

    Vendor, Model, Firmware, Serial,

    /// <summary>A function the subject announced of itself (<c>meter</c>, <c>domain controller</c>, <c>router</c>).</summary>
    Role,

    /// <summary>A device behind the subject: <c>modbus unit 5</c>, <c>dlms system title 4c475a...</c>.</summary>
    Device,

    /// <summary>The subject's network: prefix length or gateway learnt from DHCP, as text (<c>10.1.2.0/24</c>).</summary>
    Network,

    /// <summary>A key that only this machine has (SSH host key, certificate fingerprint, DHCP client id, NTLM computer name).</summary>
    Fingerprint,

    /// <summary>
    /// How far the subject's own link reaches at least: it asked by ARP for an address, or answered one, and this is the smallest prefix that holds
    /// both, with the MAC that said so: <c>10.1.0.0/23 02:00:00:00:00:01</c>.
    /// </summary>
    OnLink,
}

/// <summary>How sure a fact is: said by the machine itself, by another one, or guessed.</summary>
public enum Certainty : byte { Guessed, Announced, Own }

/// <summary>One statement of the wire about one address. The value is already cleaned text (no control characters, at most 255).</summary>
/// <param name="Source">The protocol that said so, by its service name (<c>arp</c>, <c>dhcp</c>, <c>lldp</c>).</param>
/// <param name="Vlan">The VLAN it was said in, -1 for none: what holds on a link holds in its VLAN.</param>
public sealed record AssetFact(Address Subject, FactKind Kind, string Value, string Source, Certainty Certainty, Evidence Evidence, int Vlan = -1);
