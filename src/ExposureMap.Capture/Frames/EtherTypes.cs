using PacketDotNet;

namespace ExposureMap.Capture.Frames;

/// <summary>EtherTypes that the decoder walks through (IEEE registry), named by PacketDotNet where it knows them.</summary>
internal static class EtherTypes
{
    public const ushort IPv4 = (ushort)EthernetType.IPv4;
    public const ushort IPv6 = (ushort)EthernetType.IPv6;
    public const ushort Arp = (ushort)EthernetType.Arp;
    public const ushort Vlan = (ushort)EthernetType.VLanTaggedFrame;
    public const ushort ServiceVlan = (ushort)EthernetType.ProviderBridging;
    public const ushort OldQinQ = 0x9100;
    public const ushort OlderQinQ = 0x9200;
    public const ushort PppoeSession = (ushort)EthernetType.PppoeSessionStage;
    public const ushort Mpls = 0x8847;
    public const ushort MplsMulticast = 0x8848;
    public const ushort TransparentBridging = 0x6558;     // RFC 1701
    public const ushort Ppp = 0x880B;
    public const ushort ErspanII = 0x88BE;                // types I and II, draft-foschiano-erspan
    public const ushort ErspanIII = 0x22EB;
    public const ushort ProviderBackboneBridging = 0x88E7; // IEEE 802.1ah I-TAG
    public const ushort FabricPath = 0x8903;              // Cisco
    public const ushort VnTag = 0x8926;                   // Cisco VN-Tag
    public const ushort BridgePortExtension = 0x893F;     // IEEE 802.1BR E-TAG
    public const ushort Nsh = 0x894F;                     // RFC 8300
    public const ushort MacSec = (ushort)EthernetType.MacSecurity;

    /// <summary>The smallest EtherType; smaller values are IEEE 802.3 lengths (IEEE 802.3 clause 3.2.6).</summary>
    public const ushort Minimum = 0x0600;
}
