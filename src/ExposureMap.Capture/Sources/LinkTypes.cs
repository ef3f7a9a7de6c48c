namespace ExposureMap.Capture.Sources;

/// <summary>
/// What a reader must know of link-layer types to deliver frames; their meaning is the decoder's business. Values: tcpdump.org/linktypes.html.
/// </summary>
internal static class LinkTypes
{
    public const ushort Ethernet = 1;
    public const ushort TokenRing = 6;
    public const ushort Fddi = 10;
    public const ushort Atm = 100;
    public const ushort Raw = 101;

    /// <summary>Longest record believed for <see cref="MayBeLong"/> types: libpcap's and Wireshark's own bound.</summary>
    public const int LongFrame = 128 * 1024 * 1024;

    /// <summary>A record that claims more than this is damage, not a frame.</summary>
    public static int LongestFrame(ushort linkType) => MayBeLong(linkType) ? LongFrame : FrameBatch.MaximumFrame;

    /// <summary>
    /// Files made by some systems, and libpcap's pcap_datalink(), carry that system's own DLT_ number of raw IP (12 on Linux, 14 on OpenBSD)
    /// where the registry has LINKTYPE_RAW, and 11 for LINKTYPE_ATM_RFC1483. All other types this program knows have one number in both worlds.
    /// </summary>
    public static ushort FromDataLink(int dataLink) => dataLink switch { 11 => Atm, 12 or 14 => Raw, _ => (ushort)dataLink };

    /// <summary>USB_LINUX, USB_LINUX_MMAPPED, DBUS, USBPCAP, USB_DARWIN: the types whose messages exceed 256 KiB.</summary>
    private static bool MayBeLong(ushort linkType) => linkType is 189 or 220 or 231 or 249 or 266;
}
