namespace ExposureMap.SampleMaker.Messages;

/// <summary>EtherNet/IP encapsulation (CIP Networks Library volume 2, chapter 2) with unconnected CIP services (volume 1).</summary>
internal static class EnipMessages
{
    private const int Session = 0x0001_0042;

    public static byte[] Register { get; } = Encapsulated(0x65, 0, new Octets().L16(1).L16(0));

    public static byte[] Registered { get; } = Encapsulated(0x65, Session, new Octets().L16(1).L16(0));

    /// <summary>Read Tag (4C) of one element.</summary>
    public static byte[] ReadTag(string tag) => Service(0x4C, tag, new Octets().L16(1));

    public static byte[] TagValue(float value) => Unconnected(new Octets().Hex("CC 00 00 00 CA 00").Float(value));

    /// <summary>Write Tag (4D) of one REAL.</summary>
    public static byte[] WriteTag(string tag, float value) => Service(0x4D, tag, new Octets().L16(0xCA).L16(1).Float(value));

    public static byte[] TagWritten { get; } = Unconnected(new Octets().Hex("CD 00 00 00"));

    public static byte[] ListIdentity { get; } = Encapsulated(0x63, 0, new Octets());

    /// <summary>Identity of a Rockwell controller (vendor 1, device type 14).</summary>
    public static byte[] Identity(System.Net.IPAddress address, uint serial, string product)
    {
        var item = new Octets().L16(1).U16(2).U16(44818).Raw(address.GetAddressBytes()).Zeros(8)
            .L16(1).L16(14).L16(96).U8(32, 11).L16(0x0060).L32(serial).U8(product.Length).Text(product).U8(3);
        return Encapsulated(0x63, 0, new Octets().L16(1).L16(0x0C).L16(item.Count).Raw(item.ToArray()));
    }

    private static byte[] Service(int service, string tag, Octets data)
    {
        var path = new Octets().U8(0x91, tag.Length).Text(tag).Align(2);
        return Unconnected(new Octets().U8(service, path.Count / 2).Raw(path.ToArray()).Raw(data.ToArray()));
    }

    private static byte[] Unconnected(Octets message) => Encapsulated(0x6F, Session,
        new Octets().L32(0).L16(5).L16(2).L16(0).L16(0).L16(0xB2).L16(message.Count).Raw(message.ToArray()));

    private static byte[] Encapsulated(int command, int session, Octets data) =>
        new Octets().L16(command).L16(data.Count).L32(session).L32(0).L64(0).L32(0).Raw(data.ToArray()).ToArray();
}
